/// What an entry records. The list is closed: an entry with another action is refused (promise 9).
package enum LogAction: String, Sendable, CaseIterable {
    /// The vault was made; always the first entry, and only that.
    case initialized = "init"
    /// The config changed; the entry holds the whole change.
    case config
    /// Residents came in.
    case enrolled
    /// Grants were given; the entry holds their bounds.
    case given
    /// A resident set their passphrase with the letter's code.
    case activated
    /// A resident changed their passphrase.
    case passphrase
    /// A resident logged in.
    case login
    /// A resident looked at their own data.
    case viewed
    /// An app asked for access.
    case requested
    /// A resident refused a request.
    case denied
    /// A resident ended a grant.
    case withdrawn
    /// A resident paused a grant.
    case paused
    /// A resident resumed a paused grant.
    case resumed
    /// A grant's date came.
    case expired
    /// A grant ended with its app or from the other side.
    case terminated
    /// A grant was found to have been given wrongly.
    case invalidated
    /// A resident's seed was split anew, for the custodians now in force.
    case custody
    /// A resident's fields were moved to a new epoch.
    case rekeyed
    /// An app asked to read residents' fields.
    case read
    /// An app wrote fields under a grant.
    case written
    /// A write that waits for the resident to accept it.
    case proposed
    /// An import changed people who were enrolled before.
    case imported
    /// An app looked someone up.
    case lookedUp = "looked_up"
    /// A request was refused before it concerned anyone.
    case refused
    /// Callers without a valid credential, counted by uid and minute.
    case unknownCallers = "unknown_callers"
    /// A resident's record and keys were destroyed.
    case erased
    /// Some of a resident's fields were destroyed: asked for, or because their time was over.
    case fieldsErased = "fields_erased"
    /// Custodians were asked to act together; the entry holds the whole request.
    case ceremony
    /// What came of it, with the custodians' signatures.
    case ceremonyClosed = "ceremony_closed"
    /// Custodians made a resident's way in anew: a new letter, and until it is used no signing key.
    case recovered
    /// Keys of the vault's or of residents' were changed for new ones; the entry's rule says which.
    case rotated
    /// The database was copied to a backup.
    case backedUp = "backed_up"
    /// The vault was put back from a backup; the entry names what was lost and how many residents there are.
    case restored
    /// A resident's rows after a restore, past every revision that the log knows.
    case rebased
    /// An auditor or the operator read the log: one entry for a reader and an hour.
    case audited
    /// Whole tiles of old entries were moved out of the database into the archive.
    case archived
    /// A sign of steady time.
    case heartbeat

    /// Whether this ends a grant for good, or for as long as it is paused.
    package var endsGrant: Bool {
        switch self {
        case .withdrawn, .paused, .expired, .terminated, .invalidated, .erased: true
        default: false
        }
    }

    /// Whether the subjects stand in the order asked. All others are sorted by tag, so that the entries of one
    /// change for two apps cannot be joined by position (promise 6).
    package var keepsOrderAsked: Bool {
        switch self {
        case .read, .lookedUp, .refused: true
        default: false
        }
    }
}

/// Who acted.
package enum LogRole: String, Sendable, CaseIterable {
    case `operator`
    case resident
    /// A person who acts for the resident under a delegation.
    case delegate
    case app
    case auditor
    case custodian
}
