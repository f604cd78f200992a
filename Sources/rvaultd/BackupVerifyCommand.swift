internal import ArgumentParser
internal import Foundation
internal import ResidentVault
internal import VaultModel

/// Checks a backup, without a daemon and without a secret.
struct BackupVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup-verify", abstract: "Check a backup with public keys alone.",
        discussion: "Example: rvaultd backup-verify /mnt/stick/vault-2026-11-23.backup")

    @Argument(help: "The backup.")
    var file: String

    @Option(help: "A checkpoint kept elsewhere, which the log in the backup must continue; may be given several times.")
    var checkpoint: [String] = []

    @Option(help: "A file with the log's verifier key kept elsewhere; the backup's own word if absent.")
    var vkey: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let (backup, report) = try BackupVerification.verify(
            file, key: try vkey.map { String(decoding: try Self.read($0), as: UTF8.self) },
            kept: try checkpoint.map(Self.read), now: Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))
        json ? printJSON(backup, report) : printText(backup, report)
        if !report.isSound { throw ExitCode(1) }
    }

    private func printText(_ backup: BackupDescription, _ report: VerificationReport) {
        for finding in report.findings { StandardError.writeOut("\(finding.text)\n") }
        if report.leftOut > 0 { StandardError.writeOut("… and \(report.leftOut) more\n") }
        StandardError.writeOut(
            """
            backup \(backup.id.base64) of the vault \(backup.vault.base64), log \(backup.name)
            made on \(backup.made.localMinute), \(backup.bytes) bytes, \(backup.residents) residents, \(backup.size) log entries
            its life ends on \(backup.end.localDay): destroy it then; no restore takes it any more

            """)
        guard report.isSound else {
            return StandardError.writeOut("FAILED: \(report.findings.count) findings\n")
        }
        StandardError.writeOut("the file is whole, its log leads to its signed checkpoint, and every row is as the log says\n")
        StandardError.write("row seals were not checked: that needs the service key, and `rvault restore` does it\n")
    }

    private func printJSON(_ backup: BackupDescription, _ report: VerificationReport) {
        let answer: JSON = [
            "sound": .bool(report.isSound), "backup": .string(backup.id.base64), "vault": .string(backup.vault.base64),
            "log": .string(backup.name), "made": .string(backup.made.rfc3339), "ends": .string(backup.end.rfc3339),
            "bytes": .integer(backup.bytes), "residents": .integer(backup.residents), "size": .integer(Int64(backup.size)),
            "root": .string(Hex.encode(backup.root)),
            "findings": .array(report.findings.map { ["kind": .string($0.kind), "text": .string($0.text)] }),
            "left_out": .integer(Int64(report.leftOut)),
        ]
        StandardError.writeOut(String(decoding: answer.encoded, as: UTF8.self) + "\n")
    }

    static func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw VaultError(.setup, "cannot read \(path)") }
        return Array(data)
    }
}
