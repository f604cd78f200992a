internal import Foundation
internal import Logging
internal import ResidentVault

/// The witnesses that the operator has listed: lines of a key and the command that reaches its witness.
///
/// ```
/// owners.example/witness+20324abe+BCms… ssh witness@owners.example rvault audit witness sign --state witness
/// ```
struct WitnessList {
    struct Witness: Sendable {
        let key: WitnessKey
        /// Run by `/bin/sh -c` as the daemon's user: it takes the request on standard input and answers on standard output.
        let command: String
    }

    let witnesses: [Witness]

    /// - Throws: `VaultError` naming the line at fault.
    init(reading path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_uid == 0 || status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            throw VaultError(
                .setup, "\(path) must belong to root or the daemon's user, and nobody else may write it",
                hint: "its lines are run as the daemon's user")
        }
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8) else {
            throw VaultError(.setup, "cannot read \(path)")
        }
        var witnesses: [Witness] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let space = line.firstIndex(of: " ") else {
                throw VaultError(.setup, "\(path), line \(number + 1): a key and a command are needed")
            }
            do {
                witnesses.append(
                    Witness(
                        key: try WitnessKey(String(line[..<space])),
                        command: line[space...].trimmingCharacters(in: .whitespaces)))
            } catch { throw VaultError(.setup, "\(path), line \(number + 1): \(error)") }
        }
        self.witnesses = witnesses
    }
}

/// Shows the newest checkpoint to every witness from time to time, and keeps what they sign (C2SP tlog-witness, with a
/// command in the place of HTTP: the vault opens no network connection of its own).
final class WitnessRounds: Sendable {
    private let vault: Vault
    private let list: WitnessList
    private let logger: Logger
    private let reader: VaultReader

    /// How long a witness may take, in seconds.
    private static let patience = 30
    /// A signature line or two, or a status.
    private static let answerLimit = 65_536

    init(vault: Vault, list: WitnessList, logger: Logger) throws {
        self.vault = vault
        self.list = list
        self.logger = logger
        reader = try vault.reader()
    }

    /// One round. It blocks; a witness that cannot be reached is told in the daemon's log, and asked again next time.
    func run() {
        do {
            let size = try vault.logSize()
            var answers: [WitnessKey: [UInt8]] = [:]
            for witness in list.witnesses {
                if let lines = try ask(witness, size: size) { answers[witness.key] = lines }
            }
            guard !answers.isEmpty else { return }
            for refused in try vault.keep(answers, listed: list.witnesses.map(\.key), size: size, reader: reader) {
                complain(refused.name, "its cosignature does not verify")
            }
        } catch { logger.error("witness round failed", metadata: ["error": "\(error)"]) }
    }

    /// - Returns: the witness's signature lines.
    private func ask(_ witness: WitnessList.Witness, size: UInt64) throws -> [UInt8]? {
        var old = try vault.sizeCosigned(by: witness.key)
        // A second try with the size that the witness names: what it cosigned last may not have reached us.
        for _ in 0..<2 {
            guard old <= size else {
                complain(witness.key.name, "it has cosigned \(old) entries, the log has \(size): the log was rolled back")
                return nil
            }
            let request = try vault.witnessRequest(from: old, to: size, reader: reader)
            guard let answer = ShellCommand.run(witness.command, input: request, limit: Self.answerLimit, seconds: Self.patience)
            else {
                complain(witness.key.name, "its command gave no answer")
                return nil
            }
            guard let end = answer.firstIndex(of: 0x0a) else { break }
            let body = Array(answer[(end + 1)...])
            switch String(decoding: answer[..<end], as: UTF8.self) {
            case "200": return body
            case "409":
                let text = String(decoding: body.prefix { $0 != 0x0a }, as: UTF8.self)
                guard let latest = LogIndex.parse(text), latest != old else { break }
                old = latest
                continue
            case let status: complain(witness.key.name, "it refused: \(status.prefix(8))")
            }
            return nil
        }
        complain(witness.key.name, "its answer is not one")
        return nil
    }

    private func complain(_ name: String, _ reason: String) {
        logger.warning("witness", metadata: ["name": "\(name)", "reason": "\(reason)"])
    }
}
