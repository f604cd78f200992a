internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

extension Vault {
    /// Shares for the custodians in force, if a resident's seed is not under just these: custodians who came later cover
    /// each resident from their next login (design, section 4). The seed is in hand only then.
    func newCustody(_ seed: borrowing Seed, of resident: ResidentReference) throws -> Custody? {
        let custodianship = config.config.custodianship
        guard !custodianship.isEmpty else { return nil }
        let shares = try store.reader().read { try $0.unchecked().shares(of: resident) }
        return Custody.covers(shares, custodianship) ? nil : try Custody(
            try seed.boxSeed(), resident: resident.id, vault: id, custodianship: custodianship)
    }
}

extension Transaction {
    /// Puts a resident's seed under the custodians in force.
    func entrust(
        _ resident: inout ResidentRow, _ custody: Custody, role: LogRole = .resident, request: RequestID? = nil
    ) throws {
        // Custodians that change at this very moment cover the resident at the next login.
        guard custody.fits(config.config.custodianship) else { return }
        try custody.put(for: resident.reference, in: changes)
        var entry = entry(.custody, request: request)
        entry.role = role
        entry.count = config.config.custodians
        entry.subjects = [try seal(&resident, app: "", grant: nil, outcome: LogAction.custody.rawValue)]
        try append(entry)
    }
}
