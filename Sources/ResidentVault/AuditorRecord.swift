package import VaultModel

/// An auditor as the config knows them: a credential that reads the log and nothing else.
package struct AuditorRecord: Equatable, Sendable {
    package let name: AuditorName
    /// H(auth key), 32 bytes.
    package let auth: [UInt8]
    /// The operator made this token and could have kept it.
    package let operatorHeld: Bool
    package let added: Instant

    package init(name: AuditorName, auth: [UInt8], operatorHeld: Bool, added: Instant) {
        self.name = name
        self.auth = auth
        self.operatorHeld = operatorHeld
        self.added = added
    }

    var json: JSON {
        [
            "auth": .string(Base64URL.encode(auth)), "operator_held": .bool(operatorHeld),
            "added": .integer(added.milliseconds),
        ]
    }

    init?(name: String, json: JSON) {
        guard let name = AuditorName(name), let auth = json["auth"]?.string.flatMap(Base64URL.decode), auth.count == 32,
            let operatorHeld = json["operator_held"]?.bool, let added = json["added"]?.integer
        else { return nil }
        self.init(name: name, auth: auth, operatorHeld: operatorHeld, added: Instant(milliseconds: added))
    }
}
