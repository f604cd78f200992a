internal import GRDB
internal import Synchronization

/// Field and source names by small numbers, so that a cell row carries two bytes for them and not twenty.
///
/// Rows of the `name` table are only ever added. They are not sealed: a swapped name makes cells fail to open, because
/// both names are authenticated with the value. Only names that a reader saw committed are remembered.
final class NameTable: Sendable {
    private struct Known {
        var ids: [String: Int64] = [:]
        var texts: [Int64: String] = [:]
    }

    private let known = Mutex(Known())

    /// The number of a name; nil if no cell was ever written under it.
    func id(of text: String, in snapshot: Snapshot) throws -> Int64? {
        if let id = known.withLock({ $0.ids[text] }) { return id }
        let id: Int64? = try snapshot.first("SELECT id FROM name WHERE text = ?", [text]) { $0[0] }
        if let id { remember(id, text, in: snapshot) }
        return id
    }

    func text(of id: Int64, in snapshot: Snapshot) throws -> String {
        if let text = known.withLock({ $0.texts[id] }) { return text }
        let text: String? = try snapshot.first("SELECT text FROM name WHERE id = ?", [id]) { $0[0] }
        guard let text else { throw StoreError.malformedRow(table: "name") }
        remember(id, text, in: snapshot)
        return text
    }

    private func remember(_ id: Int64, _ text: String, in snapshot: Snapshot) {
        // A write transaction may still be rolled back.
        guard snapshot.db.configuration.readonly else { return }
        known.withLock {
            $0.ids[text] = id
            $0.texts[id] = text
        }
    }
}
