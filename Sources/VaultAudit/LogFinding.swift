/// One thing that is wrong with a log: where, what kind, and one sentence for a person.
package struct LogFinding: Hashable, Sendable {
    /// Where in the log it is.
    package enum Place: Hashable, Sendable {
        /// The entry with this index; the first is 0.
        case entry(UInt64)
        /// The signed checkpoint, or the log against it.
        case checkpoint
        /// A checkpoint that someone kept, by its size if it opened.
        case kept(UInt64?)
        /// A tile, by its path.
        case tile(String)
        /// Something in an exported directory, by its path.
        case file(String)
        /// The data that the log vouches for.
        case data
    }

    /// What is wrong, as a stable code for programs.
    package enum Kind: String, Sendable, CaseIterable {
        /// The checkpoint's note does not open with the log's key.
        case checkpoint
        /// The stored log is shorter than the checkpoint says.
        case truncated
        /// The stored log has another root at the checkpoint's size.
        case root
        /// A witness's cosignature is missing or does not verify.
        case witness
        /// A tile does not hold what its entries say.
        case tile
        /// Something is missing in an exported directory, or lies there that does not belong.
        case file
        /// A resident's rows are not those that the log last vouched for.
        case resident
        /// A grant's row, signature or keys are not what the log says.
        case bundle
        /// A row's seal does not match it.
        case seal
        /// A table that only helps to find things differs from what it is made of.
        case lookup
        /// Entries are missing, repeated or out of order by their index.
        case sequence
        /// An entry is not in canonical form.
        case form
        /// An entry is of another vault.
        case vault
        /// Time goes back.
        case time
        /// A restore that does not say what it restored, or names that do not follow.
        case epoch
        /// Entries that a kept checkpoint vouches for were lost in a restore.
        case lost
        /// The log does not begin with its one `init` entry.
        case beginning
        /// A config digest does not follow from the changes.
        case config
        /// A state tag stands twice, or a state is there or missing where it must not be.
        case state
        /// A grant is given, paused, resumed or ended out of turn.
        case grant
        /// Something was released or written without a grant that allows it.
        case access
    }

    package let place: Place
    package let kind: Kind
    /// One lower-case sentence without its period. Names fields and codes, never a value.
    package let message: String

    package init(place: Place, kind: Kind, message: String) {
        self.place = place
        self.kind = kind
        self.message = message
    }
}

extension LogFinding: CustomStringConvertible {
    /// Place and message in one line.
    package var description: String {
        switch place {
        case .entry(let index): "entry \(index): \(message)"
        case .checkpoint: "checkpoint: \(message)"
        case .kept(let size): "kept checkpoint\(size.map { " of size \($0)" } ?? ""): \(message)"
        case .tile(let path), .file(let path): "\(path): \(message)"
        case .data: "data: \(message)"
        }
    }
}
