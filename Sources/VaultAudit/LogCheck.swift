internal import VaultModel

/// A verification under way: it takes a log's entries in order and says at the end what is wrong. See `LogVerifier`.
package struct LogCheck {
    /// What the checkpoint's note says. Whether it is signed by a key of the log's is known at the end, because the log's
    /// own entries name its later keys.
    package let checkpoint: Checkpoint?
    private let key: VerifierKey
    private let note: [UInt8]
    private let kept: [(claimed: Checkpoint, note: [UInt8])]
    /// What the log is called by whoever asks.
    private let name: String
    private var pass: LogPass

    init(
        vault: VaultID?, key: VerifierKey, witnesses: [VerifierKey], note: [UInt8], kept notes: [[UInt8]],
        receiver: LogReceiver
    ) {
        name = key.name
        var faults: [(LogFinding.Place, LogFinding.Kind, String)] = []
        do throws(AuditError) {
            checkpoint = try Checkpoint.claimed(note, by: key)
        } catch {
            checkpoint = nil
            faults.append((.checkpoint, .checkpoint, error.description))
        }
        for witness in witnesses {
            do throws(AuditError) {
                if try SignedNote(parsing: note).cosigned(by: witness) != nil { continue }
                faults.append((.checkpoint, .witness, "the witness \(witness.name) has not cosigned it"))
            } catch { faults.append((.checkpoint, .witness, "the witness \(witness.name): \(error.description)")) }
        }
        self.key = key
        self.note = note
        var kept: [(claimed: Checkpoint, note: [UInt8])] = []
        for note in notes {
            do throws(AuditError) {
                kept.append((try Checkpoint.claimed(note, by: key), note))
            } catch { faults.append((.kept(nil), .checkpoint, error.description)) }
        }
        self.kept = kept
        let sizes = Set((kept.map(\.claimed) + [checkpoint].compactMap(\.self)).map(\.size))
        pass = LogPass(vault: vault, sizes: sizes, receiver: receiver)
        for (place, kind, message) in faults { pass.add(place, kind, message) }
    }

    /// Takes the next entry with its stored index.
    ///
    /// - Throws: only what the receiver throws.
    package mutating func take(_ index: UInt64, _ entry: [UInt8]) throws { try pass.take(index, entry) }

    /// Adds what was found elsewhere, in its place among the findings.
    package func add(_ place: LogFinding.Place, _ kind: LogFinding.Kind, _ message: String) { pass.add(place, kind, message) }

    /// The tiles of hashes that are not full, from the lowest level up; all of them once the check is finished.
    package var openTiles: [(path: TilePath, bytes: [UInt8])] { pass.edge.partial }

    /// Looks at what still waits, and compares the whole with the checkpoints.
    ///
    /// - Parameter stored: how many entries the source claims to have.
    package mutating func finish(stored: UInt64) throws -> LogVerification {
        let rules = try pass.finish()
        var findings = rules.findings
        let size = pass.edge.size
        if size != stored {
            findings.add(.entry(size), .sequence, "the store counts \(stored) entries and holds \(size)")
        }
        let keys = rules.replay.keys
        let epochs = rules.replay.epochs
        let origins = epochs.origins(of: name)
        for (entry, made) in epochs.breaks where pass.roots[made.size] != made.root {
            findings.add(.entry(entry), .epoch, "the entries do not hash to the root that it goes on from")
        }
        if !origins.contains(name) {
            findings.add(.checkpoint, .checkpoint, "the log was never called \(name)")
        }
        let signed = opened(note, checkpoint, at: .checkpoint, keys, within: 0, &findings)
        if let signed {
            // A checkpoint under an older name was signed before the break: the newest entries are not under it.
            if origins.last == signed.origin { compare(signed, at: .checkpoint, &findings) } else {
                findings.add(.checkpoint, .checkpoint, AuditError.wrongOrigin.description)
            }
        }
        for (claimed, note) in kept {
            if let kept = opened(note, claimed, at: .kept(nil), keys, within: signed?.size ?? 0, &findings) {
                compare(kept: kept, epochs, origins, &findings)
            }
        }
        return LogVerification(
            size: size, root: try pass.edge.root, checkpoint: signed, findings: findings.findings,
            findingsLeftOut: findings.leftOut, counts: rules.replay.counts,
            breaks: epochs.breaks.map(\.made), keys: keys)
    }

    /// The checkpoint if a key of the log's signed it; one that did not open at all is a finding already.
    private func opened(
        _ note: [UInt8], _ claimed: Checkpoint?, at place: LogFinding.Place, _ keys: LogKeyChain, within vouched: UInt64,
        _ findings: inout FindingList
    ) -> Checkpoint? {
        guard claimed != nil else { return nil }
        do throws(AuditError) { return try keys.open(note, trusting: key, within: vouched) } catch {
            findings.add(place, .checkpoint, error.description)
            return nil
        }
    }

    /// One of an older epoch counts up to the break that ended it.
    private func compare(kept: Checkpoint, _ epochs: LogEpochs, _ origins: [String], _ findings: inout FindingList) {
        let place = LogFinding.Place.kept(kept.size)
        guard origins.contains(kept.origin) else {
            return findings.add(place, .checkpoint, AuditError.wrongOrigin.description)
        }
        if let (entry, made) = epochs.end(of: kept.origin), kept.size > made.size {
            return findings.add(
                place, .lost,
                "the vault was restored from a backup in entry \(entry): the entries \(made.size) to \(kept.size - 1) of the log called \(kept.origin) are lost")
        }
        compare(kept, at: place, &findings)
    }

    private func compare(_ checkpoint: Checkpoint, at place: LogFinding.Place, _ findings: inout FindingList) {
        let size = pass.edge.size
        if size < checkpoint.size {
            findings.add(
                place, .truncated, "the log has \(size) entries, the checkpoint \(checkpoint.size): cut or rolled back")
        } else if pass.roots[checkpoint.size] != checkpoint.root {
            findings.add(place, .root, "the entries do not hash to the signed root: the log was altered")
        }
    }
}
