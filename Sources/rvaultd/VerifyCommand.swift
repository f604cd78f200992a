internal import ArgumentParser
internal import Foundation
internal import ResidentVault
internal import VaultModel

/// Checks a directory's log from the stored rows, beside a running daemon or without one.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check the log against its signed checkpoint.",
        discussion: "Example: rvaultd verify --dir /var/lib/rvault --checkpoint ~/checkpoint-from-the-notice-board")

    @Option(help: "The vault's directory.")
    var dir: String

    @Option(help: "A checkpoint kept elsewhere, which the log must continue; may be given several times.")
    var checkpoint: [String] = []

    @Option(help: "A file with the log's verifier key kept elsewhere; the directory's log.vkey if absent.")
    var vkey: String?

    @Flag(help: "Hold every resident's rows, keys and grants against the log too.")
    var data = false

    @OptionGroup var keys: KeyOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let kept = try checkpoint.map { try read($0) }
        let key = try vkey.map { String(decoding: try read($0), as: UTF8.self) }
        let report = try VaultVerification.verify(
            directory: dir, source: keys.source(dir, asking: false), kept: kept, key: key, data: data)
        json ? printJSON(report) : printText(report)
        if !report.isSound { throw ExitCode(1) }
    }

    private func printText(_ report: VerificationReport) {
        for finding in report.findings { StandardError.writeOut("\(finding.text)\n") }
        if report.leftOut > 0 { StandardError.writeOut("… and \(report.leftOut) more\n") }
        for made in report.breaks {
            StandardError.writeOut(
                "restored: from the backup of \(made.made.localMinute), the log went on from \(made.size) entries as \(made.origin); what had been logged after them is lost\n")
        }
        let root = Hex.encode(report.root)
        guard report.isSound else {
            return StandardError.writeOut("FAILED: \(report.findings.count) findings in \(report.size) entries\n")
        }
        StandardError.writeOut(
            """
            verified: \(report.size) entries, the tree's root is
              \(root)
            the checkpoint of size \(report.checkpoint.map { String($0) } ?? "?") is signed by the log's key and is a prefix of the stored log

            """)
        for path in checkpoint { StandardError.writeOut("it continues the checkpoint in \(path)\n") }
        guard data else { return }
        StandardError.writeOut("every resident's rows, keys and grants are those that the log last recorded\n")
        if report.sealsChecked == false {
            StandardError.write("row seals were not checked: no service key can be read here; for locked keys give --passphrase-fd N\n")
        }
    }

    private func printJSON(_ report: VerificationReport) {
        let findings = report.findings.map { finding -> JSON in
            var members: [String: JSON] = ["kind": .string(finding.kind), "text": .string(finding.text)]
            members["entry"] = finding.entry.map { .integer(Int64($0)) }
            return .object(members)
        }
        var answer: [String: JSON] = [
            "sound": .bool(report.isSound), "size": .integer(Int64(report.size)), "root": .string(Hex.encode(report.root)),
            "findings": .array(findings), "left_out": .integer(Int64(report.leftOut)),
            "counts": .object(report.counts.mapValues { .integer(Int64($0)) }),
        ]
        if !report.breaks.isEmpty {
            answer["breaks"] = .array(
                report.breaks.map {
                    ["size": .integer(Int64($0.size)), "origin": .string($0.origin), "backup": .string($0.made.rfc3339)]
                })
        }
        answer["seals_checked"] = report.sealsChecked.map(JSON.bool)
        StandardError.writeOut(String(decoding: JSON.object(answer).encoded, as: UTF8.self) + "\n")
    }

    private func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw VaultError(.setup, "cannot read \(path)") }
        return Array(data)
    }
}
