internal import VaultCrypto
internal import VaultModel

/// The public part of a custodian's key, `NAME.custodian.pub`.
struct CustodianPublicFile {
    let name: CustodianName
    let box: BoxPublicKey

    /// - Throws: `Failure(.refused)` for a file that is anything else, the secret one by mistake included.
    init(reading path: String) throws(Failure) {
        let bytes = try SourceFile.read(path, limit: 65_536)
        let text = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        guard let json = try? CanonicalJSON.decode(Array(text)), json["type"] == "custodian", json.object?.count == 5,
            json["auth"]?.string != nil, json["sign"]?.string != nil,
            let name = json["custodian"]?.string.flatMap(CustodianName.init),
            let box = json["box"]?.string.flatMap(Base64URL.decode).flatMap({ try? BoxPublicKey($0) })
        else {
            throw Failure(.refused, Sentence(CeremonyFaults.notPublicFile, path), hint: Sentence(CeremonyHints.publicFile))
        }
        self.name = name
        self.box = box
    }
}
