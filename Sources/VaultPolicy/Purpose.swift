package import VaultModel

/// What one app may do with some fields, why, on what legal basis and within which bounds.
package struct Purpose: Sendable, Equatable {
    package let name: PurposeName
    /// Rises with every change of fields, form, basis, purpose or recipient.
    package let version: Int
    /// Grants under an older version than this no longer release anything: the withdrawal of a version.
    package let oldestVersion: Int
    package let app: AppName
    /// The party that answers for the app, by name.
    package let party: String
    package let fields: [FieldName: FieldRule]
    /// Sorted, without repeats.
    package let actions: [GrantAction]
    package let basis: LegalBasis
    /// The articles it rests on, as residents may look them up.
    package let citations: [String]
    package let title: LocalizedText
    /// What a resident is told before anything is handled (PIPL art. 17).
    package let notice: LocalizedText
    /// Why the fields are needed (PIPL art. 30).
    package let necessity: LocalizedText
    /// What can happen to the resident if things go wrong (PIPL art. 30).
    package let impact: LocalizedText
    /// How long the app may keep what it got, in days.
    package let retentionDays: Int
    package let limits: Limits
    /// Whether a read or write must name the person who asked for it.
    package let requiresInitiator: Bool
    /// Whether a read or write must name the case it belongs to.
    package let requiresCase: Bool

    /// The most revealing form any of its fields may take.
    package var form: DisclosureForm { fields.values.map(\.form).max() ?? .answer }

    /// What the notice digest of a statement is taken over: everything a resident was shown before agreeing.
    package func notice(of vault: VaultID) -> JSON {
        let shown = json.object?.filter { Self.shownKeys.contains($0.key) } ?? [:]
        let bound: [String: JSON] = ["type": "notice", "vault": .string(vault.base64), "purpose": .string(name.text)]
        return .object(shown.merging(bound) { _, added in added })
    }

    static let shownKeys: Set<String> = [
        "version", "app", "party", "actions", "basis", "fields", "title", "notice", "necessity", "impact",
        "retention_days",
    ]

    var json: JSON {
        var members: [String: JSON] = [
            "version": .integer(Int64(version)), "app": .string(app.text), "party": .string(party),
            "fields": .object(Dictionary(uniqueKeysWithValues: fields.map { ($0.key.text, $0.value.json) })),
            "actions": .array(actions.map { .string($0.rawValue) }), "basis": .string(basis.rawValue),
            "title": title.json, "notice": notice.json, "necessity": necessity.json, "impact": impact.json,
            "retention_days": .integer(Int64(retentionDays)), "limits": limits.json,
        ]
        if oldestVersion > 1 { members["oldest_version"] = .integer(Int64(oldestVersion)) }
        if !citations.isEmpty { members["citations"] = .array(citations.map { .string($0) }) }
        let stated = (requiresInitiator ? ["initiator"] : []) + (requiresCase ? ["case"] : [])
        if !stated.isEmpty { members["must_state"] = .array(stated.map { .string($0) }) }
        return .object(members)
    }
}

/// What a purpose may do with one field.
package struct FieldRule: Sendable, Equatable {
    /// The most revealing form the purpose may get. A purpose that only writes handles the whole value, so `raw`
    /// stands there, but without the action `read` nothing is released.
    package let form: DisclosureForm
    /// Whether the purpose may write the field.
    package let write: Bool
    /// Where the ranges of the form `band` begin, ascending; nil when the field has no such form here.
    package let bands: [Int64]?
    /// What the form `answer` asks; nil when the field has no such form here.
    package let answer: AnswerPredicate?

    package init(form: DisclosureForm, write: Bool = false, bands: [Int64]? = nil, answer: AnswerPredicate? = nil) {
        self.form = form
        self.write = write
        self.bands = bands
        self.answer = answer
    }

    var json: JSON {
        var members: [String: JSON] = ["form": .string(form.rawValue)]
        if write { members["write"] = true }
        if let bands { members["bands"] = .array(bands.map { .integer($0) }) }
        if let answer { members["answer"] = answer.json }
        return .object(members)
    }
}

/// A purpose's upper bounds; a grant may have lower ones.
package struct Limits: Sendable, Equatable {
    /// How long a grant lasts at most, in days from its beginning.
    package let maxDays: Int
    /// How often one resident may be read under one grant in a day of the vault's zone.
    package let readsPerDay: Int
    /// How many residents one request may name.
    package let rowsPerRequest: Int

    package init(maxDays: Int, readsPerDay: Int, rowsPerRequest: Int) {
        self.maxDays = maxDays
        self.readsPerDay = readsPerDay
        self.rowsPerRequest = rowsPerRequest
    }

    /// The last moment a grant that begins at `from` can have: what a request without `until` asks for. The evaluator
    /// ends older grants by the same arithmetic when a newer version of the purpose allows fewer days.
    package func longestUntil(from: Instant) -> Instant { from.advanced(bySeconds: Int64(maxDays) * 86_400) }

    var json: JSON {
        [
            "days": .integer(Int64(maxDays)), "reads_per_day": .integer(Int64(readsPerDay)),
            "rows_per_request": .integer(Int64(rowsPerRequest)),
        ]
    }
}
