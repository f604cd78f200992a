internal import Glibc
internal import VaultAPI
internal import VaultCrypto
internal import VaultImport
internal import VaultModel

/// A platform's import of its own fields for residents enrolled already.
struct ForwardImport {
    let command: ImportCommand
    let console: Console

    func run(_ plan: ImportPlan, _ name: String) async throws {
        guard let app = AppName(name) else {
            throw Failure(.usage, Sentence(Faults.malformedApp, name), hint: Sentence(Hints.appNames))
        }
        guard command.letters == nil else {
            throw Failure(.usage, Sentence(Faults.lettersWithApp), hint: Sentence(Hints.lettersByOperator))
        }
        let result = try command.read(plan, mode: .update(app), console)
        if let rejects = command.rejects { try RejectFile.write(result.rejects, refused: [], to: rejects) }
        var summary = ImportSummary(report: result.report)
        if !command.dryRun { try await send(result, app, &summary) }
        summary.show(console)
        if let rejects = command.rejects { console.note(ImportText.rejectsWritten, rejects) }
    }

    private func send(_ result: VaultImport.ImportResult, _ app: AppName, _ summary: inout ImportSummary) async throws {
        let token = try readToken(app)
        let client = command.global.publicClient
        let progress = Progress(console)
        defer { progress.clear() }
        var accepted = 0
        for start in stride(from: 0, to: result.persons.count, by: WireLimits.importLines) {
            let part = result.persons[start..<min(start + WireLimits.importLines, result.persons.count)]
            let body = WireDecoding.ndjson(part.map { ImportLine(fields: $0.fields) })
            let response = try await ImportTransport.forward(body, client, token)
            accepted += response.accepted
            for row in response.rejected where (1...part.count).contains(row.line) {
                let person = part[start + row.line - 1]
                summary.refused.append((person.file, person.line, row.reason))
            }
            progress.show(ImportText.progressPeople, start + part.count, of: result.persons.count)
        }
        summary.accepted = accepted
        if let rejects = command.rejects, !summary.refused.isEmpty {
            try RejectFile.write(result.rejects, refused: summary.refused, to: rejects)
        }
    }

    /// - Throws: `Failure` without a token, or for one that is malformed or another app's.
    private func readToken(_ app: AppName) throws -> SecretBytes {
        let token: SecretBytes
        switch (command.tokenFd, command.tokenFile) {
        case (let descriptor?, nil): token = try SecretInput.line(from: descriptor, option: "--token-fd")
        case (nil, let path?): token = try read(path)
        default: throw Failure(.usage, Sentence(Faults.tokenNeeded), hint: Sentence(Hints.giveToken))
        }
        let credential = try Credential(parsing: token, kind: .app)
        guard credential.name == app.text else {
            throw Failure(
                .refused, Sentence(Faults.otherToken, credential.name, app.text), hint: Sentence(Hints.giveToken))
        }
        return token
    }

    private func read(_ path: String) throws(Failure) -> SecretBytes {
        guard let descriptor = try PrivateFile.open(path) else { throw PrivateFile.failure(.cannotRead, path) }
        defer { close(descriptor) }
        return try SecretInput.line(from: descriptor, option: "--token-file")
    }
}
