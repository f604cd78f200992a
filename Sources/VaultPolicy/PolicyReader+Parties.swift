import VaultModel

/// `parties.yaml`.
extension PolicyReader {
    /// The whole file.
    mutating func addParties(_ root: SourceNode) {
        guard var object = object(root, what: "the file of parties") else { return }
        for member in members(required("parties", of: &object)) { addParty(member) }
        addLogRetention(object.take("log_retention_days"))
        addBackupLife(object.take("backup_days"))
        finish(object)
    }

    mutating func addParty(_ member: SourceNode.Member) {
        let name = member.key
        // Parties and apps are written alike, because both are names on receipts.
        if AppName(name) == nil {
            note(
                "'\(name)' is no party's name: lower-case letters, digits and hyphens, a letter first", at: member.place
            )
        }
        guard var object = object(member.value, what: "a party") else {
            return add(nil as Party?, named: name, at: member.place)
        }
        let title = localized(required("title", of: &object), what: "the title")
        let contact = localized(required("contact", of: &object), what: "the contact")
        let apps = apps(required("apps", of: &object))
        finish(object)
        guard let title, let contact, let apps else { return add(nil as Party?, named: name, at: member.place) }
        add(Party(name: name, title: title, contact: contact, apps: apps.sorted()), named: name, at: member.place)
    }

    private mutating func apps(_ node: SourceNode?) -> [AppName]? {
        guard let items = items(node) else { return nil }
        var apps: [AppName] = []
        for item in items {
            guard let text = string(item) else { continue }
            guard let app = AppName(text) else {
                note(
                    "'\(text)' is no app's name: lower-case letters, digits and hyphens, a letter first, 32 at most",
                    at: item.place)
                continue
            }
            if apps.contains(app) {
                note("the app '\(app)' stands twice", at: item.place)
            } else if let other = parties.values.first(where: { $0.apps.contains(app) }) {
                note("the app '\(app)' already acts for the party '\(other.name)'", at: item.place)
            } else {
                apps.append(app)
            }
        }
        return apps
    }
}
