import Dispatch
import ResidentVault
import Synchronization
import VaultModel

/// Reads through the library, without a socket.
enum InProcess {
    /// Reads the five fields of some residents and waits for the durable answer.
    ///
    /// - Returns: the answer's JSON.
    /// - Throws: `BenchFailure` if anybody's field was withheld.
    @discardableResult
    static func read(
        _ residents: [String], purpose: String, caller: AppCaller, vault: Vault, reader: VaultReader
    ) throws -> [UInt8] {
        guard let purpose = PurposeName(purpose) else { throw BenchFailure("no purpose's name: \(purpose)") }
        let outcome = Mutex<Result<[UInt8], any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        vault.read(
            ReadRequest(
                purpose: purpose, residents: residents, fields: Community.fieldsRead.compactMap { FieldName($0) }, form: nil,
                initiator: nil, caseReference: nil),
            caller: caller, reader: reader, resume: { again in DispatchQueue.global().async(execute: again) },
            finish: { result in
                outcome.withLock { $0 = result }
                done.signal()
            })
        done.wait()
        guard let answer = try outcome.withLock({ $0 })?.get() else { throw BenchFailure("no answer") }
        return answer
    }
}
