/// What a witness does with a request (C2SP tlog-witness, add-checkpoint), without its files: it knows one log, the last
/// checkpoint it cosigned, and refuses everything that does not continue it.
package struct Witness: Sendable {
    /// Why it refuses; the raw value is the protocol's HTTP status.
    package enum Refusal: Error, Equatable, Sendable {
        /// 400: not a request, or the old size is the larger.
        case malformed
        /// 403: no valid signature by the log.
        case notSigned
        /// 404: another log.
        case unknownLog
        /// 409: the old size is not the last one cosigned, which is this.
        case notLatest(size: UInt64)
        /// 422: the proof does not show that the new log continues the old one.
        case inconsistent

        package var status: Int {
            switch self {
            case .malformed: 400
            case .notSigned: 403
            case .unknownLog: 404
            case .notLatest: 409
            case .inconsistent: 422
            }
        }
    }

    private let log: VerifierKey

    /// - Parameter log: the one log it watches.
    package init(log: VerifierKey) { self.log = log }

    /// Decides on a request. The caller must keep the result durably, in place of `latest`, before it signs; and nothing
    /// else may be decided in between.
    ///
    /// - Parameter latest: the checkpoint cosigned last; nil before the first.
    /// - Returns: the checkpoint to keep, and its note.
    package func decide(_ request: [UInt8], latest: Checkpoint?) throws(Refusal) -> (checkpoint: Checkpoint, note: SignedNote) {
        let update: CheckpointUpdate
        let note: SignedNote
        let new: Checkpoint
        do throws(AuditError) {
            update = try CheckpointUpdate(parsing: request)
            note = try SignedNote(parsing: update.note)
            new = try Checkpoint(parsing: note.text)
        } catch { throw .malformed }
        guard new.origin.utf8.elementsEqual(log.name.utf8) else { throw .unknownLog }
        do throws(AuditError) { try note.verify(by: [log]) } catch { throw .notSigned }
        guard update.oldSize <= new.size else { throw .malformed }
        guard update.oldSize == latest?.size ?? 0 else { throw .notLatest(size: latest?.size ?? 0) }
        do throws(AuditError) {
            try ConsistencyProof(oldSize: update.oldSize, newSize: new.size, hashes: update.hashes)
                .verify(oldRoot: latest?.root ?? MerkleHash.emptyRoot, newRoot: new.root)
        } catch { throw .inconsistent }
        return (new, note)
    }
}
