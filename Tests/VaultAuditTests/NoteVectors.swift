import VaultAudit
import VaultCrypto
import VaultTestSupport

/// The worked example of C2SP notes (checked with golang.org/x/mod, OpenSSL 3.0 and Python cryptography) and the
/// specification's own.
enum NoteVectors {
    static let origin = "vault.example/audit"
    static let keyText = "vault.example/audit+99f33cb1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    static let checkpointText = "vault.example/audit\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
    static let logLine =
        "\u{2014} vault.example/audit mfM8sTxcdwYDVVMFn4VPRD/rz13rTxDD7E4iSgmjM5hz"
        + "yIBaZti0D0jYQEGMfZO5ltudct9DXTBHhgF5gu204bLdhg8=\n"
    static let witnessLine =
        "\u{2014} witness.example/w1 IDJKvgAAAABlU/EA5UiFUXCxnl42Ou/B/QAaHRGWJVWZQLgR6ROv"
        + "TFV4yfV51RZlcTGSwOaqRLRecMNDT5KvTQr4w82QTqHDAz9dDg==\n"

    static let publishedKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    static let publishedText = "This is an example message.\n"
    static let publishedLine =
        "\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlT"
        + "gK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"

    static func note(_ text: String = checkpointText, _ lines: String...) -> [UInt8] {
        Array((text + "\n" + (lines.isEmpty ? [logLine] : lines).joined()).utf8)
    }

    static func key() throws -> VerifierKey { try VerifierKey(parsing: keyText) }

    /// The example's key pair, whose seed is 00 01 … 1f.
    static func pair() throws -> SigningKeyPair { try SigningKeyPair(seed: try Seed(copying: Array(0..<32))) }

    static func pair(seed byte: UInt8) throws -> SigningKeyPair {
        try SigningKeyPair(seed: try Seed(copying: [UInt8](repeating: byte, count: 32)))
    }
}
