package import VaultModel

/// What a restore did and what is lost, in numbers: for the report that the community gets.
package struct RestoreReport: Equatable, Sendable {
    /// When the backup was made.
    package internal(set) var made: Instant
    /// The log's name from now on.
    package internal(set) var origin: String
    /// The log's size now, the restore's own entries with it.
    package internal(set) var entries: UInt64 = 0
    /// Residents that there are.
    package internal(set) var residents: Int64 = 0
    /// Residents in the backup who had been erased since, and are again.
    package internal(set) var erasedAgain = 0
    /// Fields that had been erased since, and are again.
    package internal(set) var fieldsErasedAgain = 0
    /// Permissions in the backup that had ended or been paused since, and have again.
    package internal(set) var grantsEnded = 0
    /// Permissions given since the backup: lost, and closed in the log.
    package internal(set) var grantsLost = 0
    /// Residents enrolled since the backup: lost.
    package internal(set) var residentsLost = 0
    /// Residents of whom something had changed since the backup.
    package internal(set) var changed = 0
    /// Writes since the backup, whose values are lost.
    package internal(set) var writesLost = 0
    /// Residents whose way in had changed since, and is gone: custodians let them in.
    package internal(set) var toBeLetIn = 0
    /// Residents whose way in had changed since, and who have the old one again, because nobody could let them in.
    package internal(set) var oldWaysKept = 0
    /// Residents whose shares are not those of the custodians in force: their next login or a ceremony splits anew.
    package internal(set) var toBeEntrusted = 0
    /// Those among them for whom custodians in force hold too few shares to open anything: until their next login only
    /// the custodians of the backup's day could, by handing over once more.
    package internal(set) var outOfCustody = 0
    /// Residents whose passphrase is under an older pepper that was not given: it lets them in no more.
    package internal(set) var underLostPepper: Int64 = 0
    /// Changes of the rules that were made again.
    package internal(set) var configChanges = 0

    init(made: Instant, origin: String) {
        self.made = made
        self.origin = origin
    }
}
