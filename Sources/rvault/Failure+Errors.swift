internal import VaultAPI
internal import VaultClient
internal import VaultCrypto
internal import VaultImport

extension Failure {
    /// The one place where errors of other rooms become what a person reads.
    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as ClientError: self.init(client: error)
        case let error as CryptoError: self.init(crypto: error)
        case let error as ImportError:
            self.init(.refused, Sentence(verbatim: error.description), hint: Sentence(verbatim: error.hint))
        default: self.init(.refused, Sentence(verbatim: "\(error)"))
        }
    }

    private init(client error: ClientError) {
        switch error {
        case .cannotReach(let path, let cause): self.init(path, cause)
        case .refused(let problem): self.init(problem)
        case .interrupted: self.init(.refused, Sentence(Faults.interrupted), hint: Sentence(Hints.lookBeforeRepeating))
        case .timedOut: self.init(.refused, Sentence(Faults.timedOut), hint: Sentence(Hints.lookBeforeRepeating))
        case .badResponse, .badRequest:
            self.init(.refused, Sentence(verbatim: error.description), hint: Sentence(Hints.sameVersion))
        }
    }

    private init(_ path: String, _ cause: ClientError.Cause) {
        switch cause {
        case .missing: self.init(.unreachable, Sentence(Faults.noSocket, path), hint: Sentence(Hints.startDaemon))
        case .nobodyListens:
            self.init(.unreachable, Sentence(Faults.nobodyListens, path), hint: Sentence(Hints.restartDaemon))
        case .forbidden:
            self.init(.unreachable, Sentence(Faults.socketForbidden, path), hint: Sentence(Hints.whoMayConnect))
        case .pathTooLong:
            self.init(.unreachable, Sentence(Faults.socketPathTooLong, path), hint: Sentence(Hints.shorterPath))
        case .system(let number):
            self.init(
                .unreachable, Sentence(Faults.cannotConnect, path, "\(number)"), hint: Sentence(Hints.startDaemon))
        }
    }

    private init(_ problem: ClientError.Problem) {
        let said = Phrase(zh: Refusals.chinese(problem.code, detail: problem.detail), en: problem.detail)
        let message = Sentence(
            phrase: Phrase(zh: "{1}（{3}）", en: "{2} ({3})"), arguments: [said.zh, said.en, problem.code])
        let hint = Refusals.hint(problem.code) ?? problem.hint.map { Sentence(verbatim: $0) }
        self.init(.refused, message, hint: hint, code: problem.code)
    }

    private init(crypto error: CryptoError) {
        switch error {
        case .malformed("activation code"):
            self.init(.refused, Sentence(Faults.malformedCode), hint: Sentence(Hints.readLetter))
        case .malformed("credential"):
            self.init(.refused, Sentence(Faults.malformedToken), hint: Sentence(Hints.wholeToken))
        case .memoryLockUnavailable:
            self.init(.refused, Sentence(Faults.noLockedMemory), hint: Sentence(Hints.raiseMemlock))
        default: self.init(.refused, Sentence(verbatim: "\(error)"))
        }
    }
}

/// What the daemon's stable codes mean, for residents: the daemon's own words are English.
private enum Refusals {
    static func chinese(_ code: String, detail: String) -> String {
        guard let known = ProblemCode(rawValue: code) else { return detail }
        return switch known {
        case .unauthorized: "没有登录，或登录已经过期"
        case .notFound: "没有找到"
        case .conflict: "已经有了，或状态已经变了"
        case .forbidden, .badHost, .purposeNotAllowed: "不允许这样做"
        case .tooLarge: "内容太长"
        case .tooManyTries: "试的次数太多，请等一会儿再试"
        case .unknownField: "没有这个字段：\(detail)"
        case .unknownPurpose: "没有这个用途：\(detail)"
        case .badValue, .badForm, .badJSON, .missingKey, .unknownKey, .duplicateKey, .badRequest, .badMethod, .badType:
            "内容不对：\(detail)"
        case .busy: "系统正忙"
        case .logUnavailable: "日志写不进去，所以什么都没有做"
        case .clock: "机器的时钟不对，所以什么都没有做"
        case .internalFault: "系统出错，所以什么都没有做"
        }
    }

    static func hint(_ code: String) -> Sentence? {
        switch ProblemCode(rawValue: code) {
        case .busy: Sentence(Hints.tryAgainSoon)
        case .tooManyTries: Sentence(Hints.waitLonger)
        case .logUnavailable: Sentence(Hints.tellOperator)
        default: nil
        }
    }
}
