internal import VaultCrypto
package import VaultModel

/// An app as the config knows it: public keys, party, and whether anyone but the app saw its token made.
package struct AppRecord: Equatable, Sendable {
    package let name: AppName
    package let party: String
    /// The app's box public key, 32 bytes.
    package let box: [UInt8]
    /// H(auth key), 32 bytes.
    package let auth: [UInt8]
    /// A removed app stays, because its name is never given to another party.
    package var live: Bool
    /// The operator printed this app's token and could have kept it.
    package let operatorHeld: Bool
    package let added: Instant
    /// The keys before these, while both tokens count; nil without an overlap.
    package let previous: Previous?

    /// Keys that a new token took the place of.
    package struct Previous: Equatable, Sendable {
        package let box: [UInt8]
        package let auth: [UInt8]
        /// The first moment at which the old token no longer counts.
        package let until: Instant

        package init(box: [UInt8], auth: [UInt8], until: Instant) {
            self.box = box
            self.auth = auth
            self.until = until
        }
    }

    package var json: JSON {
        var members: [String: JSON] = [
            "party": .string(party), "box": .string(Base64URL.encode(box)), "auth": .string(Base64URL.encode(auth)),
            "live": .bool(live), "operator_held": .bool(operatorHeld), "added": .integer(added.milliseconds),
        ]
        if let previous {
            members["previous"] = [
                "box": .string(Base64URL.encode(previous.box)), "auth": .string(Base64URL.encode(previous.auth)),
                "until": .integer(previous.until.milliseconds),
            ]
        }
        return .object(members)
    }

    /// The record as it is for a token: with the keys that are its own. While two tokens count, the older one's record
    /// holds the older keys, so that everything goes by them.
    ///
    /// - Returns: nil for a token of neither's.
    func known(by auth: [UInt8], at now: Instant) -> AppRecord? {
        if Sodium.equal(self.auth, auth) { return self }
        guard let previous, now < previous.until, Sodium.equal(previous.auth, auth) else { return nil }
        return AppRecord(
            name: name, party: party, box: previous.box, auth: previous.auth, live: live, operatorHeld: operatorHeld,
            added: added)
    }

    init?(name: String, json: JSON) {
        guard let name = AppName(name), let party = json["party"]?.string,
            let box = json["box"]?.string.flatMap(Base64URL.decode), box.count == 32,
            let auth = json["auth"]?.string.flatMap(Base64URL.decode), auth.count == 32,
            let live = json["live"]?.bool, let operatorHeld = json["operator_held"]?.bool,
            let added = json["added"]?.integer
        else { return nil }
        var previous: Previous?
        if let held = json["previous"] {
            guard let box = held["box"]?.string.flatMap(Base64URL.decode), box.count == 32,
                let auth = held["auth"]?.string.flatMap(Base64URL.decode), auth.count == 32,
                let until = held["until"]?.integer
            else { return nil }
            previous = Previous(box: box, auth: auth, until: Instant(milliseconds: until))
        }
        self.init(
            name: name, party: party, box: box, auth: auth, live: live, operatorHeld: operatorHeld,
            added: Instant(milliseconds: added), previous: previous)
    }

    package init(
        name: AppName, party: String, box: [UInt8], auth: [UInt8], live: Bool, operatorHeld: Bool, added: Instant,
        previous: Previous? = nil
    ) {
        self.name = name
        self.party = party
        self.box = box
        self.auth = auth
        self.live = live
        self.operatorHeld = operatorHeld
        self.added = added
        self.previous = previous
    }
}
