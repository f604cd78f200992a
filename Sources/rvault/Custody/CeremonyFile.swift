internal import VaultAPI
internal import VaultModel

/// The file that is carried to one custodian: a `CeremonyPage` with its whole list.
enum CeremonyFile {
    /// A list of 20,000 residents takes about 12 MiB.
    static let limit = 1 << 28

    static func name(_ id: CeremonyID, _ custodian: CustodianName) -> String { "ceremony-\(id.base64)-\(custodian).json" }

    /// Reads one custodian's pages and joins them.
    ///
    /// - Parameter page: fetches the page that begins at a place in the list.
    /// - Throws: `Failure(.refused)` for pages that are not of one request, or do not go on.
    static func join(_ page: (_ start: Int) async throws -> CeremonyPage) async throws -> CeremonyPage {
        let first = try await page(0)
        var lines = first.lines
        var next = first.next
        while let start = next {
            let more = try await page(start)
            guard start == lines.count, !more.lines.isEmpty, more.request == first.request,
                more.custodian == first.custodian
            else { throw Failure(.refused, Sentence(CeremonyFaults.badPages), hint: Sentence(Hints.sameVersion)) }
            lines += more.lines
            next = more.next
        }
        return CeremonyPage(
            custodian: first.custodian, request: first.request, proof: first.proof, lines: lines, next: nil)
    }

    static func encoded(_ page: CeremonyPage) -> [UInt8] { page.encoded + [UInt8(ascii: "\n")] }

    /// - Throws: `Failure(.refused)` for a file that is anything else.
    static func read(_ bytes: [UInt8], at path: String) throws(Failure) -> CeremonyPage {
        guard let page = try? WireDecoding.decode(bytes, as: CeremonyPage.self), page.next == nil else {
            throw Failure(.refused, Sentence(CeremonyFaults.notCeremony, path), hint: Sentence(CeremonyHints.askOperator))
        }
        return page
    }
}
