internal import Synchronization

/// One bit that the writer's thread sets for whoever waits for the batch.
final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}
