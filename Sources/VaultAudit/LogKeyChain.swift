internal import VaultCrypto
package import VaultModel

/// The keys a log was signed with, one after the other, as its own entries name them (design, section 4, "Service key").
///
/// The first stands in `init`. Each further one comes into force with a `config` entry whose change is a `service_key`: it
/// names the new key, and carries a signature of the key before over it. So whoever trusts one key of the chain can follow
/// it to the others, and nobody who lacks a key can put another in its place.
package struct LogKeyChain: Sendable, Equatable {
    private struct Link: Sendable, Equatable {
        let key: [UInt8]
        /// The entry that put it in force.
        let since: UInt64
    }

    private var links: [Link] = []

    package init() {}

    /// A chain that begins with a key somebody trusts, wherever it stands in the log.
    package init(trusting key: VerifierKey) { links = [Link(key: key.publicKey.bytes, since: 0)] }

    /// Follows a change from the newest key of the chain; what does not come from it is no step.
    package mutating func follow(_ index: UInt64, _ entry: LogEntry) {
        var next = self
        if entry.action == .config, next.take(index, .config, vault: entry.vault, change: entry.change) == nil { self = next }
    }

    /// The keys, oldest first.
    package var keys: [[UInt8]] { links.map(\.key) }

    /// The type of the object that the key before signs.
    package static let type = "log-key"

    /// What the key before signs: that another takes its place in this vault's log.
    ///
    /// - Throws: never for keys of 32 bytes.
    package static func object(vault: VaultID, from old: [UInt8], to new: [UInt8]) throws -> [UInt8] {
        try CanonicalJSON.encode([
            "type": .string(type), "vault": .string(vault.base64), "from": .string(Base64URL.encode(old)),
            "to": .string(Base64URL.encode(new)),
        ])
    }

    /// Takes an entry that can name a key.
    ///
    /// - Returns: what is wrong with it; nil if nothing is, or if it names no key.
    package mutating func take(_ index: UInt64, _ action: LogAction, vault: VaultID, change: JSON?) -> String? {
        switch action {
        case .initialized:
            // Logs of other makers need not name one; then the key that was given is all there is.
            guard links.isEmpty, let key = Self.key(change?["keys"]?["log"]) else { return nil }
            links = [Link(key: key, since: index)]
            return nil
        case .config:
            guard let change, change["op"] == "service_key" else { return nil }
            guard let last = links.last, let new = Self.key(change["log"]) else {
                return "the log's key is changed for one that the entry does not name"
            }
            guard let signature = change["cross"]?.string.flatMap(Base64URL.decode),
                let object = try? Self.object(vault: vault, from: last.key, to: new),
                let old = try? SigningPublicKey(last.key),
                (try? old.verify(signature, type: Self.type, object: object)) != nil
            else { return "the log's key is changed without a signature by the key before" }
            guard !links.contains(where: { $0.key == new }) else { return "the log goes back to a key that it had before" }
            links.append(Link(key: new, since: index))
            return nil
        default: return nil
        }
    }

    private static func key(_ json: JSON?) -> [UInt8]? {
        json?.string.flatMap(Base64URL.decode).flatMap { $0.count == 32 ? $0 : nil }
    }

    /// Opens a note by whoever trusts one key of the chain, or by that key alone if it is not in it.
    ///
    /// A later key counts because each key before signed for the one after. An earlier one counts only when a tree that is
    /// vouched for holds the entries that lead from it to the key that is trusted: otherwise anybody could name that key
    /// the successor of one of theirs.
    ///
    /// - Parameter vouched: the size of a tree that is vouched for already; 0 for none.
    /// - Throws: what `Checkpoint.open` throws; `AuditError.supersededKey` for a checkpoint of a tree in which another key
    ///   had taken the signer's place already.
    package func open(
        _ note: [UInt8], trusting key: VerifierKey, within vouched: UInt64 = 0
    ) throws(AuditError) -> Checkpoint {
        guard let trusted = links.firstIndex(where: { $0.key == key.publicKey.bytes }) else {
            return try Checkpoint.open(note, ofAnyEpochOf: key)
        }
        var failure = AuditError.unknownSigner
        for (position, link) in links.enumerated() where position >= trusted || vouched > links[trusted].since {
            let checkpoint: Checkpoint
            do throws(AuditError) {
                guard let publicKey = try? SigningPublicKey(link.key) else { continue }
                checkpoint = try Checkpoint.open(
                    note, ofAnyEpochOf: try VerifierKey(name: key.name, publicKey: publicKey))
            } catch {
                if error != .unknownSigner { failure = error }
                continue
            }
            // A tree of size n holds the entries before n.
            if position + 1 < links.count, checkpoint.size > links[position + 1].since { throw .supersededKey }
            return checkpoint
        }
        throw failure
    }
}

extension Checkpoint {
    /// What a note of the key's log says, before anyone vouches for it: its signature may be by a later key of the log's.
    ///
    /// - Throws: as `open`, but for a signature by another key.
    static func claimed(_ note: [UInt8], by key: VerifierKey) throws(AuditError) -> Checkpoint {
        do throws(AuditError) { return try open(note, ofAnyEpochOf: key) } catch {
            guard error == .unknownSigner else { throw error }
        }
        let checkpoint = try Checkpoint(parsing: try SignedNote(parsing: note).text)
        guard first(checkpoint.origin, isLike: key.name) else { throw .wrongOrigin }
        return checkpoint
    }
}
