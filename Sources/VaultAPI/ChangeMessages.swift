package import VaultModel

/// An operation on the config, to be written as a change (`POST /v1/changes:propose`). The vault alone interprets it.
package struct ChangeProposal: WireMessage, Equatable {
    /// `op` and its members.
    package let operation: [String: JSON]

    package init(operation: [String: JSON]) { self.operation = operation }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(operation: try reader.required("operation") { $0.object })
        }
    }

    package var json: JSON { ["operation": .object(operation)] }
}

/// A change of the config, for custodians to sign or to be made: its exact text.
package struct ProposedChange: WireMessage, Equatable {
    package let change: String
    /// How many custodians must sign it; 0 if the operator alone may make it.
    package let needed: Int

    package init(change: String, needed: Int) {
        self.change = change
        self.needed = needed
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(change: try reader.string("change"), needed: try reader.count("needed"))
        }
    }

    package var json: JSON { ["change": .string(change), "needed": JSON(needed)] }
}

/// A change with its custodians' signatures (`POST /v1/changes`).
package struct SignedChange: WireMessage, Equatable {
    /// One custodian's signature over the change's text.
    package struct Approval: WireMessage, Equatable {
        package let custodian: CustodianName
        /// Ed25519, 64 bytes.
        package let signature: [UInt8]

        package init(custodian: CustodianName, signature: [UInt8]) {
            self.custodian = custodian
            self.signature = signature
        }

        package init(json: JSON) throws(WireError) {
            self = try WireReader.read(json) { reader throws(WireError) in
                Self(
                    custodian: try reader.required("custodian") { $0.string.flatMap(CustodianName.init) },
                    signature: try reader.bytes("signature", count: 64))
            }
        }

        package var json: JSON {
            ["custodian": .string(custodian.text), "signature": .string(Base64URL.encode(signature))]
        }
    }

    package let change: String
    package let approvals: [Approval]

    package init(change: String, approvals: [Approval] = []) {
        self.change = change
        self.approvals = approvals
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(change: try reader.string("change"), approvals: try reader.messages("approvals", cap: 16))
        }
    }

    package var json: JSON { ["change": .string(change), "approvals": .array(approvals.map(\.json))] }
}

/// 201: the change is made and logged.
package struct ChangeMade: WireMessage, Equatable {
    /// The number of the config now in force.
    package let number: Int
    /// Its digest, base64url.
    package let config: String
    /// Grants that ended with it.
    package let grantsEnded: Int
    /// Grants whose rows are damaged, so that they could not be ended. They open nothing any more.
    package let grantsFailed: Int

    package init(number: Int, config: String, grantsEnded: Int = 0, grantsFailed: Int = 0) {
        self.number = number
        self.config = config
        self.grantsEnded = grantsEnded
        self.grantsFailed = grantsFailed
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                number: try reader.count("number"), config: try reader.string("config"),
                grantsEnded: try reader.count("grants_ended"), grantsFailed: try reader.count("grants_failed"))
        }
    }

    package var json: JSON {
        [
            "number": JSON(number), "config": .string(config), "grants_ended": JSON(grantsEnded),
            "grants_failed": JSON(grantsFailed),
        ]
    }
}

/// The config in force (`GET /v1/config`), whole and as it is stored: what the rules are, and who must sign.
package struct ConfigView: WireMessage, Equatable {
    package let config: [String: JSON]
    /// The names of purposes under which an app holds a grant now.
    package let granted: [PurposeName]

    package init(config: [String: JSON], granted: [PurposeName]) {
        self.config = config
        self.granted = granted
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                config: try reader.required("config") { $0.object },
                granted: try reader.distinct("granted", cap: .max, allowsEmpty: true) { $0.string.flatMap(PurposeName.init) })
        }
    }

    package var json: JSON {
        ["config": .object(config), "granted": .array(granted.map { .string($0.text) })]
    }
}
