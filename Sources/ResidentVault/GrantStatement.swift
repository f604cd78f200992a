internal import VaultCrypto
package import VaultModel
package import VaultPolicy

/// The words of a grant: canonical JSON, signed by the resident or by the vault's issuing key. It is the receipt, and at
/// each read the bounds come from here and never from loose columns (design, section 4).
package struct GrantStatement: Equatable, Sendable {
    /// Who gave it.
    package enum Giver: Equatable, Sendable {
        /// The vault's issuing key, on the word of the custodians.
        ///
        /// - Parameter change: what they approved, by its digest: at enrolment the config in force, by ceremony its request.
        case issuing(change: [UInt8])
        case resident
        /// A delegate's key, under a delegation that was given to them.
        case delegate(delegation: GrantID)
    }

    package let vault: VaultID
    package let grant: GrantID
    package let random: [UInt8]
    /// The resident as the recipient knows them.
    package let resident: PairwiseID
    package let recipient: GrantRecipient
    /// The party that answers for an app; a person has none.
    package let party: String?
    package let purpose: PurposeName
    package let version: Int
    /// H(config) when it was given: a record, not compared.
    package let config: [UInt8]
    /// H(notice): what the resident was told.
    package let notice: [UInt8]
    /// Each field with the most revealing form that was granted.
    package let fields: [FieldName: DisclosureForm]
    package let actions: [GrantAction]
    package let basis: LegalBasis
    package let from: Instant
    package let until: Instant
    package let readsPerDay: Int
    package let rowsPerRequest: Int
    package let giver: Giver
    /// The public key that signed, which stands in an earlier entry.
    package let signer: [UInt8]
    /// How it was indicated: `enrolment`, `terminal` or `ceremony`.
    package let how: String
    /// Who saw it, where someone had to: an id of a staff list, never a name.
    package let witness: String?

    /// The most revealing form of any field.
    package var form: DisclosureForm { fields.values.max() ?? .answer }
    package var fieldNames: [FieldName] { fields.keys.sorted() }
    package var granted: GrantedFields { GrantedFields(forms: fields) }

    package func encoded() throws(JSONError) -> [UInt8] {
        var by: [String: JSON] = ["key": .string(Base64URL.encode(signer)), "how": .string(how)]
        switch giver {
        case .resident: by["kind"] = "resident"
        case .delegate(let delegation):
            by["kind"] = "delegate"
            by["delegation"] = .string(delegation.base64)
        case .issuing(let change):
            by["kind"] = "issuing"
            by["change"] = .string(Base64URL.encode(change))
        }
        var members: [String: JSON] = [
            "type": "grant", "vault": .string(vault.base64), "grant": .string(grant.base64),
            "random": .string(Base64URL.encode(random)), "resident": .string(resident.base32),
            "recipient": .string(recipient.text), "purpose": .string(purpose.text),
            "version": .integer(Int64(version)), "config": .string(Base64URL.encode(config)),
            "notice": .string(Base64URL.encode(notice)), "fields": .array(fieldNames.map { .string($0.text) }),
            "forms": .object(Dictionary(uniqueKeysWithValues: fields.map { ($0.key.text, .string($0.value.rawValue)) })),
            "form": .string(form.rawValue), "actions": .array(actions.sorted().map { .string($0.rawValue) }),
            "basis": .string(basis.rawValue), "from": .integer(from.milliseconds), "until": .integer(until.milliseconds),
            "limits": [
                "reads_per_day": .integer(Int64(readsPerDay)), "rows_per_request": .integer(Int64(rowsPerRequest)),
            ],
            "by": .object(by),
        ]
        if let party { members["party"] = .string(party) }
        if let witness { members["witness"] = .string(witness) }
        return try CanonicalJSON.encode(.object(members))
    }

    /// Reads stored bytes, which the row's seal and the bundle have vouched for.
    ///
    /// - Throws: `VaultError` with code `integrity` for anything this version did not write.
    package init(decoding bytes: [UInt8]) throws(VaultError) {
        var vault: VaultID?
        var grant: GrantID?
        var by: (giver: Giver, signer: [UInt8], how: String)?
        var (random, config, notice): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
        var (party, witness): (String?, String?)
        let terms = try GrantTerms.read(bytes) { reader, member throws(JSONError) in
            switch member {
            case .giver: by = try Self.giver(&reader)
            case .config: config = try reader.base64()
            case .grant: grant = GrantID(try reader.base64())
            case .notice: notice = try reader.base64()
            case .party: party = try reader.string()
            case .random: random = try reader.base64()
            case .vault: vault = VaultID(try reader.base64())
            case .witness: witness = try reader.string()
            }
        }
        guard let vault, let grant, let by else {
            throw VaultError(.integrity, "a stored grant statement is not in its form")
        }
        self.vault = vault
        self.grant = grant
        self.random = random
        resident = terms.resident
        recipient = terms.recipient
        self.party = party
        purpose = terms.purpose
        version = terms.version
        self.config = config
        self.notice = notice
        fields = terms.fields
        actions = terms.actions
        basis = terms.basis
        from = terms.from
        until = terms.until
        readsPerDay = terms.readsPerDay
        rowsPerRequest = terms.rowsPerRequest
        (giver, signer, how) = by
        self.witness = witness
    }

    private static func giver(
        _ reader: inout CanonicalReader
    ) throws(JSONError) -> (giver: Giver, signer: [UInt8], how: String) {
        try reader.object { reader throws(JSONError) in
            var change: [UInt8]?
            var delegation: GrantID?
            if try reader.goTo(ifPresent: "change") { change = try reader.base64() }
            if try reader.goTo(ifPresent: "delegation") {
                delegation = GrantID(try reader.base64())
                guard delegation != nil else { throw JSONError.notCanonical }
            }
            try reader.goTo("how")
            let how = try reader.string()
            try reader.goTo("key")
            let signer = try reader.base64()
            try reader.goTo("kind")
            let giver: Giver =
                switch (try reader.string(), change, delegation) {
                case ("resident", nil, nil): .resident
                case ("issuing", let change?, nil): .issuing(change: change)
                case ("delegate", nil, let delegation?): .delegate(delegation: delegation)
                default: throw JSONError.notCanonical
                }
            return (giver, signer, how)
        }
    }

    /// Writes the statement of a new grant to an app under the newest version of a purpose.
    ///
    /// - Parameter basis: what it rests on, where that is more than the purpose asks for: a guardian's consent.
    package init(
        purpose: Purpose, resident: PairwiseID, fields: [FieldName: DisclosureForm], from: Instant, until: Instant,
        config: ConfigInForce, giver: Giver, signer: [UInt8], how: String, basis: LegalBasis? = nil, witness: String? = nil
    ) throws(JSONError) {
        vault = config.config.vault
        grant = .random()
        random = Sodium.randomBytes(16)
        self.resident = resident
        recipient = .app(purpose.app)
        party = purpose.party
        self.purpose = purpose.name
        version = purpose.version
        self.config = config.digest
        notice = try config.noticeDigest(of: purpose)
        self.fields = fields
        actions = purpose.actions
        self.basis = basis ?? purpose.basis
        self.from = from
        self.until = until
        readsPerDay = purpose.limits.readsPerDay
        rowsPerRequest = purpose.limits.rowsPerRequest
        self.giver = giver
        self.signer = signer
        self.how = how
        self.witness = witness
    }

    /// Writes the statement of a new delegation: a grant to a person of the fields' whole values, to read, to correct and
    /// to decide about.
    package init(
        delegate: ResidentID, resident: PairwiseID, fields: Set<FieldName>, from: Instant, until: Instant, basis: LegalBasis,
        config: ConfigInForce, giver: Giver, signer: [UInt8], how: String, witness: String? = nil
    ) throws(JSONError) {
        vault = config.config.vault
        grant = .random()
        random = Sodium.randomBytes(16)
        self.resident = resident
        recipient = .person(delegate)
        party = nil
        purpose = .delegation
        version = DelegationTerms.version
        self.config = config.digest
        notice = Hash.blake2b256(try CanonicalJSON.encode(DelegationTerms.notice(of: config.config.vault)))
        self.fields = Dictionary(uniqueKeysWithValues: fields.map { ($0, .raw) })
        actions = DelegationTerms.actions
        self.basis = basis
        self.from = from
        self.until = until
        readsPerDay = DelegationTerms.readsPerDay
        rowsPerRequest = 1
        self.giver = giver
        self.signer = signer
        self.how = how
        self.witness = witness
    }
}
