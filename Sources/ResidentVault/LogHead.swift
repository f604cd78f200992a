internal import VaultAudit
internal import VaultModel
internal import VaultStore

/// Where the stored log stands, and the config in force: what a start, and a writer after a failed commit, go on from.
///
/// It is read from the sealed head, not from the log's own rows, which are not sealed.
struct LogHead {
    let frontier: Frontier
    /// The newest entry's time.
    let newest: Instant
    let config: ConfigInForce

    /// - Throws: `VaultError.integrity` for a log without entries or of another length than its head says, and for a
    ///   config that is not the one the head names: an older one that was put back is sealed as well as the newest.
    ///   `StoreError.rowSeal` for one that is sealed by a key of before: both are written with the first entry under the
    ///   new one.
    init(checking stored: Snapshot) throws {
        let snapshot = stored.underNewestKey
        let count = try snapshot.logCount()
        guard count > 0, let head = try snapshot.logHead(), let body = try snapshot.config()?.body else {
            throw VaultError(.integrity, "the database holds no complete vault: its log has \(count) entries")
        }
        frontier = try Frontier(encoded: head.frontier)
        guard frontier.size == count else {
            throw VaultError(.integrity, "the log has \(count) entries, its head names \(frontier.size)")
        }
        newest = head.time
        config = try ConfigInForce(try VaultConfig(body: body))
        guard config.digest == head.config else {
            throw VaultError(
                .integrity, "the stored config is not the one that the log's newest entry names",
                hint: "an older config was put back, or a newer one removed; look with: rvault audit verify --data")
        }
    }
}
