/// Why a command stops: one sentence on what and why, one on what to do. Neither holds a value of a resident.
struct Failure: Error {
    let status: ExitStatus
    let message: Sentence
    let hint: Sentence?
    /// The daemon's stable code, where it was the daemon that refused.
    let code: String?

    init(_ status: ExitStatus, _ message: Sentence, hint: Sentence? = nil, code: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
        self.code = code
    }

    /// The same failure with another hint, where the command knows better what to do.
    func hinting(_ hint: Sentence) -> Failure { Failure(status, message, hint: hint, code: code) }
}
