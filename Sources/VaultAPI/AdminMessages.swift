package import VaultModel

/// What the operator sees of the vault (`GET /v1/status`): counts and digests.
package struct StatusView: WireMessage, Equatable {
    package let vault: String
    package let residents: Int
    /// Entries in the log.
    package let entries: Int
    /// The digest of the config in force, base64url.
    package let config: String
    package let configNumber: Int
    package let custodians: Int
    package let threshold: Int
    /// Registered apps that are live.
    package let apps: Int
    /// In which form the service key was at the start: `files`, `credentials` or `passphrase`.
    package let keys: String
    package let version: String

    package init(
        vault: String, residents: Int, entries: Int, config: String, configNumber: Int, custodians: Int, threshold: Int,
        apps: Int, keys: String, version: String
    ) {
        self.vault = vault
        self.residents = residents
        self.entries = entries
        self.config = config
        self.configNumber = configNumber
        self.custodians = custodians
        self.threshold = threshold
        self.apps = apps
        self.keys = keys
        self.version = version
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                vault: try reader.string("vault"), residents: try reader.count("residents"),
                entries: try reader.count("entries"), config: try reader.string("config"),
                configNumber: try reader.count("config_number"), custodians: try reader.count("custodians"),
                threshold: try reader.count("threshold"), apps: try reader.count("apps"),
                keys: try reader.string("keys"), version: try reader.string("version"))
        }
    }

    package var json: JSON {
        [
            "vault": .string(vault), "residents": JSON(residents), "entries": JSON(entries), "config": .string(config),
            "config_number": JSON(configNumber), "custodians": JSON(custodians), "threshold": JSON(threshold),
            "apps": JSON(apps), "keys": .string(keys), "version": .string(version),
        ]
    }
}

/// One registered app.
package struct AppView: WireMessage, Equatable {
    package let name: AppName
    package let party: String
    /// False once removed; a name is never given to another party.
    package let live: Bool
    package let operatorHeld: Bool
    package let added: Instant

    package init(name: AppName, party: String, live: Bool, operatorHeld: Bool, added: Instant) {
        self.name = name
        self.party = party
        self.live = live
        self.operatorHeld = operatorHeld
        self.added = added
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                name: try reader.app("name"), party: try reader.string("party"), live: try reader.bool("live"),
                operatorHeld: try reader.bool("operator_held"), added: try reader.instant("added"))
        }
    }

    package var json: JSON {
        [
            "name": .string(name.text), "party": .string(party), "live": .bool(live),
            "operator_held": .bool(operatorHeld),
            "added": JSON(added),
        ]
    }
}

/// Registers an app by the public part of its key (`POST /v1/apps`).
package struct AppRegistration: WireMessage, Equatable {
    package let name: AppName
    /// The box public key, 32 bytes.
    package let box: [UInt8]
    /// H(auth key), 32 bytes.
    package let auth: [UInt8]
    package let operatorHeld: Bool

    package init(name: AppName, box: [UInt8], auth: [UInt8], operatorHeld: Bool) {
        self.name = name
        self.box = box
        self.auth = auth
        self.operatorHeld = operatorHeld
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                name: try reader.app("name"), box: try reader.bytes("box", count: 32),
                auth: try reader.bytes("auth", count: 32), operatorHeld: try reader.bool("operator_held"))
        }
    }

    package var json: JSON {
        [
            "name": .string(name.text), "box": .string(Base64URL.encode(box)), "auth": .string(Base64URL.encode(auth)),
            "operator_held": .bool(operatorHeld),
        ]
    }
}

/// 201: the app is in the config now in force.
package struct AppAdded: WireMessage, Equatable {
    package let name: AppName
    package let party: String
    /// The new config's digest, base64url.
    package let config: String

    package init(name: AppName, party: String, config: String) {
        self.name = name
        self.party = party
        self.config = config
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(name: try reader.app("name"), party: try reader.string("party"), config: try reader.string("config"))
        }
    }

    package var json: JSON { ["name": .string(name.text), "party": .string(party), "config": .string(config)] }
}

/// The app is out, and its grants with it.
package struct AppRemoved: WireMessage, Equatable {
    package let grantsEnded: Int
    /// Grants whose rows are damaged, so that they could not be ended. They open nothing: their app is gone.
    package let grantsFailed: Int

    package init(grantsEnded: Int, grantsFailed: Int) {
        self.grantsEnded = grantsEnded
        self.grantsFailed = grantsFailed
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(grantsEnded: try reader.count("grants_ended"), grantsFailed: try reader.count("grants_failed"))
        }
    }

    package var json: JSON { ["grants_ended": JSON(grantsEnded), "grants_failed": JSON(grantsFailed)] }
}

/// A summary of the policies in force (`GET /v1/policy`), for people; its items are not interpreted here.
package struct PolicySummary: WireMessage, Equatable {
    package let fields: [JSON]
    package let purposes: [JSON]

    package init(fields: [JSON], purposes: [JSON]) {
        self.fields = fields
        self.purposes = purposes
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                fields: try reader.list("fields", cap: .max, allowsEmpty: true) { $0 },
                purposes: try reader.list("purposes", cap: .max, allowsEmpty: true) { $0 })
        }
    }

    package var json: JSON { ["fields": .array(fields), "purposes": .array(purposes)] }
}
