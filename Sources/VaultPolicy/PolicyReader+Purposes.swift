import VaultModel

/// `purposes/*.yaml`.
extension PolicyReader {
    /// One purpose file.
    mutating func addPurpose(_ root: SourceNode, fileName: String) {
        guard var object = object(root, what: "a purpose") else { return }
        let node = required("purpose", of: &object)
        guard let text = string(node), let node, let name = purposeName(text, at: node.place) else { return }
        if text != fileName { note("the purpose '\(text)' stands in a file named '\(fileName)'", at: node.place) }
        addPurpose(name, object, at: node.place)
    }

    mutating func purposeName(_ text: String, at place: SourcePlace) -> PurposeName? {
        let name = PurposeName(text)
        if name == nil { note("'\(text)' is no purpose's name: two or more words joined by dots", at: place) }
        if name == .delegation { note("'\(text)' is the vault's own: what people do for each other rests on no policy", at: place) }
        return name == .delegation ? nil : name
    }

    mutating func addPurpose(_ name: PurposeName, _ reading: ObjectReader, at place: SourcePlace) {
        var object = reading
        let version = integer(required("version", of: &object), in: 1...1_000_000)
        let oldest = oldestVersion(of: &object, newest: version)
        let app = appAndParty(of: &object)
        let basisNode = required("basis", of: &object)
        let basis = basis(basisNode)
        let citations = citations(of: &object, basis: basis, basisNode: basisNode)
        let actions = actions(of: &object, basis: basis)
        let title = localized(required("title", of: &object), what: "the title")
        let notice = localized(required("notice", of: &object), what: "the notice")
        let necessity = localized(required("necessity", of: &object), what: "the necessity")
        let impact = localized(required("impact", of: &object), what: "the impact")
        let retention = integer(required("retention_days", of: &object), in: 1...36_500)
        let limits = limits(required("limits", of: &object))
        let stated = mustState(object.take("must_state"))
        let fields = rules(required("fields", of: &object), actions: actions, basis: basis)
        finish(object)
        guard let version, let oldest, let app, let basis, let citations, let actions, let title, let notice,
            let necessity, let impact, let retention, let limits, let stated, let fields
        else { return }
        let purpose = Purpose(
            name: name, version: version, oldestVersion: oldest, app: app.name, party: app.party, fields: fields,
            actions: actions.sorted(), basis: basis, citations: citations, title: title, notice: notice,
            necessity: necessity, impact: impact, retentionDays: retention, limits: limits,
            requiresInitiator: stated.contains("initiator"), requiresCase: stated.contains("case"))
        add(purpose, at: place)
    }

    private mutating func oldestVersion(of object: inout ObjectReader, newest: Int?) -> Int? {
        guard let node = object.take("oldest_version") else { return 1 }
        return integer(node, in: 1...(newest ?? 1_000_000))
    }

    private mutating func appAndParty(of object: inout ObjectReader) -> (name: AppName, party: String)? {
        let appNode = required("app", of: &object)
        let partyNode = required("party", of: &object)
        guard let appNode, let partyNode, let appText = string(appNode), let party = string(partyNode) else {
            return nil
        }
        guard let known = parties[party] else {
            if !isBroken(party: party) { note("unknown party '\(party)'", at: partyNode.place) }
            return nil
        }
        guard let app = AppName(appText), known.apps.contains(app) else {
            note("the app '\(appText)' does not act for the party '\(party)'", at: appNode.place)
            return nil
        }
        return (app, party)
    }

    private mutating func basis(_ node: SourceNode?) -> LegalBasis? {
        if let node, case .scalar(.string("legitimate_interest")) = node.content {
            note("there is no basis 'legitimate_interest': PIPL art. 13 does not know it", at: node.place)
            return nil
        }
        return word(node, of: LegalBasis.allCases, what: "legal basis")
    }

    private mutating func citations(of object: inout ObjectReader, basis: LegalBasis?, basisNode: SourceNode?)
        -> [String]?
    {
        let node = object.take("citations")
        let citations = node == nil ? [] : strings(node)
        if basis == .statutory || basis == .law, citations?.isEmpty == true, let basisNode {
            note("the basis '\(basis?.rawValue ?? "")' needs a citation of its law", at: node?.place ?? basisNode.place)
        }
        return citations
    }

    private mutating func actions(of object: inout ObjectReader, basis: LegalBasis?) -> [GrantAction]? {
        guard let node = required("actions", of: &object), let items = items(node) else { return nil }
        var actions: [GrantAction] = []
        for item in items {
            guard let action = word(item, of: GrantAction.forApps, what: "action") else { continue }
            if actions.contains(action) {
                note("the action '\(action.rawValue)' stands twice", at: item.place)
            } else if action == .write, basis == .emergency || basis == .publicData {
                note("the basis '\(basis?.rawValue ?? "")' gives no right to write", at: item.place)
            } else {
                actions.append(action)
            }
        }
        if items.isEmpty { note("a purpose has at least one action", at: node.place) }
        return actions.count == items.count && !actions.isEmpty ? actions : nil
    }

    private mutating func limits(_ node: SourceNode?) -> Limits? {
        guard var object = object(node, what: "the limits") else { return nil }
        let days = integer(required("days", of: &object), in: 1...3650)
        let reads = integer(required("reads_per_day", of: &object), in: 0...100_000)
        // 500 is what one log entry can name (design, section 6).
        let rows = integer(required("rows_per_request", of: &object), in: 1...500)
        finish(object)
        guard let days, let reads, let rows else { return nil }
        return Limits(maxDays: days, readsPerDay: reads, rowsPerRequest: rows)
    }

    private mutating func mustState(_ node: SourceNode?) -> [String]? {
        guard let node else { return [] }
        guard let stated = strings(node) else { return nil }
        for word in stated where word != "initiator" && word != "case" {
            note("an app can be made to state 'initiator' and 'case', not '\(word)'", at: node.place)
        }
        return stated
    }
}
