internal import VaultModel

/// One line that a person can read for an entry. Entries hold no names, so the line tells none.
package enum LogText {
    /// Local minute, action, then what the entry has of: app or role, purpose, fields, what came of it for how many,
    /// count, reason. For example
    /// `2026-11-23 16:05  read  parking  parking.permit  contact.phone vehicle.plates  1 released, 1 no_grant`.
    package static func line(_ entry: LogEntry) -> String {
        var parts = [entry.time.localMinute, entry.action.rawValue]
        parts.append(contentsOf: [entry.app?.text ?? entry.role?.rawValue, entry.purpose?.text].compactMap(\.self))
        if !entry.fields.isEmpty { parts.append(entry.fields.map(\.text).joined(separator: " ")) }
        if !entry.withheld.isEmpty { parts.append("withheld " + entry.withheld.map(\.text).joined(separator: " ")) }
        if !entry.subjects.isEmpty { parts.append(outcomes(entry.subjects)) }
        if let until = entry.until { parts.append("until \(until.localMinute)") }
        if let count = entry.count { parts.append(count == 1 ? "1 time" : "\(count) times") }
        if let residents = entry.residents { parts.append(residents == 1 ? "1 resident" : "\(residents) residents") }
        parts.append(contentsOf: [entry.decision, entry.reason].compactMap(\.self))
        return parts.map(printable).joined(separator: "  ")
    }

    /// How many residents had which outcome, in the order in which the outcomes first stand.
    private static func outcomes(_ subjects: [LogEntry.Subject]) -> String {
        var order: [String] = []
        var counts: [String: Int] = [:]
        for subject in subjects {
            if counts[subject.outcome] == nil { order.append(subject.outcome) }
            counts[subject.outcome, default: 0] += 1
        }
        return order.map { "\(counts[$0] ?? 0) \($0)" }.joined(separator: ", ")
    }

    /// Free texts come from outside: what would move the cursor or start a new line is shown as a question mark.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                        "?"
                    default: scalar
                    }
                }))
    }
}
