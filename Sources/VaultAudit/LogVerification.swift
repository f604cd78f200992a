/// What a verification found.
package struct LogVerification: Equatable, Sendable {
    /// The number of entries read.
    package var size: UInt64
    /// The root computed over all of them.
    package var root: [UInt8]
    /// The checkpoint, if its note opened.
    package var checkpoint: Checkpoint?
    /// What is wrong, in the order found; at most `LogVerifier.findingLimit`.
    package var findings: [LogFinding]
    /// How many more there were.
    package var findingsLeftOut: UInt64
    /// How many well-formed entries there are of each action.
    package var counts: [LogAction: UInt64]
    /// Restores from backups, in order: after each the log goes on under another name.
    package var breaks: [LogBreak] = []
    /// The keys that the log was signed with, as its entries name them.
    package var keys: LogKeyChain

    /// Whether nothing is wrong.
    package var isSound: Bool { findings.isEmpty }
}
