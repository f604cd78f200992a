package import VaultModel

/// What a backup says of itself: one row in a table that no vault has.
package struct BackupRow: Sendable, Equatable {
    /// Random; the log's entry `backed_up` names it.
    package let id: RequestID
    package let vault: VaultID
    /// The log's origin when it was made.
    package let name: String
    package let made: Instant
    /// Its longest life, in days.
    package let days: Int
    package let residents: Int64
    /// The log's size and root in it.
    package let size: UInt64
    package let root: [UInt8]
    /// The signed note over just that size and root.
    package let checkpoint: [UInt8]
    /// The log's verifier key, as text.
    package let key: String

    package init(
        id: RequestID, vault: VaultID, name: String, made: Instant, days: Int, residents: Int64, size: UInt64,
        root: [UInt8], checkpoint: [UInt8], key: String
    ) {
        self.id = id
        self.vault = vault
        self.name = name
        self.made = made
        self.days = days
        self.residents = residents
        self.size = size
        self.root = root
        self.checkpoint = checkpoint
        self.key = key
    }

    /// The moment from which no `restore` takes it any more.
    package var end: Instant { made.advanced(bySeconds: Int64(days) * 86_400) }
}
