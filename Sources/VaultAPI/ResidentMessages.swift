package import VaultModel

/// A resident's first screen (`GET /v1/me`).
package struct MeView: WireMessage, Equatable {
    package let login: LoginName
    package let name: String?
    /// How many custodians the vault has; none is said on the first screen (design, section 5).
    package let custodians: Int
    /// How many of them must agree.
    package let threshold: Int
    /// The vault's name or id.
    package let vault: String
    /// On whose word the record rests.
    package let standing: StandingView?

    package init(
        login: LoginName, name: String?, custodians: Int, threshold: Int, vault: String, standing: StandingView? = nil
    ) {
        self.standing = standing
        self.login = login
        self.name = name
        self.custodians = custodians
        self.threshold = threshold
        self.vault = vault
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                login: try reader.required("login") { $0.string.flatMap { LoginName($0) } },
                name: try reader.optionalString("name"), custodians: try reader.count("custodians"),
                threshold: try reader.count("threshold"), vault: try reader.string("vault"),
                standing: try reader.optionalMessage("standing"))
        }
    }

    package var json: JSON {
        .members([
            "login": .string(login.text), "name": name.map(JSON.string), "custodians": JSON(custodians),
            "threshold": JSON(threshold), "vault": .string(vault), "standing": standing?.json,
        ])
    }
}

/// One value of the resident's record.
package struct FieldView: WireMessage, Equatable {
    package let field: FieldName
    package let title: LocalizedText
    package let value: JSON
    /// The app it came from; `~` for the resident.
    package let source: String
    package let sourceTitle: LocalizedText?
    package let time: Instant

    package init(
        field: FieldName, title: LocalizedText, value: JSON, source: String, sourceTitle: LocalizedText?, time: Instant
    ) {
        self.field = field
        self.title = title
        self.value = value
        self.source = source
        self.sourceTitle = sourceTitle
        self.time = time
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                field: try reader.field("field"), title: try reader.localized("title"),
                value: try reader.value("value"),
                source: try reader.string("source"), sourceTitle: try reader.optionalLocalized("source_title"),
                time: try reader.instant("time"))
        }
    }

    package var json: JSON {
        .members([
            "field": .string(field.text), "title": JSON(title), "value": value, "source": .string(source),
            "source_title": sourceTitle.map { JSON($0) }, "time": JSON(time),
        ])
    }
}

/// A value an app would like to see in place of the resident's own.
package struct ProposalView: WireMessage, Equatable {
    package let field: FieldName
    package let title: LocalizedText
    package let value: JSON
    package let app: AppName
    package let time: Instant

    package init(field: FieldName, title: LocalizedText, value: JSON, app: AppName, time: Instant) {
        self.field = field
        self.title = title
        self.value = value
        self.app = app
        self.time = time
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                field: try reader.field("field"), title: try reader.localized("title"),
                value: try reader.value("value"),
                app: try reader.app("app"), time: try reader.instant("time"))
        }
    }

    package var json: JSON {
        [
            "field": .string(field.text), "title": JSON(title), "value": value, "app": .string(app.text),
            "time": JSON(time),
        ]
    }
}

/// The resident's own record (`GET /v1/me/fields`).
package struct MyFields: WireMessage, Equatable {
    package let fields: [FieldView]
    package let proposals: [ProposalView]

    package init(fields: [FieldView], proposals: [ProposalView]) {
        self.fields = fields
        self.proposals = proposals
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(fields: try reader.messages("fields"), proposals: try reader.messages("proposals"))
        }
    }

    package var json: JSON { ["fields": .array(fields.map(\.json)), "proposals": .array(proposals.map(\.json))] }
}

/// A grant's receipt: the signed statement, byte for byte (`GET /v1/me/receipts/{id}`).
package struct ReceiptView: WireMessage, Equatable {
    /// The exact canonical JSON text that was signed.
    package let statement: String
    package let signature: [UInt8]
    package let signer: [UInt8]
    /// H(statement), as the log's `given` entry holds it.
    package let digest: [UInt8]
    /// Where that entry stands in the log.
    package let logIndex: Int?
    /// A signed checkpoint of the log that covers it: kept with the receipt, it fixes the log's past.
    package let checkpoint: String?

    package init(
        statement: String, signature: [UInt8], signer: [UInt8], digest: [UInt8], logIndex: Int?, checkpoint: String?
    ) {
        self.checkpoint = checkpoint
        self.statement = statement
        self.signature = signature
        self.signer = signer
        self.digest = digest
        self.logIndex = logIndex
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                statement: try reader.string("statement"), signature: try reader.bytes("signature", count: 64),
                signer: try reader.bytes("signer", count: 32), digest: try reader.bytes("digest", count: 32),
                logIndex: try reader.optional("log_index") { $0.integer.flatMap { $0 >= 0 ? Int($0) : nil } },
                checkpoint: try reader.optional("checkpoint") { $0.string })
        }
    }

    package var json: JSON {
        .members([
            "statement": .string(statement), "signature": .string(Base64URL.encode(signature)),
            "signer": .string(Base64URL.encode(signer)), "digest": .string(Base64URL.encode(digest)),
            "log_index": logIndex.map { JSON($0) }, "checkpoint": checkpoint.map(JSON.string),
        ])
    }
}

/// Which proposal a resident takes: the one of this time, as they were shown it.
package struct ProposalAcceptance: WireMessage, Equatable {
    package let time: Instant

    package init(time: Instant) { self.time = time }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in Self(time: try reader.instant("time")) }
    }

    package var json: JSON { ["time": JSON(time)] }
}
