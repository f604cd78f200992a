package import VaultModel

/// Which entries someone wants to see. What is nil does not matter.
package struct LogFilter: Equatable, Sendable {
    package var from: Instant?
    /// The first moment that is too late.
    package var to: Instant?
    package var action: LogAction?
    package var app: AppName?
    package var party: String?
    package var purpose: PurposeName?
    package var decision: String?
    /// A subject's tag, 16 bytes.
    package var tag: [UInt8]?

    package init() {}

    package func matches(_ entry: LogEntry) -> Bool {
        (from.map { entry.time >= $0 } ?? true) && (to.map { entry.time < $0 } ?? true)
            && (action.map { entry.action == $0 } ?? true) && (app.map { entry.app == $0 } ?? true)
            && (party.map { entry.party == $0 } ?? true) && (purpose.map { entry.purpose == $0 } ?? true)
            && (decision.map { entry.decision == $0 } ?? true)
            && (tag.map { tag in entry.subjects.contains { $0.tag == tag } } ?? true)
    }
}
