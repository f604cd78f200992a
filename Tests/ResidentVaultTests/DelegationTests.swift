import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

extension TemporaryVault {
    /// Lets one person act for another as a ceremony does, or with the ward's own key.
    @discardableResult
    func delegated(
        _ ward: ResidentCaller, to delegate: ResidentReference, _ fields: [String], basis: LegalBasis = .consentSeparate,
        until: Instant? = nil
    ) throws -> GrantID {
        let fields = Set(try fields.map { try required(FieldName($0)) })
        return try vault.writer.perform { transaction in
            var row = try transaction.current(ward)
            let keys = try FieldKeys.all(
                of: row.reference, vault: transaction.vault.id, box: ward.keys.box, in: transaction.snapshot)
            return try transaction.delegate(
                &row, to: try transaction.resident(delegate), fields: fields,
                until: until ?? transaction.now.advanced(bySeconds: 86_400 * 30), basis: basis, giver: .resident,
                how: "terminal", signing: ward.keys.signing, keys: keys, role: .resident, request: .random()).id
        }
    }

    /// What a delegate's keys open of their ward now, as the rows lie on the disk.
    func opened(_ grant: GrantID, by delegate: ResidentCaller) throws -> Set<String> {
        try reader.store.read { snapshot in
            let row = try required(try snapshot.grant(id: grant))
            guard
                let opened = try OpenedBundle.open(
                    delegation: row, statement: try GrantStatement(decoding: row.statement), with: delegate.keys.box,
                    vault: vault.id, in: snapshot)
            else { return [] }
            return Set(
                try snapshot.cells(of: row.resident).filter { try FieldKeys.open($0, vault: vault.id, keys: opened.keys) != nil }
                    .map(\.field.text))
        }
    }

    /// What a verification of the directory finds, as `rvault audit verify --data` does.
    func findings() throws -> [String] {
        let report = try VaultVerification.verify(directory: path, data: true)
        guard report.sealsChecked == true else { throw Unexpected("seals were not checked") }
        return report.findings.map(\.text)
    }
}

extension SamplePerson {
    static let helper = make("周全", phone: "13700137000", born: "1985-05-05", sequence: 33)
}

@Suite struct DelegationTests {
    @Test func `a delegation opens exactly its fields, and the vault verifies`() throws {
        let vault = try TemporaryVault()
        let (ward, helper) = (try vault.resident(), try vault.resident(.helper))
        let grant = try vault.delegated(ward, to: helper.resident, ["contact.phone", "health.chronic"])
        #expect(try vault.opened(grant, by: helper) == ["contact.phone", "health.chronic"])
        #expect(throws: CryptoError.authenticationFailed) { try vault.opened(grant, by: ward) }
        #expect(try vault.findings() == [])
        let given = try #require(try vault.entries().last)
        #expect(given["action"] == "given")
        #expect(given["app"] == nil)
        #expect(given["purpose"] == "delegation.care")
        #expect(given["actions"] == ["grant", "read", "write"])
    }

    @Test func `what apps write afterwards reaches the delegate by supplements`() throws {
        let vault = try TemporaryVault()
        let (ward, helper) = (try vault.resident(), try vault.resident(.helper))
        let grant = try vault.delegated(ward, to: helper.resident, ["contact.phone", "health.chronic"])
        let pid = try vault.pairwise("health", "health.record")
        for round in 0..<3 {
            _ = try vault.vault.write(
                [try #require(FieldName("health.chronic")): .array([.string("糖尿病\(round)")])], purpose: try #require(PurposeName("health.record")),
                resident: pid, caller: try vault.caller("health"))
        }
        #expect(try vault.opened(grant, by: helper) == ["contact.phone", "health.chronic"])
        #expect(try vault.findings() == [])
    }

    @Test func `the delegate's renewal takes every delegation to the new key`() throws {
        let vault = try TemporaryVault()
        let helper = try vault.resident(.helper)
        let wards = try (0..<12).map { try vault.resident(.make("王\($0)", phone: "1360000000\($0 % 10)", born: "1940-01-0\($0 % 9 + 1)", sequence: 100 + $0)) }
        let grants = try wards.map { try vault.delegated($0, to: helper.resident, ["contact.phone"]) }
        let opened = try vault.vault.changePassphrase(
            old: Array("correct horse battery".utf8), new: Array("another four words now".utf8), caller: helper)
        let renewed = try vault.vault.authenticate(resident: opened.session, uid: 1001)
        for grant in grants {
            #expect(try vault.opened(grant, by: renewed) == ["contact.phone"])
            #expect(throws: CryptoError.authenticationFailed) { try vault.opened(grant, by: helper) }
        }
        #expect(try vault.findings() == [])
    }

    @Test func `a ward's renewal leaves the delegation, and the old bundle opens nothing any more`() throws {
        let vault = try TemporaryVault()
        let (ward, helper) = (try vault.resident(), try vault.resident(.helper))
        let grant = try vault.delegated(ward, to: helper.resident, ["contact.phone"])
        _ = try vault.vault.changePassphrase(
            old: Array("correct horse battery".utf8), new: Array("another four words now".utf8), caller: ward)
        #expect(try vault.opened(grant, by: helper) == ["contact.phone"])
        #expect(try vault.findings() == [])
    }

    @Test func `a guardian's delegation waits for their activation`() throws {
        let vault = try TemporaryVault()
        let ward = try vault.resident(.child)
        let letter = try vault.enrol(.helper)
        let guardian = try vault.reader.store.read { try #require(try $0.resident(login: letter.login)).reference }
        let grant = try vault.delegated(ward, to: guardian, ["contact.phone"], basis: .consentGuardian)
        _ = try vault.vault.activate(code: letter.code, passphrase: Array("correct horse battery".utf8), uid: 1001)
        let session = try vault.vault.logIn(letter.login, passphrase: Array("correct horse battery".utf8), uid: 1001)
        let caller = try vault.vault.authenticate(resident: session.session, uid: 1001)
        #expect(try vault.opened(grant, by: caller) == ["contact.phone"])
        #expect(try vault.findings() == [])
    }
}
