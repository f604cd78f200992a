internal import Glibc
internal import VaultAPI
internal import VaultModel

/// A custodian's shares of the vault's own keys, as `rvault init` wrote them: `key-shares-NAME`.
struct KeySharesFile {
    let vault: VaultID
    let custodian: CustodianName
    /// Each with the name of the key it is a share of. The vault's id stands in the resident's place.
    let shares: [(owner: String, share: ShareItem)]

    /// - Throws: `Failure(.refused)` for a file that others may read, or that is anything else.
    init(reading path: String) throws(Failure) {
        guard let descriptor = try PrivateFile.open(path) else { throw PrivateFile.failure(.cannotRead, path) }
        close(descriptor)
        try self.init(try SourceFile.read(path, limit: 65_536), at: path)
    }

    init(_ bytes: [UInt8], at path: String) throws(Failure) {
        let bad = Failure(
            .refused, Sentence(CeremonyFaults.notKeyShares, path), hint: Sentence(CeremonyHints.keepKeyShares))
        let text = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        guard let json = try? CanonicalJSON.decode(Array(text)), json["type"] == "key-shares", json.object?.count == 4,
            let vault = json["vault"]?.string.flatMap(VaultID.init(base64:)),
            let custodian = json["custodian"]?.string.flatMap(CustodianName.init), let list = json["shares"]?.array,
            let owner = ResidentID(vault.bytes), !list.isEmpty
        else { throw bad }
        var shares: [(owner: String, share: ShareItem)] = []
        for item in list {
            guard let name = item["name"]?.string, ["service.key", "pepper", "service.key.old", "pepper.old"].contains(name),
                let set = item["set"]?.string.flatMap(Base64URL.decode), set.count == 16,
                let x = item["x"]?.integer, (1...16).contains(x),
                let digest = item["digest"]?.string.flatMap(Base64URL.decode), digest.count == 32,
                let share = item["share"]?.string.flatMap(Base64URL.decode)
            else { throw bad }
            shares.append((name, ShareItem(resident: owner, set: set, x: Int(x), digest: digest, share: share)))
        }
        guard Set(shares.map(\.owner)).count == shares.count else { throw bad }
        self.vault = vault
        self.custodian = custodian
        self.shares = shares
    }

    /// The request that `rvaultd restore-keys` writes; nil for a file that is something else.
    static func request(in bytes: [UInt8]) -> [UInt8]? {
        let text = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        guard let json = try? JSONParser.parse(text), json["type"] == "keys-request", json.object?.count == 2,
            let request = json["request"]?.string
        else { return nil }
        return Array(request.utf8)
    }
}
