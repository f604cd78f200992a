/// Whom a grant is given to: an app, or a person who acts for the resident (design, section 4, "Delegation").
package enum GrantRecipient: Hashable, Sendable {
    case app(AppName)
    case person(ResidentID)

    /// The app's name, or `~` and the person's id in base32. No app's name begins with `~`, so one is never the other.
    package var text: String {
        switch self {
        case .app(let name): name.text
        case .person(let id): "~" + id.base32
        }
    }

    /// Reads the form of `text`; nil for anything else, the bare `~` of a resident's own values included.
    package init?(_ text: String) {
        if text.hasPrefix("~") {
            guard let id = ResidentID(base32: String(text.dropFirst())) else { return nil }
            self = .person(id)
        } else {
            guard let name = AppName(text) else { return nil }
            self = .app(name)
        }
    }

    /// The app; nil for a person.
    package var app: AppName? {
        if case .app(let name) = self { name } else { nil }
    }

    /// The person; nil for an app.
    package var person: ResidentID? {
        if case .person(let id) = self { id } else { nil }
    }
}
