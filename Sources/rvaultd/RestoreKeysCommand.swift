internal import ArgumentParser
internal import Foundation
internal import ResidentVault
internal import VaultAPI
internal import VaultModel

/// Puts the service key and the pepper together again with k custodians, when the files are lost. It stays until enough
/// answers have come, because the key they are sealed to lives in this process alone.
struct RestoreKeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore-keys", abstract: "Put lost key files together again, with the custodians.",
        discussion: """
            Writes a request for the custodians, and then takes the paths of their answers, one a line.

            Example: rvaultd restore-keys --dir /var/lib/rvault --request request.json
            """)

    @Option(help: "The vault's directory.")
    var dir: String

    @Option(help: "Where to write what custodians are asked.")
    var request: String

    @Option(help: "Why, in a word; it stands in the log.")
    var reason = "lost-keys"

    @Argument(help: "Answers that lie ready when they are asked for; else their paths are read, one a line.")
    var answers: [String] = []

    func run() throws {
        let lock = try VaultDirectory(dir).takeLock()
        let restore = try KeyRestore(
            directory: dir, reason: reason, now: Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))
        let file: JSON = ["type": "keys-request", "request": .string(String(decoding: restore.bytes, as: UTF8.self))]
        try VaultDirectory.replace(request, with: file.encoded + [0x0a], mode: 0o644)
        StandardError.writeOut(
            """
            the request is in \(request): let \(restore.missing) custodians run
              rvault custodian answer \(request) --key THEIR-KEY --shares THEIR-FILE
            they will read its number to you, which must be \(restore.number)
            and type the path of each answer here, one a line

            """)
        var waiting = answers[...]
        while restore.missing > 0 {
            guard let path = waiting.popFirst() ?? readLine() else {
                throw VaultError(.forbidden, "\(restore.missing) more custodians are needed; nothing was changed")
            }
            guard !path.isEmpty else { continue }
            do { try take(path, restore) } catch { StandardError.report(error) }
        }
        try restore.finish()
        StandardError.writeOut("service.key and pepper are back in \(dir); start it with: rvaultd --dir \(dir)\n")
        _ = consume lock
    }

    private func take(_ path: String, _ restore: KeyRestore) throws {
        guard let data = FileManager.default.contents(atPath: path), data.count <= WireLimits.body else {
            throw VaultError(.setup, "cannot read \(path)")
        }
        let answer = try WireDecoding.decode(Array(data), as: CeremonyAnswer.self)
        guard answer.ceremony == restore.request.id else {
            throw VaultError(.badValue, "\(path) answers another request", hint: "it must be made from the newest request file")
        }
        try restore.take(answer.custodian, signature: answer.signature, shares: answer.shares.map(CustodianShare.init))
        StandardError.writeOut("\(answer.custodian): taken; \(restore.missing) more\n")
    }
}
