internal import ArgumentParser
internal import Foundation
internal import ResidentVault
internal import VaultModel

/// Puts a vault back from a backup and a newer copy of its log.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a vault back in a new or empty directory.",
        discussion: """
            Example: rvaultd restore last.backup --dir /var/lib/rvault --log ./log --service-key service.key --pepper pepper
            """)

    @Argument(help: "The backup.")
    var file: String

    @Option(help: "The vault's new directory; made with mode 0700.")
    var dir: String

    @Option(help: "A directory with the newest exported log.")
    var log: String

    @Option(help: "The file of the service key.")
    var serviceKey: String

    @Option(help: "The file of the service key of the backup's day, if it was rotated since.")
    var serviceKeyOld: String?

    @Option(help: "The file of the pepper.")
    var pepper: String

    @Option(help: "The file of the pepper before it, if passphrases in the backup are still under that one.")
    var pepperOld: String?

    @Option(help: "A checkpoint kept elsewhere, which the log must continue; may be given several times.")
    var checkpoint: [String] = []

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let restore = VaultRestore(
            backup: file, directory: dir, tiles: log, checkpoints: try checkpoint.map(BackupVerifyCommand.read))
        guard let report = try restore.run(serviceKey: serviceKey, pepper: pepper, olderServiceKey: serviceKeyOld, olderPepper: pepperOld) else {
            return StandardError.writeOut("the vault in \(dir) was put back before; start it with: rvaultd --dir \(dir)\n")
        }
        json ? printJSON(report) : printText(report)
    }

    private func printText(_ report: RestoreReport) {
        var lines = [
            "put the vault back in \(dir), from the backup of \(report.made.localMinute)",
            "\(report.residents) residents, \(report.entries) log entries; every row is as the log says",
            "done again since the backup: \(report.erasedAgain) residents and \(report.fieldsErasedAgain) fields erased, \(report.grantsEnded) permissions ended or paused, \(report.configChanges) changes of the rules",
            "lost: \(report.residentsLost) residents enrolled, \(report.grantsLost) permissions given, \(report.writesLost) writes; of \(report.changed) residents something had changed",
        ]
        if report.toBeLetIn > 0 {
            lines.append("\(report.toBeLetIn) residents had a new way in since: the old one stays dead, and custodians must let them in again")
        }
        if report.oldWaysKept > 0 {
            lines.append("\(report.oldWaysKept) residents had a new way in since, and have the old one again: their letter or passphrase from before. Tell them")
        }
        if report.toBeEntrusted > 0 {
            lines.append("\(report.toBeEntrusted) residents' shares are not with the custodians of now: they are made anew at each one's next login, or by: rvault custodian request entrust --all")
        }
        if report.outOfCustody > 0 {
            lines.append("of \(report.outOfCustody) of them the custodians of now hold too few to open anything: until they log in, let those who held them hand over once more (rvault custodian shares)")
        }
        if report.underLostPepper > 0 {
            lines.append("\(report.underLostPepper) residents' passphrases are under an older pepper that was not given: restore again with --pepper-old, or let custodians let them in")
        }
        lines += [
            "what was logged after the copy of the log is lost, so the log goes on under another name: \(report.origin)",
            "hand out the new \(dir)/log.vkey and checkpoint; witnesses take it for a new log; old checkpoints up to the break still verify",
            "start it with: rvaultd --dir \(dir)",
        ]
        StandardError.writeOut(lines.joined(separator: "\n") + "\n")
    }

    private func printJSON(_ report: RestoreReport) {
        let answer: JSON = [
            "dir": .string(dir), "made": .string(report.made.rfc3339), "origin": .string(report.origin),
            "entries": .integer(Int64(report.entries)), "residents": .integer(report.residents),
            "erased_again": .integer(Int64(report.erasedAgain)), "fields_erased_again": .integer(Int64(report.fieldsErasedAgain)),
            "grants_ended": .integer(Int64(report.grantsEnded)), "grants_lost": .integer(Int64(report.grantsLost)),
            "residents_lost": .integer(Int64(report.residentsLost)), "changed": .integer(Int64(report.changed)),
            "writes_lost": .integer(Int64(report.writesLost)), "to_be_let_in": .integer(Int64(report.toBeLetIn)),
            "old_ways_kept": .integer(Int64(report.oldWaysKept)), "config_changes": .integer(Int64(report.configChanges)),
            "to_be_entrusted": .integer(Int64(report.toBeEntrusted)), "out_of_custody": .integer(Int64(report.outOfCustody)),
            "under_lost_pepper": .integer(report.underLostPepper),
        ]
        StandardError.writeOut(String(decoding: answer.encoded, as: UTF8.self) + "\n")
    }
}
