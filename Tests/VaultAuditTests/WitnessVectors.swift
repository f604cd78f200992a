import VaultAudit
import VaultCrypto
import VaultTestSupport

/// The witness of the worked example that `NoteVectors` holds.
enum WitnessVectors {
    static let name = "witness.example/w1"
    static let keyText = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
    static let time: UInt64 = 1_700_000_000
    static let signature =
        "000000006553f100e548855170b19e5e363aefc1fd001a1d119625559940b811e913af4c5578c9f5"
        + "79d51665713192c0e6aa44b45e70c3434f92af4d0af8c3cd904ea1c3033f5d0e"

    static func key() throws -> VerifierKey { try VerifierKey(parsing: keyText, role: .witness) }

    /// The example's key pair, whose seed is 20 21 … 3f.
    static func pair() throws -> SigningKeyPair { try SigningKeyPair(seed: try Seed(copying: Array(32..<64))) }

    /// The example's checkpoint with both signatures.
    static var note: [UInt8] {
        NoteVectors.note(NoteVectors.checkpointText, NoteVectors.logLine, NoteVectors.witnessLine)
    }

    /// A note with the example's witness's line below the others.
    static func cosigned(_ note: [UInt8]) throws -> [UInt8] {
        let note = try SignedNote(parsing: note)
        return note.adding([try Cosignature.sign(note.text, time: time, name: name, key: pair())]).encoded
    }
}
