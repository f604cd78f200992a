internal import VaultAudit
internal import VaultModel

/// Which part of the log is asked for, as the socket's query names it.
package struct LogQuery: Sendable {
    var filter = LogFilter()
    /// Entries after this one; with `isNewestFirst` entries before it.
    var cursor: UInt64?
    var isNewestFirst = false
    var limit = 100

    /// As many entries as one page holds.
    private static let pageLimit = 500
    private static let keys: Set = [
        "limit", "after", "before", "newest", "from", "to", "action", "app", "party", "purpose", "decision", "tag",
    ]

    /// - Parameter parameters: `limit`; `after` or `before` an entry's number, or `newest` to begin at the end; and the
    ///   filters `from` and `to` (instants, or milliseconds since 1970), `action`, `app`, `party`, `purpose`, `decision`,
    ///   `tag` (32 hex digits).
    /// - Throws: `VaultError.badValue` naming what is unknown or not in its form: a filter that is misspelt must not show
    ///   everything.
    package init(_ parameters: [String: String]) throws(VaultError) {
        if let unknown = parameters.keys.filter({ !Self.keys.contains($0) }).min() {
            throw VaultError(.badValue, "there is no filter `\(unknown.prefix(32))`", hint: Self.keys.sorted().joined(separator: ", "))
        }
        func value<Value>(_ key: String, _ make: (String) -> Value?) throws(VaultError) -> Value? {
            guard let text = parameters[key] else { return nil }
            guard let value = make(text) else { throw VaultError(.badValue, "`\(key)` is not in its form") }
            return value
        }
        if let limit = try value("limit", { Int($0) }) {
            guard (1...Self.pageLimit).contains(limit) else {
                throw VaultError(.badValue, "limit must be 1 to \(Self.pageLimit)")
            }
            self.limit = limit
        }
        let (after, before) = (try value("after", LogIndex.parse), try value("before", LogIndex.parse))
        guard after == nil || (before == nil && parameters["newest"] == nil) else {
            throw VaultError(.badValue, "either `after` or `before`, and `newest` goes with the second alone")
        }
        isNewestFirst = before != nil || parameters["newest"] != nil
        cursor = after ?? before
        filter.from = try value("from") { Self.instant($0, isEnd: false) }
        filter.to = try value("to") { Self.instant($0, isEnd: true) }
        filter.action = try value("action", LogAction.init(rawValue:))
        filter.app = try value("app", AppName.init)
        filter.party = parameters["party"]
        filter.purpose = try value("purpose", PurposeName.init)
        filter.decision = parameters["decision"]
        filter.tag = try value("tag") { text in Hex.decode(text).flatMap { $0.count == 16 ? $0 : nil } }
    }

    /// A bare date is a whole day of the vault's zone: `from` begins with it and `to` includes it.
    private static func instant(_ text: String, isEnd: Bool) -> Instant? {
        if let milliseconds = Int64(text) { return Instant(milliseconds: milliseconds) }
        guard let instant = Instant(text: text) else { return nil }
        guard CivilDate(text: text) != nil else { return instant }
        // A bare date is the last millisecond of its day.
        return Instant(milliseconds: instant.milliseconds + 1 - (isEnd ? 0 : 86_400_000))
    }
}

/// Numbers of entries and sizes of logs, as text.
package enum LogIndex {
    /// A whole number in its shortest form, at most `Int64.max`; nil for anything else.
    package static func parse(_ text: String) -> UInt64? {
        UInt64(text).flatMap { $0 <= UInt64(Int64.max) && String($0) == text ? $0 : nil }
    }
}
