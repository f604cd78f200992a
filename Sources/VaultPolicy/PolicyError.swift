/// Everything that is wrong with a set of policies, found in one pass: who repairs a policy wants the whole list.
package struct PolicyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Never empty; sorted by file and line.
    package let findings: [PolicyFinding]

    package var description: String { findings.map(\.description).joined(separator: "\n") }
}

/// One fault of a policy file.
package struct PolicyFinding: Sendable, Hashable, CustomStringConvertible {
    /// The file, or the place in a JSON text.
    package let file: String
    /// Counted from 1; 0 when the fault is the file itself or stands in JSON.
    package let line: Int
    /// Lower case, no full stop. Policies hold no resident's value, so it may quote them.
    package let reason: String

    package init(file: String, line: Int, reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }

    package var description: String { line > 0 ? "\(file):\(line): \(reason)" : "\(file): \(reason)" }
}
