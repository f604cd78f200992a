package import VaultModel

/// A letter's code and the passphrase that takes its place (`POST /v1/activations`).
package struct ActivationRequest: WireMessage {
    /// As typed: any case, spaces and hyphens.
    package let code: String
    package let passphrase: String

    package init(code: String, passphrase: String) {
        self.code = code
        self.passphrase = passphrase
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                code: try reader.string("code", cap: WireLimits.reference),
                passphrase: try reader.string("passphrase", cap: WireLimits.passphrase))
        }
    }

    package var json: JSON { ["code": .string(code), "passphrase": .string(passphrase)] }
}

/// The login name that now works.
package struct ActivationResponse: WireMessage, Equatable {
    package let login: LoginName

    package init(login: LoginName) { self.login = login }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(login: try reader.required("login") { $0.string.flatMap { LoginName($0) } })
        }
    }

    package var json: JSON { ["login": .string(login.text)] }
}

/// A resident logs in (`POST /v1/sessions`).
package struct SessionRequest: WireMessage {
    /// As typed. A malformed name is refused like a wrong passphrase, so it is not read here.
    package let login: String
    package let passphrase: String

    package init(login: String, passphrase: String) {
        self.login = login
        self.passphrase = passphrase
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                login: try reader.string("login", cap: WireLimits.reference),
                passphrase: try reader.string("passphrase", cap: WireLimits.passphrase))
        }
    }

    package var json: JSON { ["login": .string(login), "passphrase": .string(passphrase)] }
}

/// A session's credential and its latest end.
package struct SessionResponse: WireMessage {
    /// `rvs_…`.
    package let session: String
    package let expires: Instant

    package init(session: String, expires: Instant) {
        self.session = session
        self.expires = expires
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(session: try reader.string("session"), expires: try reader.instant("expires"))
        }
    }

    package var json: JSON { ["session": .string(session), "expires": JSON(expires)] }
}

/// A new passphrase (`POST /v1/me/passphrase`); the answer is a new session.
package struct PassphraseChange: WireMessage {
    package let old: String
    package let new: String

    package init(old: String, new: String) {
        self.old = old
        self.new = new
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                old: try reader.string("old", cap: WireLimits.passphrase),
                new: try reader.string("new", cap: WireLimits.passphrase))
        }
    }

    package var json: JSON { ["old": .string(old), "new": .string(new)] }
}
