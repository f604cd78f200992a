internal import VaultAPI
internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy

/// A ceremony in words. A custodian signs what they read here and nothing else.
struct CeremonyWords {
    let ceremony: CheckedCeremony
    let console: Console
    /// The custodian's own copy of the policies, for titles beside the names that are signed.
    var policies: PolicySet?

    /// A list of residents as long as this is shown whole; of a longer one the first and the last few.
    private static let wholeList = 12
    private static let ends = 5

    var lines: [String] {
        let request = ceremony.request
        var lines = result + [console.text(CeremonyText.reason, request.reason)]
        lines += people
        lines.append(console.text(CeremonyText.howMany, "\(request.threshold)", request.until.localMinute))
        switch ceremony.voucher {
        case .log(let index):
            lines.append(console.text(CeremonyText.inLog, "\(index)", request.created.localMinute))
        case .nobody:
            lines.append(console.text(CeremonyText.notInLog, CheckNumber.of(ceremony.bytes)))
        }
        lines.append(console.text(CeremonyText.place, request.vault.base64, Base64URL.encode(request.config)))
        return lines
    }

    private var result: [String] {
        let request = ceremony.request
        switch request.result {
        case .recover(let letter):
            return [
                console.text(CeremonyText.doRecover), console.text(CeremonyText.letterNumber, CheckNumber.of(letter)),
            ]
        case .issue(let purpose, let version, let app, let fields, let until):
            return [
                console.text(
                    CeremonyText.doIssue, app.text, titled(purpose.text, policies?.purposes[purpose]?.title), "\(version)",
                    list(fields), until.localMinute)
            ]
        case .delegate(let fields, let basis, let until):
            return [
                console.text(
                    CeremonyText.doDelegate, list(fields), console.text(TermText(basis)), until.localMinute)
            ]
        case .rekey: return [console.text(CeremonyText.doRekey)]
        case .entrust(let custodians, let threshold):
            return [
                console.text(
                    CeremonyText.doEntrust,
                    custodians.map { titled($0.text, policies?.parties[$0.text]?.title) }.joined(separator: ", "),
                    "\(custodians.count)", "\(threshold)")
            ]
        case .keys: return [console.text(CeremonyText.doKeys)]
        }
    }

    private var people: [String] {
        let items = ceremony.lines.map(\.item)
        guard !items.isEmpty else { return [] }
        // Who is to act for whom is what is agreed to: no pair of it may hide in the middle.
        let isLong = items.count > Self.wholeList && items.allSatisfy { $0.delegate == nil }
        let shown = isLong ? Array(items.prefix(Self.ends)) : items
        var lines = [console.text(CeremonyText.forWhom, "\(items.count)")] + shown.map(line)
        if isLong {
            lines.append(console.text(CeremonyText.leftOut, "\(items.count - 2 * Self.ends)"))
            lines += items.suffix(Self.ends).map(line)
        }
        let without = ceremony.lines.count { $0.share == nil }
        if without > 0 { lines.append(console.text(CeremonyText.noShares, "\(without)")) }
        return lines
    }

    private func line(_ item: CeremonyItem) -> String {
        let resident = LoginText.grouped(item.resident.login)
        guard let delegate = item.delegate else { return "    " + resident }
        return "    " + console.text(CeremonyText.pair, LoginText.grouped(delegate.login), resident)
    }

    private func list(_ fields: [FieldName]) -> String {
        fields.map { titled($0.text, policies?.fields[$0]?.title) }.joined(separator: ", ")
    }

    /// The name as it is signed, behind its title where there is one.
    private func titled(_ name: String, _ title: LocalizedText?) -> String {
        guard let title else { return name }
        return console.language == .chinese ? "\(title.chinese)（\(name)）" : "\(title.english) (\(name))"
    }
}
