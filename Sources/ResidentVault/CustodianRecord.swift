internal import VaultCrypto
package import VaultModel
internal import VaultStore

/// A custodian as the config knows them: one party's public keys.
package struct CustodianRecord: Equatable, Sendable {
    package let name: CustodianName
    /// X25519, 32 bytes: shares are sealed to it.
    package let box: [UInt8]
    /// Ed25519, 32 bytes: approvals are checked by it.
    package let sign: [UInt8]
    /// H(auth key) of their credential, 32 bytes.
    package let auth: [UInt8]

    package init(name: CustodianName, box: [UInt8], sign: [UInt8], auth: [UInt8]) {
        self.name = name
        self.box = box
        self.sign = sign
        self.auth = auth
    }

    fileprivate var takesShares: Bool {
        (try? SealedBox.seal(try SecretBytes(zeroed: 1), to: try BoxPublicKey(box))) != nil
    }

    var json: JSON {
        [
            "box": .string(Base64URL.encode(box)), "sign": .string(Base64URL.encode(sign)),
            "auth": .string(Base64URL.encode(auth)),
        ]
    }

    init?(name: String, json: JSON) {
        guard let name = CustodianName(name), let box = json["box"]?.string.flatMap(Base64URL.decode), box.count == 32,
            let sign = json["sign"]?.string.flatMap(Base64URL.decode), sign.count == 32,
            let auth = json["auth"]?.string.flatMap(Base64URL.decode), auth.count == 32
        else { return nil }
        self.init(name: name, box: box, sign: sign, auth: auth)
    }
}

/// Who must agree before access widens, and how many of them.
package struct Custodianship: Equatable, Sendable {
    package let custodians: [CustodianName: CustodianRecord]
    /// k: how many custodians act together. 0 without custodians.
    package let threshold: Int

    package static let none = Custodianship(unchecked: [:], threshold: 0)

    private init(unchecked custodians: [CustodianName: CustodianRecord], threshold: Int) {
        self.custodians = custodians
        self.threshold = threshold
    }

    /// - Throws: `VaultError.badValue` unless two to sixteen custodians, each once and with keys of their own, and a
    ///   threshold from two to their number: one alone must not be able to open anything.
    package init(_ records: [CustodianRecord], threshold: Int) throws(VaultError) {
        guard (2...16).contains(records.count), (2...records.count).contains(threshold) else {
            throw VaultError(
                .badValue, "\(records.count) custodians with a threshold of \(threshold): 2 to 16 are possible, and a threshold from 2 to their number")
        }
        guard Set(records.map(\.name)).count == records.count, Set(records.map(\.box)).count == records.count,
            Set(records.map(\.sign)).count == records.count
        else { throw VaultError(.badValue, "each custodian stands once, with keys of their own") }
        // A key of low order takes no sealed share, and every login would fail at it.
        for record in records where !record.takesShares {
            throw VaultError(.badValue, "the box key of the custodian \(record.name) is not a key that anything can be sealed to")
        }
        self.init(unchecked: Dictionary(uniqueKeysWithValues: records.map { ($0.name, $0) }), threshold: threshold)
    }

    package var isEmpty: Bool { custodians.isEmpty }

    /// In byte order of their names, which is the order of the shares' places.
    var ordered: [CustodianRecord] { custodians.values.sorted { $0.name < $1.name } }

    /// Whose keys are in force no more under the next list.
    func replaced(by next: Custodianship) -> [FormerCustodianRow] {
        ordered.filter { next.custodians[$0.name] != $0 }.map {
            FormerCustodianRow(custodian: $0.name.text, box: BoxMark.of($0.box), sign: $0.sign)
        }
    }

    var json: JSON { .object(Dictionary(uniqueKeysWithValues: custodians.map { ($0.key.text, $0.value.json) })) }

    init(json: JSON, threshold: Int64) throws(VaultError) {
        let malformed = VaultError(.integrity, "the stored config holds custodians that are not in their form")
        guard let members = json.object else { throw malformed }
        if members.isEmpty, threshold == 0 {
            self = .none
            return
        }
        var records: [CustodianRecord] = []
        for (name, member) in members {
            guard let record = CustodianRecord(name: name, json: member) else { throw malformed }
            records.append(record)
        }
        guard let threshold = Int(exactly: threshold) else { throw malformed }
        try self.init(records, threshold: threshold)
    }
}
