internal import VaultAudit
internal import VaultModel
internal import VaultStore

/// Changes of the config: every one takes this way, whoever asks for it (promise 5).
extension Vault {
    /// Writes a change of the config in force, for custodians to sign or to be made at once. Nothing is changed, and
    /// nothing is kept.
    ///
    /// - Throws: `VaultError` saying why it could not be made.
    package func propose(_ operation: ConfigOperation) throws -> ConfigChange {
        try writer.perform { try $0.proposed(operation) }
    }

    /// Makes a change, with custodians' signatures if it widens and the vault has custodians.
    ///
    /// - Parameter bytes: the change as `propose` wrote it.
    /// - Returns: the config now in force, and how many grants ended with what the change took away, or could not be ended
    ///   because their rows are damaged. They open nothing any more.
    /// - Throws: `VaultError` with `conflict` if another change came first, `forbidden` if signatures are missing.
    @discardableResult
    package func change(
        _ bytes: [UInt8], approvals: [ConfigChange.Approval] = [], uid: UInt32
    ) throws -> (config: ConfigInForce, ended: Int, failed: Int) {
        let request = RequestID.random()
        let (config, operation) = try perform(changing: bytes) { transaction in
            let change = try ConfigChange(reading: bytes, for: transaction.config)
            try transaction.make(change, approvals: approvals, request: request, uid: uid)
            return (transaction.config, change.operation)
        }
        switch operation {
        case .appRemove, .policies, .handover:
            let (ended, failed) = try endUncarried(request: request, uid: uid)
            return (config, ended, failed)
        case .custodians:
            // The keys' shares follow; what stands in the way is tried again every minute.
            do { try settleKeys() } catch {
                throw VaultError(
                    .logUnavailable,
                    "the custodians are changed, but the service key and the pepper are not split among them yet: \(error)",
                    hint: "mend what is in the way: rvaultd tries again every minute; then hand each custodian their file")
            }
            return (config, 0, 0)
        case .appAdd, .appKey, .auditorAdd, .auditorRemove, .serviceKey: return (config, 0, 0)
        }
    }
}

extension Transaction {
    /// A change of the config in force which that config allows.
    func proposed(_ operation: ConfigOperation) throws -> ConfigChange {
        let change = try ConfigChange(operation, to: config)
        _ = try ConfigInForce(try operation.applied(to: config.config))
        return change
    }
}
