internal import VaultModel

/// A verification under way: it takes a log's entries in order and says at the end what is wrong. See `LogVerifier`.
package struct LogCheck {
    /// The checkpoint, if its note opened.
    package let checkpoint: Checkpoint?
    private let kept: [Checkpoint]
    /// What the log is called by whoever asks.
    private let name: String
    private var pass: LogPass

    init(
        vault: VaultID?, key: VerifierKey, witnesses: [VerifierKey], note: [UInt8], kept notes: [[UInt8]],
        eachLeaf: ((UInt64, [UInt8], [UInt8]) throws -> Void)?
    ) {
        name = key.name
        var faults: [(LogFinding.Place, LogFinding.Kind, String)] = []
        do throws(AuditError) {
            checkpoint = try Checkpoint.open(note, ofAnyEpochOf: key)
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
        var kept: [Checkpoint] = []
        for note in notes {
            do throws(AuditError) {
                kept.append(try Checkpoint.open(note, ofAnyEpochOf: key))
            } catch { faults.append((.kept(nil), .checkpoint, error.description)) }
        }
        self.kept = kept
        let sizes = Set((kept + [checkpoint].compactMap(\.self)).map(\.size))
        pass = LogPass(vault: vault, sizes: sizes, eachLeaf: eachLeaf)
        for (place, kind, message) in faults { pass.add(place, kind, message) }
    }

    /// Takes the next entry with its stored index.
    ///
    /// - Throws: only what the receiver of the leaves throws.
    package mutating func take(_ index: UInt64, _ entry: [UInt8]) throws { try pass.take(index, entry) }

    /// Adds what was found elsewhere, in its place among the findings.
    package func add(_ place: LogFinding.Place, _ kind: LogFinding.Kind, _ message: String) { pass.add(place, kind, message) }

    /// Looks at what still waits, and compares the whole with the checkpoints.
    ///
    /// - Parameter stored: how many entries the source claims to have.
    package mutating func finish(stored: UInt64) throws -> LogVerification {
        let rules = try pass.finish()
        var findings = rules.findings
        let size = pass.frontier.size
        if size != stored {
            findings.add(.entry(size), .sequence, "the store counts \(stored) entries and holds \(size)")
        }
        let epochs = rules.replay.epochs
        let origins = epochs.origins(of: name)
        for (entry, made) in epochs.breaks where pass.roots[made.size] != made.root {
            findings.add(.entry(entry), .epoch, "the entries do not hash to the root that it goes on from")
        }
        if !origins.contains(name) {
            findings.add(.checkpoint, .checkpoint, "the log was never called \(name)")
        }
        if let checkpoint {
            // A checkpoint under an older name was signed before the break: the newest entries are not under it.
            if origins.last == checkpoint.origin { compare(checkpoint, at: .checkpoint, &findings) } else {
                findings.add(.checkpoint, .checkpoint, AuditError.wrongOrigin.description)
            }
        }
        for kept in kept { compare(kept: kept, epochs, origins, &findings) }
        return LogVerification(
            size: size, root: pass.frontier.root, checkpoint: checkpoint, findings: findings.findings,
            findingsLeftOut: findings.leftOut, counts: rules.replay.counts,
            breaks: epochs.breaks.map(\.made))
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
        let size = pass.frontier.size
        if size < checkpoint.size {
            findings.add(
                place, .truncated, "the log has \(size) entries, the checkpoint \(checkpoint.size): cut or rolled back")
        } else if pass.roots[checkpoint.size] != checkpoint.root {
            findings.add(place, .root, "the entries do not hash to the signed root: the log was altered")
        }
    }
}
