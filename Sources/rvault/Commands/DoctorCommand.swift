internal import ArgumentParser
internal import Glibc
internal import VaultAPI
internal import VaultClient
internal import VaultModel

struct DoctorCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what is wrong or weak: the daemon, its sockets, the modes of its files.",
        discussion: """
            Says what it sees; exit status 1 if something is wrong. Weak but allowed things are told and count as right.

            Example: rvault doctor --dir ./vault
            """)

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        var wrong = FileModes.findings(global.directory)
        var notes: [Sentence] = []
        var status: StatusView?
        do {
            let client = global.operatorClient
            let seen = try await client.call(.status, as: StatusView.self)
            status = seen
            let rules = try await RulesInForce(client)
            notes += rules.standing(console.language)
            for app in try await client.call(.apps, as: ItemList<AppView>.self).items where app.live && app.operatorHeld
            {
                notes.append(Sentence(OperatorText.tokenWasHeld, app.name.text))
            }
            for (app, purpose) in rules.idle { notes.append(Sentence(RulesText.noGrants, app, purpose)) }
            notes += try await RotationCheck.notes(client)
        } catch {
            let failure = Failure(error)
            wrong.append(failure.message)
            if let hint = failure.hint { notes.append(hint) }
        }
        report(status, wrong, notes, console)
        guard wrong.isEmpty else { throw ExitCode(ExitStatus.refused.rawValue) }
    }

    private func report(_ status: StatusView?, _ wrong: [Sentence], _ notes: [Sentence], _ console: Console) {
        if console.json {
            let texts = { (sentences: [Sentence]) in
                JSON.array(sentences.map { .string($0.text(in: console.language)) })
            }
            return console.answer(.members(["status": status?.json, "wrong": texts(wrong), "notes": texts(notes)]))
        }
        if let status { StatusText.lines(status, console).forEach { console.say($0) } }
        for sentence in wrong { console.say("✗ " + sentence.text(in: console.language)) }
        for sentence in notes { console.say("• " + sentence.text(in: console.language)) }
        console.say(wrong.isEmpty ? OperatorText.allWell : .notWell)
    }
}

/// What the modes of a vault's files let others do, as far as the caller can see them.
enum FileModes {
    /// Files that belong to the daemon alone. The sockets and the public key may be open to others.
    private static let closed = ["vault.db", "vault.db-wal", "vault.db-shm", "lock", "admin.sock"]
    /// Keys, whatever a rotation or an overwriting that was cut off left after their names.
    private static let secret = ["service.key", "pepper", "key-shares-"]

    private static func isClosed(_ name: String) -> Bool { closed.contains(name) || secret.contains(where: name.hasPrefix) }

    static func findings(_ directory: String) -> [Sentence] {
        var status = stat()
        guard lstat(directory, &status) == 0 else {
            return [Sentence(Faults.cannotRead, directory, String(cString: strerror(errno)))]
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return [Sentence(Faults.notDirectory, directory)] }
        var findings: [Sentence] = []
        if status.st_mode & 0o077 != 0 {
            findings.append(Sentence(Faults.openToOthers, directory, octal(status.st_mode)))
        }
        let owner = status.st_uid
        for name in names(in: directory).sorted() where isClosed(name) {
            let path = "\(directory)/\(name)"
            guard lstat(path, &status) == 0 else { continue }
            // A configured group may reach the operator's socket; nobody else may, and nobody reaches the others.
            let allowed: mode_t = name == "admin.sock" ? 0o660 : 0o600
            if status.st_mode & 0o777 & ~allowed != 0 {
                findings.append(Sentence(Faults.openToOthers, path, octal(status.st_mode)))
            }
            if status.st_uid != owner { findings.append(Sentence(Faults.otherOwner, path)) }
        }
        return findings
    }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return closed + ["service.key", "pepper", "service.key.locked"] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            })
        }
        return names
    }

    private static func octal(_ mode: mode_t) -> String { "0" + String(mode & 0o777, radix: 8) }
}
