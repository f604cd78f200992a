internal import Synchronization

/// One bit that the writer's thread sets for whoever waits for the batch.
final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set(_ flag: Bool) { value.store(flag, ordering: .releasing) }
}
