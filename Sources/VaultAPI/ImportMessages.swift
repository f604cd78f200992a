package import VaultModel

/// One person of an import body. On the public socket `fields` stands alone; on the admin socket the rest may follow.
package struct ImportLine: WireMessage, Equatable {
    package let fields: [FieldName: JSON]
    /// Which app each value came from; absent fields are the operator's.
    package let sources: [FieldName: AppName]
    /// The activation code that the letter will show, in the form a person types.
    package let code: String?
    /// The login name that the letter will show; refused as `login_taken` if somebody has it.
    package let login: LoginName?

    package init(
        fields: [FieldName: JSON], sources: [FieldName: AppName] = [:], code: String? = nil, login: LoginName? = nil
    ) {
        self.fields = fields
        self.sources = sources
        self.code = code
        self.login = login
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            let fields = try reader.values("fields")
            var sources: [FieldName: AppName] = [:]
            if reader.optionalValue("sources") != nil {
                sources = try reader.keyed("sources", allowsEmpty: true) { $0.string.flatMap(AppName.init) }
            }
            return Self(
                fields: fields, sources: sources, code: try reader.optionalString("code"),
                login: try reader.optional("login") { $0.string.flatMap { LoginName($0) } })
        }
    }

    package var json: JSON {
        let named = Dictionary(uniqueKeysWithValues: sources.map { ($0.key.text, JSON.string($0.value.text)) })
        return .members([
            "fields": JSON(fields), "sources": sources.isEmpty ? nil : .object(named), "code": code.map(JSON.string),
            "login": login.map { .string($0.text) },
        ])
    }
}

/// A line that was not taken.
package struct RejectedLine: WireMessage, Equatable {
    /// The line in the request's body, from 1.
    package let line: Int
    package let reason: String

    package init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(line: try reader.count("line"), reason: try reader.string("reason"))
        }
    }

    package var json: JSON { ["line": JSON(line), "reason": .string(reason)] }
}

/// The answer to a platform's import of people it may write (`POST /v1/residents:import`, public socket).
package struct ForwardImportResponse: WireMessage, Equatable {
    package let accepted: Int
    package let rejected: [RejectedLine]

    package init(accepted: Int, rejected: [RejectedLine]) {
        self.accepted = accepted
        self.rejected = rejected
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(accepted: try reader.count("accepted"), rejected: try reader.messages("rejected"))
        }
    }

    package var json: JSON { ["accepted": JSON(accepted), "rejected": .array(rejected.map(\.json))] }
}

/// What became of one line of the operator's import.
package struct ImportResult: WireMessage, Equatable {
    package enum Status: Equatable, Sendable {
        case enrolled(LoginName)
        /// Enrolled before, by ID number; their login, and whether they have activated it.
        case known(LoginName, activated: Bool)
        /// Nothing was done; the same person may be sent again with another login.
        case loginTaken
        case rejected(reason: String)
    }

    /// The line in the request's body, from 1.
    package let line: Int
    package let status: Status

    package init(line: Int, status: Status) {
        self.line = line
        self.status = status
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            let line = try reader.count("line")
            switch try reader.string("status") {
            case "enrolled": return Self(line: line, status: .enrolled(try reader.login()))
            case "known":
                return Self(line: line, status: .known(try reader.login(), activated: try reader.bool("activated")))
            case "login_taken": return Self(line: line, status: .loginTaken)
            case "rejected": return Self(line: line, status: .rejected(reason: try reader.string("reason")))
            default: throw WireError(.badValue, key: "status")
            }
        }
    }

    package var json: JSON {
        switch status {
        case .enrolled(let login): ["line": JSON(line), "status": "enrolled", "login": .string(login.text)]
        case .known(let login, let activated):
            ["line": JSON(line), "status": "known", "login": .string(login.text), "activated": .bool(activated)]
        case .loginTaken: ["line": JSON(line), "status": "login_taken"]
        case .rejected(let reason): ["line": JSON(line), "status": "rejected", "reason": .string(reason)]
        }
    }
}

/// The answer to the operator's import (`POST /v1/residents:import`, admin socket), one result a line.
package struct ImportResponse: WireMessage, Equatable {
    package let results: [ImportResult]
    /// Purposes that give access at enrolment but whose app is not registered, so that nobody got their grant.
    package let noGrants: [PurposeName]

    package init(results: [ImportResult], noGrants: [PurposeName]) {
        self.results = results
        self.noGrants = noGrants
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                results: try reader.messages("results"),
                noGrants: try reader.distinct("no_grants", cap: WireLimits.page, allowsEmpty: true) {
                    $0.string.flatMap(PurposeName.init)
                })
        }
    }

    package var json: JSON {
        ["results": .array(results.map(\.json)), "no_grants": .array(noGrants.map { .string($0.text) })]
    }
}

extension WireReader {
    fileprivate mutating func login() throws(WireError) -> LoginName {
        try required("login") { $0.string.flatMap { LoginName($0) } }
    }
}
