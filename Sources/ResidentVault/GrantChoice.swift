internal import VaultModel
internal import VaultStore

/// The grant that a request about one resident is decided on.
struct GrantChoice {
    let row: GrantRow
    let terms: GrantTerms

    /// Among a resident's grants to one app for one purpose: the live one that covers most of the asked fields, the
    /// newest of equals; if none is live, the newest, whose state is then the reason for the refusal.
    ///
    /// - Parameter words: parts of statements that were read before.
    static func choose(
        _ rows: [GrantRow], for fields: [FieldName], now: Instant, words: inout GrantWords
    ) throws -> GrantChoice? {
        // Nearly always there is one.
        if rows.count == 1 { return GrantChoice(row: rows[0], terms: try GrantTerms(decoding: rows[0].statement, words: &words)) }
        var best: (choice: GrantChoice, rank: (Int, Int, Int64))?
        for row in rows {
            let terms = try GrantTerms(decoding: row.statement, words: &words)
            let isLive = row.state.isLive && terms.until > now
            let covered = fields.filter { terms.fields[$0] != nil }.count
            let rank = (isLive ? 1 : 0, isLive ? covered : 0, terms.from.milliseconds)
            if best.map({ rank > $0.rank }) ?? true { best = (GrantChoice(row: row, terms: terms), rank) }
        }
        return best?.choice
    }
}
