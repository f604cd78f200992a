internal import VaultImport
internal import VaultModel

/// The report on an import, for people and for programs.
struct ImportSummary {
    let report: ImportReport
    /// Absent on a dry run.
    var outcome: Enrolment.Outcome?
    /// Rows a platform's import handed over; absent otherwise.
    var accepted: Int?
    /// People or rows that the daemon refused.
    var refused: [(file: String, line: Int, reason: String)] = []
    /// Where letters were written, and how many are new.
    var letters: (path: String, count: Int)?

    var json: JSON {
        var members = report.json.object ?? [:]
        let more = refused.map {
            JSON.object(["file": .string($0.file), "line": .integer(Int64($0.line)), "reason": .string($0.reason)])
        }
        members["rejected"] = .array((members["rejected"]?.array ?? []) + more)
        if let outcome {
            members["enrolled"] = .integer(Int64(outcome.enrolled))
            members["known"] = .integer(Int64(outcome.known))
            members["letters"] = letters.map { .string($0.path) } ?? .null
            members["no_grants"] = .array(outcome.noGrants.sorted().map { .string($0.text) })
        }
        if let accepted { members["accepted"] = .integer(Int64(accepted)) }
        return .object(members)
    }

    func show(_ console: Console) {
        if console.json { return console.answer(json) }
        console.say(ImportText.persons, "\(report.persons)", "\(report.merged)")
        let refused = refused.map { (file: $0.file, line: $0.line, reason: $0.reason) }
        list(.conflicts, report.conflicts.map { ($0.file, $0.line, $0.reason) }, console)
        list(.unmatched, report.unmatched.map { ($0.file, $0.line, $0.reason) }, console)
        list(.rejected, report.rejected.map { ($0.file, $0.line, $0.reason) } + refused, console)
        if let accepted { console.say(ImportText.accepted, "\(accepted)") }
        guard let outcome else { return }
        console.say(ImportText.enrolled, "\(outcome.enrolled)", "\(outcome.known)")
        if !outcome.noGrants.isEmpty {
            console.say(ImportText.noGrants, outcome.noGrants.sorted().map(\.text).joined(separator: ", "))
        }
        if let letters { console.say(ImportText.letters, letters.path, "\(letters.count)") }
    }

    private func list(_ title: ImportText, _ rows: [(file: String, line: Int, reason: String)], _ console: Console) {
        console.say(title, "\(rows.count)")
        for row in rows { console.say("  \(row.file):\(row.line): \(row.reason)") }
    }
}
