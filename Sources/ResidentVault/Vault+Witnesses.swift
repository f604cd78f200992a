internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// A witness that the operator has listed: its key, by which its answers are checked.
package struct WitnessKey: Hashable, Sendable {
    let key: VerifierKey

    /// - Parameter text: the C2SP form, `name+id+base64(0x04 ‖ key)`.
    /// - Throws: `VaultError.badValue`.
    package init(_ text: String) throws(VaultError) {
        do throws(AuditError) { key = try VerifierKey(parsing: text, role: .witness) } catch {
            throw VaultError(.badValue, "this is not a witness's key: \(error)")
        }
    }

    package var name: String { key.name }
}

extension Vault {
    /// The newest checkpoint that witnesses cosigned, with their lines; nil before the first.
    package func cosigned() throws -> [UInt8]? {
        VaultDirectory.exists(directory.cosigned) ? try FileBytes.read(directory.cosigned) : nil
    }

    /// The newest checkpoint as it is handed out: with cosignatures, if witnesses have seen just this one.
    package func checkpointForAll() throws -> [UInt8] {
        let newest = checkpoint()
        guard let cosigned = try cosigned(), let held = try? SignedNote(parsing: cosigned),
            let note = try? SignedNote(parsing: newest), held.text == note.text
        else { return newest }
        return cosigned
    }

    /// What a witness is sent (C2SP tlog-witness, add-checkpoint): the checkpoint of a size, and a proof from the one it
    /// cosigned last.
    ///
    /// - Parameter old: that one's size; 0 before the first.
    package func witnessRequest(from old: UInt64, to size: UInt64, reader: VaultReader) throws -> [UInt8] {
        let update = try update(from: old, to: size, reader: reader)
        // The protocol asks for an empty proof from nothing.
        return CheckpointUpdate(oldSize: old, hashes: old == 0 ? [] : update.hashes, note: update.note).encoded
    }

    /// The log's size now.
    package func logSize() throws -> UInt64 { try Checkpoint(parsing: try SignedNote(parsing: checkpoint()).text).size }

    /// Keeps the checkpoint of a size with the cosignatures that were given to it, in place of an older one; but for a day
    /// an older one stays that more of the listed witnesses have cosigned.
    ///
    /// - Parameters:
    ///   - answers: the signature lines of each witness that answered.
    ///   - listed: all witnesses.
    /// - Returns: the witnesses whose answer holds no valid cosignature of this checkpoint.
    package func keep(
        _ answers: [WitnessKey: [UInt8]], listed: [WitnessKey], size: UInt64, reader: VaultReader
    ) throws -> [WitnessKey] {
        var note = try SignedNote(parsing: try update(from: size, to: size, reader: reader).note)
        var refused: [WitnessKey] = []
        for (witness, answer) in answers.sorted(by: { $0.key.name < $1.key.name }) {
            do throws(AuditError) {
                let lines = try SignedNote.lines(parsing: answer)
                    .filter { $0.name == witness.name && $0.keyID == witness.key.keyID }
                let signed = note.adding(lines)
                guard try signed.cosigned(by: witness.key) != nil else { throw .badSignature }
                note = signed
            } catch { refused.append(witness) }
        }
        let times = try cosigned().flatMap { try? SignedNote(parsing: $0) }.map { held in
            listed.compactMap { (try? held.cosigned(by: $0.key)) ?? nil }
        } ?? []
        let now = writer.now.milliseconds / 1000
        let day: Int64 = 86_400
        // A witness whose clock runs ahead must not freeze what is kept.
        let isRecent = times.contains { ((now - day)...(now + 300)).contains(Int64($0)) }
        let gained = answers.count - refused.count
        if gained > 0, gained >= times.count || !isRecent {
            try VaultDirectory.replace(directory.cosigned, with: note.encoded, mode: 0o644)
        }
        return refused
    }

    /// The size of the checkpoint that a witness cosigned last, as kept here; 0 if none.
    package func sizeCosigned(by witness: WitnessKey) throws -> UInt64 {
        guard let kept = try cosigned(), let note = try? SignedNote(parsing: kept),
            (try? note.cosigned(by: witness.key)) ?? nil != nil, let checkpoint = try? Checkpoint(parsing: note.text)
        else { return 0 }
        return checkpoint.size
    }
}
