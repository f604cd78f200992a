internal import VaultAPI

/// Finds the call for a method and path. Templates come from `Route`; a `{id}` takes one whole segment, or what stands
/// before a `:verb`; a `{rest}` at the end takes all that follows.
struct Router: Sendable {
    enum Match {
        case found(Route, parameter: String)
        /// The path exists; these methods are its own.
        case otherMethod([String])
        case unknown
    }

    private struct Entry: Sendable {
        let route: Route
        let segments: [Substring]

        /// Whether the template ends in a part that takes all that follows.
        var takesRest: Bool { segments.last == "{rest}" }

        func fits(_ count: Int) -> Bool { takesRest ? count >= segments.count : count == segments.count }
    }

    private let entries: [Entry]
    /// The paths without an id, which are found at once.
    private let fixed: [Substring: [Route]]

    init(side: SocketSide) {
        let routes = Route.allCases.filter { route in
            switch (route.audience, side) {
            case (.operator, .admin), (.anyone, _), (.auditor, _): true
            case (.app, .everyone), (.resident, .everyone), (.custodian, .everyone): true
            case (.operator, .everyone), (.app, .admin), (.resident, .admin), (.custodian, .admin): false
            }
        }
        entries = routes.map { Entry(route: $0, segments: $0.template.split(separator: "/")[...].map { $0 }) }
        fixed = Dictionary(grouping: routes.filter { !$0.template.contains("{") }) { $0.template[...] }
    }

    func match(method: String, path: Substring) -> Match {
        if let route = fixed[path]?.first(where: { $0.method == method }) { return .found(route, parameter: "") }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard !segments.contains(".."), !segments.contains(".") else { return .unknown }
        var others: [String] = []
        for entry in entries where entry.fits(segments.count) {
            guard let parameter = Self.parameter(entry.segments, segments) else { continue }
            if entry.route.method == method { return .found(entry.route, parameter: parameter) }
            others.append(entry.route.method)
        }
        return others.isEmpty ? .unknown : .otherMethod(others)
    }

    /// The id if the path fits, empty for a template without one; nil if it does not fit.
    private static func parameter(_ template: [Substring], _ path: ArraySlice<Substring>) -> String? {
        var parameter = ""
        for (expected, found) in zip(template, path) {
            if expected == "{rest}" {
                let rest = path.dropFirst(template.count - 1).joined(separator: "/")
                return rest.isEmpty ? nil : rest
            }
            guard expected.hasPrefix("{id}") else {
                if expected != found { return nil }
                continue
            }
            let verb = expected.dropFirst(4)
            guard found.hasSuffix(verb) else { return nil }
            let id = found.dropLast(verb.count)
            guard !id.isEmpty, !id.contains(":") else { return nil }
            parameter = String(id)
        }
        return parameter
    }
}
