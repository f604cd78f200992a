package import VaultModel

/// Marks residents' fields to move to new keys (`POST /v1/rotations/fields`).
package struct FieldRotationBody: WireMessage, Equatable {
    package enum Scope: String, Sendable, CaseIterable {
        case resident
        case category
        case everyone
    }

    package let scope: Scope
    /// The login name or the category; none for everyone.
    package let name: String?
    /// Residents a second at most; absent without a limit.
    package let rate: Int?

    package init(scope: Scope, name: String? = nil, rate: Int? = nil) {
        self.scope = scope
        self.name = name
        self.rate = rate
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                scope: try reader.required("scope") { $0.string.flatMap(Scope.init) }, name: try reader.optionalString("name"),
                rate: try reader.optional("rate") { json in
                    json.integer.flatMap { (1...1_000_000).contains($0) ? Int($0) : nil }
                })
        }
    }

    package var json: JSON {
        .members([
            "scope": .string(scope.rawValue), "name": name.map(JSON.string), "rate": rate.map { JSON($0) },
        ])
    }
}

/// A rotation has begun, and so many residents are concerned.
package struct RotationBegun: WireMessage, Equatable {
    package let residents: Int

    package init(residents: Int) { self.residents = residents }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in Self(residents: try reader.count("residents")) }
    }

    package var json: JSON { ["residents": JSON(residents)] }
}

/// One rotation: under way, or the last of its kind.
package struct RotationView: WireMessage, Equatable {
    /// `fields` or `service_key`.
    package let kind: String
    /// A category, or `*`; of a service key its log key before, base64url.
    package let target: String
    package let done: Int
    /// What was left as it is because its rows are damaged.
    package let failed: Int
    package let total: Int
    /// So many a second at most; 0 without a limit.
    package let rate: Int
    package let started: Instant
    package let finished: Instant?

    package init(
        kind: String, target: String, done: Int, failed: Int, total: Int, rate: Int, started: Instant, finished: Instant?
    ) {
        self.kind = kind
        self.target = target
        self.done = done
        self.failed = failed
        self.total = total
        self.rate = rate
        self.started = started
        self.finished = finished
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                kind: try reader.string("kind"), target: try reader.string("target"), done: try reader.count("done"),
                failed: try reader.count("failed"), total: try reader.count("total"), rate: try reader.count("rate"),
                started: try reader.instant("started"), finished: try reader.optionalInstant("finished"))
        }
    }

    package var json: JSON {
        .members([
            "kind": .string(kind), "target": .string(target), "done": JSON(done), "failed": JSON(failed),
            "total": JSON(total), "rate": JSON(rate), "started": JSON(started), "finished": finished.map { JSON($0) },
        ])
    }
}

/// What has been rotated, is being rotated and is due (`GET /v1/rotations`).
package struct RotationStatus: WireMessage, Equatable {
    package let rotations: [RotationView]
    package let serviceKeySince: Instant
    package let pepperSince: Instant
    /// When the last backup was made; absent before the first one.
    package let lastBackup: Instant?
    /// Residents whose passphrase is still under an older pepper.
    package let underOldPepper: Int
    /// Residents with fields that wait for new keys.
    package let stale: Int
    /// Apps whose key changed and whose permissions are not all under the new one.
    package let apps: [AppMoveView]

    package init(
        rotations: [RotationView], serviceKeySince: Instant, pepperSince: Instant, lastBackup: Instant?, underOldPepper: Int,
        stale: Int, apps: [AppMoveView]
    ) {
        self.lastBackup = lastBackup
        self.apps = apps
        self.rotations = rotations
        self.serviceKeySince = serviceKeySince
        self.pepperSince = pepperSince
        self.underOldPepper = underOldPepper
        self.stale = stale
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                rotations: try reader.messages("rotations"), serviceKeySince: try reader.instant("service_key_since"),
                pepperSince: try reader.instant("pepper_since"), lastBackup: try reader.optionalInstant("last_backup"),
                underOldPepper: try reader.count("under_old_pepper"), stale: try reader.count("stale"), apps: try reader.messages("apps"))
        }
    }

    package var json: JSON {
        .members([
            "rotations": .array(rotations.map(\.json)), "service_key_since": JSON(serviceKeySince),
            "pepper_since": JSON(pepperSince), "last_backup": lastBackup.map { JSON($0) },
            "under_old_pepper": JSON(underOldPepper), "stale": JSON(stale), "apps": .array(apps.map(\.json)),
        ])
    }
}

/// A new seed under the same passphrase (`POST /v1/me/rotation`); the answer is a new session.
package struct SeedRenewal: WireMessage {
    package let passphrase: String

    package init(passphrase: String) { self.passphrase = passphrase }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(passphrase: try reader.string("passphrase", cap: WireLimits.passphrase))
        }
    }

    package var json: JSON { ["passphrase": .string(passphrase)] }
}

/// New keys for a registered app (`POST /v1/apps/{id}:propose-key`); the answer is the change to be made.
package struct AppKeyChange: WireMessage, Equatable {
    /// The box public key, 32 bytes.
    package let box: [UInt8]
    /// H(auth key), 32 bytes.
    package let auth: [UInt8]
    package let operatorHeld: Bool
    /// For how many seconds the old token goes on counting.
    package let overlap: Int

    package init(box: [UInt8], auth: [UInt8], operatorHeld: Bool, overlap: Int) {
        self.box = box
        self.auth = auth
        self.operatorHeld = operatorHeld
        self.overlap = overlap
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                box: try reader.bytes("box", count: 32), auth: try reader.bytes("auth", count: 32),
                operatorHeld: try reader.bool("operator_held"), overlap: try reader.count("overlap"))
        }
    }

    package var json: JSON {
        [
            "box": .string(Base64URL.encode(box)), "auth": .string(Base64URL.encode(auth)),
            "operator_held": .bool(operatorHeld), "overlap": JSON(overlap),
        ]
    }
}

/// Moves a page of an app's bundles to its new key (`POST /v1/grants:move-keys`). The call's credential is the old token.
package struct KeyMove: WireMessage {
    /// The new token.
    package let token: String
    /// The last grant of the page before.
    package let after: GrantID?

    package init(token: String, after: GrantID? = nil) {
        self.token = token
        self.after = after
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                token: try reader.string("token", cap: WireLimits.passphrase),
                after: try reader.optionalID("after", as: GrantID.self))
        }
    }

    package var json: JSON { .members(["token": .string(token), "after": after.map { .string($0.base64) }]) }
}

/// What became of a page.
package struct KeyMoved: WireMessage, Equatable {
    package let moved: Int
    /// Bundles that did not open; the resident's next login makes them anew.
    package let failed: Int
    /// Where the next page begins; none after the last.
    package let next: GrantID?

    package init(moved: Int, failed: Int, next: GrantID?) {
        self.moved = moved
        self.failed = failed
        self.next = next
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                moved: try reader.count("moved"), failed: try reader.count("failed"),
                next: try reader.optionalID("next", as: GrantID.self))
        }
    }

    package var json: JSON {
        .members(["moved": JSON(moved), "failed": JSON(failed), "next": next.map { .string($0.base64) }])
    }
}

/// An app between two tokens.
package struct AppMoveView: WireMessage, Equatable {
    package let name: AppName
    /// Until when the old token counts; none if it does not any more.
    package let until: Instant?
    /// Permissions whose bundle is still for an older key.
    package let waiting: Int

    package init(name: AppName, until: Instant?, waiting: Int) {
        self.name = name
        self.until = until
        self.waiting = waiting
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                name: try reader.app("name"), until: try reader.optionalInstant("until"), waiting: try reader.count("waiting"))
        }
    }

    package var json: JSON {
        .members(["name": .string(name.text), "until": until.map { JSON($0) }, "waiting": JSON(waiting)])
    }
}

/// Bounds a rotation that is under way (`POST /v1/rotations:rate`).
package struct RotationRate: WireMessage, Equatable {
    /// `fields` or `service_key`.
    package let kind: String
    /// Residents or rows a second at most; absent without a limit.
    package let rate: Int?

    package init(kind: String, rate: Int?) {
        self.kind = kind
        self.rate = rate
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                kind: try reader.string("kind", cap: WireLimits.reference),
                rate: try reader.optional("rate") { json in
                    json.integer.flatMap { (1...1_000_000).contains($0) ? Int($0) : nil }
                })
        }
    }

    package var json: JSON { .members(["kind": .string(kind), "rate": rate.map { JSON($0) }]) }
}
