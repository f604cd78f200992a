package import VaultModel

/// One custodian's share of one resident's key, sealed to whoever the message is for.
package struct ShareItem: WireMessage, Equatable {
    package let resident: ResidentID
    /// The split it is of, 16 bytes.
    package let set: [UInt8]
    /// Its public place, 1 to 16.
    package let x: Int
    /// What a right share is told by (`ShareDigest`), 32 bytes.
    package let digest: [UInt8]
    package let share: [UInt8]

    package init(resident: ResidentID, set: [UInt8], x: Int, digest: [UInt8], share: [UInt8]) {
        self.resident = resident
        self.set = set
        self.x = x
        self.digest = digest
        self.share = share
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                resident: try reader.id("resident", as: ResidentID.self), set: try reader.bytes("set", count: 16),
                x: try reader.required("x") { $0.integer.flatMap { (1...16).contains($0) ? Int($0) : nil } },
                digest: try reader.bytes("digest", count: 32),
                share: try reader.required("share") { $0.string.flatMap(Base64URL.decode).flatMap { $0.count <= 256 ? $0 : nil } })
        }
    }

    package var json: JSON {
        [
            "resident": .string(resident.base64), "set": .string(Base64URL.encode(set)), "x": JSON(x),
            "digest": .string(Base64URL.encode(digest)), "share": .string(Base64URL.encode(share)),
        ]
    }
}

/// A page of one custodian's shares, or all of them in the file that is carried to them.
package struct SharePage: WireMessage, Equatable {
    package let vault: VaultID
    package let custodian: CustodianName
    package let shares: [ShareItem]
    /// The resident's number after which the next page begins.
    package let next: Int?

    package init(vault: VaultID, custodian: CustodianName, shares: [ShareItem], next: Int?) {
        self.vault = vault
        self.custodian = custodian
        self.shares = shares
        self.next = next
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                vault: try reader.id("vault", as: VaultID.self), custodian: try reader.custodian("custodian"),
                shares: try reader.messages("shares"),
                next: try reader.optional("next") { $0.integer.flatMap { $0 >= 0 ? Int($0) : nil } })
        }
    }

    package var json: JSON {
        .members([
            "vault": .string(vault.base64), "custodian": .string(custodian.text), "shares": .array(shares.map(\.json)),
            "next": next.map { JSON($0) },
        ])
    }
}

/// Shares that one custodian sealed to their successor, with the word of the first that they are these, and the successor's
/// that each opened and is the right one.
package struct ShareHandover: WireMessage, Equatable {
    package let vault: VaultID
    package let from: CustodianName
    package let to: CustodianName
    package let shares: [ShareItem]
    /// By the one who leaves, over the canonical bytes of `released(to:)`, type `share-release`.
    package let release: [UInt8]
    /// By the successor, over the canonical bytes of `signed`, type `share-handover`; none before they have looked.
    package let signature: [UInt8]?

    package static let type = "share-handover"
    package static let releaseType = "share-release"

    package init(
        vault: VaultID, from: CustodianName, to: CustodianName, shares: [ShareItem], release: [UInt8],
        signature: [UInt8]? = nil
    ) {
        self.vault = vault
        self.from = from
        self.to = to
        self.shares = shares
        self.release = release
        self.signature = signature
    }

    /// What the successor signs: these very shares, in their order.
    package var signed: JSON { .object(members(Self.type)) }

    /// What the one who leaves signs: the same, and the key that they are sealed to.
    package func released(to box: [UInt8]) -> JSON {
        Self.released(vault: vault, from: from, to: to, box: box, shares: shares)
    }

    /// The same before there is a message.
    package static func released(
        vault: VaultID, from: CustodianName, to: CustodianName, box: [UInt8], shares: [ShareItem]
    ) -> JSON {
        let handover = ShareHandover(vault: vault, from: from, to: to, shares: shares, release: [])
        return .object(handover.members(releaseType).merging(["box": .string(Base64URL.encode(box))]) { $1 })
    }

    private func members(_ type: String) -> [String: JSON] {
        [
            "type": .string(type), "vault": .string(vault.base64), "from": .string(from.text), "to": .string(to.text),
            "shares": .array(shares.map(\.json)),
        ]
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                vault: try reader.id("vault", as: VaultID.self), from: try reader.custodian("from"),
                to: try reader.custodian("to"), shares: try reader.messages("shares"),
                release: try reader.bytes("release", count: 64),
                signature: try reader.optional("signature") {
                    $0.string.flatMap(Base64URL.decode).flatMap { $0.count == 64 ? $0 : nil }
                })
        }
    }

    package var json: JSON {
        .members([
            "vault": .string(vault.base64), "from": .string(from.text), "to": .string(to.text),
            "shares": .array(shares.map(\.json)), "release": .string(Base64URL.encode(release)),
            "signature": signature.map { .string(Base64URL.encode($0)) },
        ])
    }
}

/// How many shares changed hands.
package struct SharesTaken: WireMessage, Equatable {
    package let taken: Int
    /// Of splits that were replaced in the meantime.
    package let outdated: Int

    package init(taken: Int, outdated: Int) {
        self.taken = taken
        self.outdated = outdated
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(taken: try reader.count("taken"), outdated: try reader.count("outdated"))
        }
    }

    package var json: JSON { ["taken": JSON(taken), "outdated": JSON(outdated)] }
}
