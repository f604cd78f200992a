internal import ArgumentParser
internal import Glibc
internal import VaultAPI
internal import VaultModel

/// What every request takes.
struct CeremonyRequestOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "Why, in one word such as lost-passphrase, never about a person: it stands in the log.", valueName: "word"))
    var reason: String

    @Option(
        help: ArgumentHelp(
            "Write a file for each custodian to this directory (not needed if all answer live).", valueName: "dir"))
    var out: String?

    /// Asked before anything is made.
    func check() throws(Failure) {
        guard CeremonyRequest.isReason(reason) else {
            throw Failure(.usage, Sentence(CeremonyFaults.malformedReason), hint: Sentence(CeremonyHints.reasonForm))
        }
    }

    /// Opens a ceremony and writes its files.
    func open(_ opening: CeremonyOpening, _ console: Console) async throws {
        let calls = CustodianCalls(operator: global.operatorClient)
        try await deliver(try await calls.open(opening.encoded), calls, console)
    }

    /// Writes a file for each custodian and tells what comes next.
    func deliver(
        _ view: CeremonyView, _ calls: CustodianCalls, _ console: Console, _ more: [String: JSON] = [:]
    ) async throws {
        let request = try CeremonySummary.request(of: view)
        var files: [String] = []
        if let out {
            if mkdir(out, 0o700) != 0, errno != EEXIST { throw PrivateFile.failure(.cannotCreate, out) }
            for custodian in view.custodians {
                let page = try await calls.ceremony(request.id, for: custodian)
                let path = "\(out)/\(CeremonyFile.name(request.id, custodian))"
                try PrivateFile.create(path, CeremonyFile.encoded(page))
                files.append(path)
            }
        }
        if console.json {
            let answer: [String: JSON] = [
                "ceremony": .string(request.id.base64), "index": .integer(Int64(view.index)),
                "files": .array(files.map(JSON.string)),
            ]
            return console.answer(.object(answer.merging(more) { old, _ in old }))
        }
        console.say(CeremonyText.asked, request.id.base64, "\(request.count)", "\(view.index)")
        for file in files { console.say("    " + file) }
        console.note(CeremonyText.askedNext, "\(request.threshold)", "\(view.custodians.count)", request.id.base64)
        console.note(CeremonyText.keyInMemory)
    }
}

/// What a view says of its request.
enum CeremonySummary {
    /// - Throws: `Failure(.refused)` for a request this program does not know.
    static func request(of view: CeremonyView) throws(Failure) -> CeremonyRequest {
        guard let request = CeremonyRequest(parsing: Array(view.request.utf8)) else {
            throw Failure(.refused, Sentence(CeremonyFaults.badPages), hint: Sentence(Hints.sameVersion))
        }
        return request
    }
}
