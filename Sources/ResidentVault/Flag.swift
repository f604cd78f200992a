internal import Synchronization

/// One bit that the leader of a batch sets for whoever waits for it.
final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set(_ flag: Bool) { value.store(flag, ordering: .releasing) }
}
