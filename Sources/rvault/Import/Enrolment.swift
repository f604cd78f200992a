internal import Glibc
internal import VaultAPI
internal import VaultCrypto
internal import VaultImport
internal import VaultModel

/// Enrols people in chunks, each person's code durable in the drafts before it is sent.
struct Enrolment {
    /// People of one request: one transaction of the daemon's, short enough to let reads pass.
    static let chunk = 32

    /// What came of it.
    struct Outcome {
        var enrolled = 0
        var known = 0
        /// Who gets a letter from the drafts: those enrolled now, and those whose letter an earlier run did not write.
        var letters: [LetterAddress] = []
        /// People whom the daemon refused, by where they stand in the files.
        var rejected: [(file: String, line: Int, reason: String)] = []
        var noGrants: Set<PurposeName> = []
    }

    /// Sends a body of lines and gives back what became of each. In tests it is a function of their own.
    typealias Transport = (_ body: [UInt8]) async throws -> ImportResponse

    let today: CivilDate
    let send: Transport
    /// Called with the number of people that have been answered for.
    let progress: (Int) -> Void

    func run(_ persons: [ImportedPerson], _ drafts: borrowing LetterDrafts) async throws -> Outcome {
        let earlier = try drafts.codes()
        var outcome = Outcome()
        var done = 0
        for part in stride(from: 0, to: persons.count, by: Self.chunk) {
            var waiting = Array(persons[part..<min(part + Self.chunk, persons.count)])
            done += waiting.count
            // A login name drawn at random is taken once in many thousand; a few rounds are enough for any community.
            for _ in 0..<8 where !waiting.isEmpty {
                let body = try Self.prepare(waiting, drafts)
                defer { Self.scrub(body) }
                let response = try await send(body)
                waiting = try take(response, waiting, earlier, into: &outcome)
            }
            guard waiting.isEmpty else {
                throw Failure(.refused, Sentence(Faults.loginsTaken), hint: Sentence(Hints.runAgain))
            }
            progress(done)
        }
        return outcome
    }

    /// Draws a code and a login name for each person, makes both durable, and writes the request.
    private static func prepare(_ persons: [ImportedPerson], _ drafts: borrowing LetterDrafts) throws -> [UInt8] {
        // Nine digits, a space, 32 symbols and hyphens, a line end.
        var lines = try SecretBytes(zeroed: persons.count * 43)
        var encoded: [[UInt8]] = []
        let codeLength = 32
        for (position, person) in persons.enumerated() {
            let login = LoginName.random()
            let code = try ActivationCode.random().text()
            lines.withMutableBytes { target in
                code.withBytes { code in
                    let line = UnsafeMutableRawBufferPointer(rebasing: target[(position * 43)..<(position * 43 + 43)])
                    line.copyBytes(from: login.text.utf8)
                    line[9] = UInt8(ascii: " ")
                    UnsafeMutableRawBufferPointer(rebasing: line[10..<(10 + codeLength)]).copyMemory(from: code)
                    line[42] = UInt8(ascii: "\n")
                }
            }
            encoded.append(ImportLine(fields: person.fields, sources: person.sources, login: login).encoded)
        }
        try drafts.append(lines)
        var body: [UInt8] = []
        body.reserveCapacity(encoded.reduce(0) { $0 + $1.count + codeLength + 16 })
        lines.withBytes { drafted in
            for (position, line) in encoded.enumerated() {
                // The code joins the object as bytes; its symbols need no escape.
                body += line.dropLast()
                body += ",\"code\":\"".utf8
                body += drafted[(position * 43 + 10)..<(position * 43 + 42)]
                body += "\"}\n".utf8
            }
        }
        return body
    }

    private static func scrub(_ body: [UInt8]) {
        body.withUnsafeBytes {
            if let base = $0.baseAddress { explicit_bzero(UnsafeMutableRawPointer(mutating: base), $0.count) }
        }
    }

    /// Sorts the answers; gives back the people who need another login name.
    private func take(
        _ response: ImportResponse, _ persons: [ImportedPerson], _ earlier: borrowing DraftedCodes,
        into outcome: inout Outcome
    ) throws(Failure) -> [ImportedPerson] {
        let lines = response.results.map(\.line).sorted()
        guard lines == Array(1...persons.count) else {
            throw Failure(.refused, Sentence(Faults.badImportAnswer), hint: Sentence(Hints.sameVersion))
        }
        outcome.noGrants.formUnion(response.noGrants)
        var again: [ImportedPerson] = []
        for result in response.results {
            let person = persons[result.line - 1]
            switch result.status {
            case .enrolled(let login):
                outcome.enrolled += 1
                outcome.letters.append(LetterAddress(person, login: login, today: today))
            case .known(let login, let activated):
                outcome.known += 1
                if !activated, earlier.contains(login) {
                    outcome.letters.append(LetterAddress(person, login: login, today: today))
                }
            case .loginTaken: again.append(person)
            case .rejected(let reason): outcome.rejected.append((person.file, person.line, reason))
            }
        }
        return again
    }
}
