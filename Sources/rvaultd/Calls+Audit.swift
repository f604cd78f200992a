internal import ResidentVault
internal import VaultAPI
internal import VaultModel

extension Calls {
    /// What auditors read. Their reading is logged before they are answered.
    func auditCall(_ request: Request, reader: VaultReader) throws -> Answer {
        try vault.noteReading(by: try logReader(request))
        switch request.route {
        case .auditEntries:
            let page = try vault.entries(try LogQuery(request.query), reader: reader)
            let entries = page.entries.map { NumberedEntry(sequence: Int($0.seq), entry: $0.entry) }
            return .json(EntryPage(entries: entries, next: page.next.map { Int($0) }))
        case .inclusion: return .text(try vault.inclusionProof(try index(request.parameter), reader: reader))
        case .tile:
            return .text(
                try vault.tile("tile/\(request.parameter)", reader: reader), contentType: "application/octet-stream")
        default: throw VaultError(.notFound, "no such call")
        }
    }

    /// What anyone may have, to hold the vault to its word.
    func consistency(_ request: Request, reader: VaultReader) throws -> Answer {
        guard let old = request.query["old"] else {
            throw VaultError(.missingKey, "`old` is the size of the older checkpoint")
        }
        return .text(try vault.consistency(from: try index(old), to: try request.query["new"].map(index), reader: reader))
    }

    /// A number of an entry, or a size.
    func index(_ text: String) throws -> UInt64 {
        guard let number = LogIndex.parse(text) else {
            throw VaultError(.badValue, "an entry's number or a size is a whole number in its shortest form")
        }
        return number
    }
}
