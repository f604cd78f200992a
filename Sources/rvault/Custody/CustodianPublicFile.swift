internal import VaultCrypto
internal import VaultModel

/// The public part of a custodian's key, `NAME.custodian.pub`.
struct CustodianPublicFile {
    let name: CustodianName
    let box: BoxPublicKey
    /// The name, and the public keys as the config holds them.
    let entry: (name: CustodianName, record: JSON)

    /// - Throws: `Failure(.refused)` for a file that is anything else, the secret one by mistake included.
    init(reading path: String) throws(Failure) {
        let bytes = try SourceFile.read(path, limit: 65_536)
        let text = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        func key(_ json: JSON?) -> JSON? { json?.string.flatMap(Base64URL.decode).flatMap { $0.count == 32 ? json : nil } }
        guard let json = try? CanonicalJSON.decode(Array(text)), json["type"] == "custodian", json.object?.count == 5,
            let auth = key(json["auth"]), let sign = key(json["sign"]), let boxText = key(json["box"]),
            let name = json["custodian"]?.string.flatMap(CustodianName.init),
            let box = json["box"]?.string.flatMap(Base64URL.decode).flatMap({ try? BoxPublicKey($0) })
        else {
            throw Failure(.refused, Sentence(CeremonyFaults.notPublicFile, path), hint: Sentence(CeremonyHints.publicFile))
        }
        self.name = name
        self.box = box
        entry = (name, ["box": boxText, "sign": sign, "auth": auth])
    }
}
