internal import ArgumentParser
internal import Glibc
internal import VaultAPI
internal import VaultAudit
internal import VaultModel

struct AuditPublishCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Write the newest checkpoint as one page for the notice board, in Chinese and English.",
        discussion: """
            Hang it out: whoever keeps a copy can show later that the log was changed.

            Example: rvault audit publish --out notice.txt
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The file to write; standard output if absent.", valueName: "file"))
    var out: String?

    @Option(help: ArgumentHelp("Witnesses' keys, one a line: those that have cosigned are named on the page.", valueName: "file"))
    var witness: String?

    @Flag(help: "The newest checkpoint that witnesses have cosigned, instead of the newest.")
    var cosigned = false

    func perform(_ console: Console) async throws {
        let calls = AuditCalls(global.publicClient)
        let note = try await calls.bytes(cosigned ? .cosigned : .checkpoint)
        let key = try KeyFile.verifierKey(try await calls.bytes(.logKey), at: "audit/vkey")
        let checkpoint = try Checkpoint.open(note, key: key)
        let witnesses = try witness.map { try KeyFile.read($0, role: .witness) } ?? []
        let page = try NoticePage(checkpoint: checkpoint, note: note, key: key, witnesses: witnesses,
            date: Instant(milliseconds: Int64(time(nil)) * 1000).localDay).text
        if console.json {
            return console.answer([
                "size": .integer(Int64(checkpoint.size)), "root": .string(Hex.encode(checkpoint.root)), "key": .string(key.text),
                "checkpoint": .string(String(decoding: note, as: UTF8.self)), "page": .string(page),
            ])
        }
        guard let out else { return console.say(page) }
        try PrivateFile.create(out, mode: 0o644, Array(page.utf8))
        console.note(AuditText.reportWritten, out)
    }
}

/// The page itself: Chinese first, then English, then the note to type or scan.
struct NoticePage {
    let checkpoint: Checkpoint
    let note: [UInt8]
    let key: VerifierKey
    /// Whose cosignatures are checked and named: a line alone proves nothing.
    let witnesses: [VerifierKey]
    /// The local day.
    let date: String

    var text: String {
        get throws {
            let signed = try SignedNote(parsing: note)
            let witnesses = witnesses.filter { (try? signed.cosigned(by: $0)) ?? nil != nil }.map(\.name)
            var lines: [String] = []
            for language in [Language.chinese, .english] {
                func say(_ key: NoticeText, _ argument: String = "") { lines.append(Sentence(key, argument).text(in: language)) }
                say(.title)
                lines.append("")
                say(.meaning)
                lines.append("")
                say(.date, date)
                say(.log, checkpoint.origin)
                say(.size, "\(checkpoint.size)")
                say(.root)
                lines += Self.groups(checkpoint.root).map { "    " + $0 }
                if !witnesses.isEmpty { say(.witness, witnesses.joined(separator: ", ")) }
                lines.append("")
                say(.howTitle)
                say(.how)
                lines += ["", String(repeating: "-", count: 72), ""]
            }
            for language in [Language.chinese, .english] { lines.append(Sentence(NoticeText.keep).text(in: language)) }
            lines += ["", String(decoding: note, as: UTF8.self)]
            for language in [Language.chinese, .english] { lines.append(Sentence(NoticeText.key, key.text).text(in: language)) }
            return lines.joined(separator: "\n") + "\n"
        }
    }

    /// Four lines of four groups of four digits: people compare such lines by eye.
    static func groups(_ root: [UInt8]) -> [String] {
        let digits = Array(Hex.encode(root))
        let groups = stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<min($0 + 4, digits.count)]) }
        return stride(from: 0, to: groups.count, by: 4).map { groups[$0..<min($0 + 4, groups.count)].joined(separator: " ") }
    }
}
