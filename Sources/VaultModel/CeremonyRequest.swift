/// What custodians are asked to do together, whole: kind, reason, whom it concerns, the exact result, and the key that
/// their shares are to be sealed to (design, section 2, promise 5; issue 4).
///
/// Canonical JSON with the type `ceremony`. Each custodian signs exactly these bytes, and they stand in the log before
/// anyone is asked; nothing opens beyond what they name.
package struct CeremonyRequest: Equatable, Sendable {
    /// What comes of it, exactly.
    package enum Result: Equatable, Sendable {
        /// One resident's way in is made anew: the letter whose code has this digest (H of its auth key, 32 bytes) opens
        /// their record, and nothing they had before does.
        case recover(letter: [UInt8])
        /// An app gets a purpose that needs no consent, for everyone named.
        case issue(purpose: PurposeName, version: Int, app: AppName, fields: [FieldName], until: Instant)
        /// One person may act for another, in these fields and until this day.
        case delegate(fields: [FieldName], basis: LegalBasis, until: Instant)
        /// The fields move to new keys, and every live grant gets a bundle anew.
        case rekey
        /// The box seeds are split anew for these custodians, of whom so many must act together.
        case entrust(custodians: [CustodianName], threshold: Int)
        /// The service key and the pepper are put together again.
        case keys

        package var kind: String {
            switch self {
            case .recover: "recover"
            case .issue: "issue"
            case .delegate: "delegate"
            case .rekey: "rekey"
            case .entrust: "entrust"
            case .keys: "keys"
            }
        }
    }

    package static let type = "ceremony"
    /// A ceremony's key is kept in memory no longer than this.
    package static let longestSeconds: Int64 = 7 * 86_400

    package let vault: VaultID
    package let id: CeremonyID
    package let result: Result
    /// A word of the operator's, such as `lost-passphrase`: never about a person, because it stands in the log.
    package let reason: String
    /// How many residents it concerns, and H over their list (`CeremonyItem.digestInput`).
    package let count: Int
    package let residents: [UInt8]
    /// X25519, 32 bytes: answers are sealed to it. Its secret half exists in the daemon's locked memory only.
    package let box: [UInt8]
    /// How many custodians must sign.
    package let threshold: Int
    /// H(config) when it was asked.
    package let config: [UInt8]
    package let created: Instant
    package let until: Instant

    package init(
        vault: VaultID, id: CeremonyID, result: Result, reason: String, count: Int, residents: [UInt8], box: [UInt8],
        threshold: Int, config: [UInt8], created: Instant, until: Instant
    ) {
        self.vault = vault
        self.id = id
        self.result = result
        self.reason = reason
        self.count = count
        self.residents = residents
        self.box = box
        self.threshold = threshold
        self.config = config
        self.created = created
        self.until = until
    }

    /// `[a-z][a-z0-9-]{0,39}`.
    package static func isReason(_ text: String) -> Bool {
        guard (1...40).contains(text.utf8.count), let first = text.utf8.first, NameSyntax.isLower(first) else { return false }
        return text.utf8.allSatisfy { NameSyntax.isLower($0) || NameSyntax.isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    package var json: JSON {
        [
            "type": .string(Self.type), "vault": .string(vault.base64), "ceremony": .string(id.base64),
            "kind": .string(result.kind), "reason": .string(reason),
            "residents": ["count": .integer(Int64(count)), "digest": .string(Base64URL.encode(residents))],
            "result": result.json, "box": .string(Base64URL.encode(box)), "k": .integer(Int64(threshold)),
            "config": .string(Base64URL.encode(config)), "created": .integer(created.milliseconds),
            "until": .integer(until.milliseconds),
        ]
    }

    /// The bytes that are logged and signed.
    package func encoded() throws(JSONError) -> [UInt8] { try CanonicalJSON.encode(json) }

    /// Reads the form of `encoded`; nil for anything else, such as a member that this version does not know: nobody signs
    /// what they were not shown.
    package init?(parsing bytes: [UInt8]) {
        guard let json = try? CanonicalJSON.decode(bytes), json["type"]?.string == Self.type,
            let vault = json["vault"]?.string.flatMap(VaultID.init(base64:)),
            let id = json["ceremony"]?.string.flatMap(CeremonyID.init(base64:)), let kind = json["kind"]?.string,
            let reason = json["reason"]?.string, Self.isReason(reason),
            let count = json["residents"]?["count"]?.integer, (0...Int64(Int32.max)).contains(count),
            let residents = json["residents"]?["digest"]?.string.flatMap(Base64URL.decode), residents.count == 32,
            let result = json["result"].flatMap({ Result(kind: kind, json: $0) }),
            let box = json["box"]?.string.flatMap(Base64URL.decode), box.count == 32,
            let threshold = json["k"]?.integer, (2...16).contains(threshold),
            let config = json["config"]?.string.flatMap(Base64URL.decode), config.count == 32,
            let created = json["created"]?.integer, let until = json["until"]?.integer
        else { return nil }
        self.init(
            vault: vault, id: id, result: result, reason: reason, count: Int(count), residents: residents, box: box,
            threshold: Int(threshold), config: config, created: Instant(milliseconds: created),
            until: Instant(milliseconds: until))
        guard (try? encoded()) == bytes else { return nil }
    }
}

extension CeremonyRequest.Result {
    var json: JSON {
        switch self {
        case .recover(let letter): ["letter": .string(Base64URL.encode(letter))]
        case .issue(let purpose, let version, let app, let fields, let until):
            [
                "purpose": .string(purpose.text), "version": .integer(Int64(version)), "app": .string(app.text),
                "fields": Self.list(fields), "until": .integer(until.milliseconds),
            ]
        case .delegate(let fields, let basis, let until):
            ["fields": Self.list(fields), "basis": .string(basis.rawValue), "until": .integer(until.milliseconds)]
        case .entrust(let custodians, let threshold):
            [
                "custodians": .array(custodians.sorted().map { .string($0.text) }), "k": .integer(Int64(threshold)),
            ]
        case .rekey, .keys: [:]
        }
    }

    init?(kind: String, json: JSON) {
        func fields() -> [FieldName]? {
            json["fields"]?.strings.flatMap { names in
                let fields = names.compactMap(FieldName.init)
                return Set(fields).count == names.count && !fields.isEmpty ? fields : nil
            }
        }
        func instant() -> Instant? { json["until"]?.integer.map(Instant.init(milliseconds:)) }
        switch kind {
        case "recover":
            guard let letter = json["letter"]?.string.flatMap(Base64URL.decode), letter.count == 32 else { return nil }
            self = .recover(letter: letter)
        case "issue":
            guard let purpose = json["purpose"]?.string.flatMap(PurposeName.init), let version = json["version"]?.integer,
                let app = json["app"]?.string.flatMap(AppName.init), let fields = fields(), let until = instant()
            else { return nil }
            self = .issue(purpose: purpose, version: Int(version), app: app, fields: fields, until: until)
        case "delegate":
            guard let fields = fields(), let basis = json["basis"]?.string.flatMap(LegalBasis.init(rawValue:)),
                let until = instant()
            else { return nil }
            self = .delegate(fields: fields, basis: basis, until: until)
        case "entrust":
            guard let names = json["custodians"]?.strings, let threshold = json["k"]?.integer, (2...16).contains(threshold)
            else { return nil }
            let custodians = names.compactMap(CustodianName.init)
            guard Set(custodians).count == names.count, threshold <= custodians.count else { return nil }
            self = .entrust(custodians: custodians, threshold: Int(threshold))
        case "rekey": self = .rekey
        case "keys": self = .keys
        default: return nil
        }
    }

    private static func list(_ fields: [FieldName]) -> JSON { .array(fields.sorted().map { .string($0.text) }) }
}

/// One resident on a ceremony's list, and for a delegation the person who is to act for them.
package struct CeremonyItem: Hashable, Sendable {
    /// A person as the vault knows them, and as custodians read them.
    package struct Person: Hashable, Sendable {
        package let id: ResidentID
        package let login: LoginName

        package init(id: ResidentID, login: LoginName) {
            self.id = id
            self.login = login
        }
    }

    package let resident: Person
    package let delegate: Person?

    package init(resident: Person, delegate: Person? = nil) {
        self.resident = resident
        self.delegate = delegate
    }

    /// What a request's digest of its list is taken over: `"rvault.ceremony.v1" ‖ vault id ‖ u32 count ‖ (resident id ‖
    /// login, 9 digits ‖ u8 1 ‖ delegate id ‖ login, or u8 0)*`, in byte order of the residents' ids and then of their
    /// delegates'. The login names stand in it so that custodians who read them read the right ones.
    package static func digestInput(_ items: [CeremonyItem], vault: VaultID) -> [UInt8] {
        var bytes = Array("rvault.ceremony.v1".utf8) + vault.bytes
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: items.count >> (24 - 8 * $0)) }
        let places = items.map { (place: $0.resident.id.bytes + ($0.delegate?.id.bytes ?? []), item: $0) }
        for (_, item) in places.sorted(by: { $0.place.lexicographicallyPrecedes($1.place) }) {
            bytes += item.resident.id.bytes + Array(item.resident.login.text.utf8)
            if let delegate = item.delegate {
                bytes += [1] + delegate.id.bytes + Array(delegate.login.text.utf8)
            } else {
                bytes.append(0)
            }
        }
        return bytes
    }
}
