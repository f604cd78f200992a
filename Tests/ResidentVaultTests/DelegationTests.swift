import GRDB
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
                how: "terminal", signing: try ward.keys.signing(), keys: keys, role: .resident, request: .random()).id
        }
    }

    /// What a delegate's keys open of their ward now, as the rows lie on the disk.
    func opened(_ grant: GrantID, by delegate: ResidentCaller) throws -> Set<String> {
        try reader.store.read { snapshot in
            let row = try required(try snapshot.grant(id: grant))
            guard
                let opened = try OpenedBundle.open(
                    delegation: row, granted: try GrantTerms(decoding: row.statement).granted, with: delegate.keys.box,
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

/// Acting for someone.
@Suite struct WardTests {
    private func field(_ text: String) throws -> FieldName { try #require(FieldName(text)) }

    /// A ward whose helper has the given fields, given by the ward's own key over the vault's own call.
    private func helped(
        _ vault: TemporaryVault, _ fields: [String] = ["person.name", "contact.phone", "health.chronic", "health.allergies"]
    ) throws -> (ward: ResidentCaller, helper: ResidentCaller, grant: GrantID) {
        let (ward, helper) = (try vault.resident(), try vault.resident(.helper))
        let login = try vault.vault.loginName(helper, reader: vault.reader)
        let grant = try vault.vault.addDelegate(
            login, fields: try fields.map(field), categories: [], until: nil, caller: ward)
        return (ward, helper, grant)
    }

    private func code(_ body: () throws -> Void) -> VaultError.Code? {
        do {
            try body()
            return nil
        } catch { return (error as? VaultError)?.code }
    }

    @Test func `a helper sees the fields in scope and nothing else, and the ward sees that in their history`() throws {
        let vault = try TemporaryVault()
        let (ward, helper, grant) = try helped(vault)
        let fields = try vault.vault.wardFields(grant, caller: helper, uid: 1002)
        #expect(Set(fields.map(\.field.text)) == ["person.name", "contact.phone", "health.chronic", "health.allergies"])
        #expect(fields.first { $0.field.text == "contact.phone" }?.value == "13800138000")
        let history = try vault.vault.history(ward, before: nil, limit: 10, reader: vault.reader).entries
        let seen = try #require(history.first)
        #expect(seen.action == "read" && seen.role == "delegate" && seen.app == nil)
        #expect(Set(seen.fields.map(\.field.text)) == Set(fields.map(\.field.text)))
        let wards = try vault.vault.wards(helper, uid: 1002)
        #expect(wards.map(\.name) == ["赵娟志"])
        #expect(try vault.vault.ownDelegates(ward, reader: vault.reader).map(\.grant) == [grant])
        #expect(try vault.vault.ownGrants(ward, reader: vault.reader).allSatisfy { $0.statement.grant != grant })
        #expect(try vault.findings() == [])
    }

    @Test func `a helper agrees within the delegation and to its date, with their own signature`() throws {
        let vault = try TemporaryVault()
        let (ward, helper, grant) = try helped(vault)
        let request = try vault.ask("health", "health.followup", ["health.chronic", "contact.phone"])
        #expect(try vault.vault.wardRequests(grant, caller: helper, reader: vault.reader).map(\.id) == [request])
        let until = try #require(try vault.vault.ownDelegates(ward, reader: vault.reader).first).until
        let given = try vault.vault.approve(request, as: grant, fields: nil, until: nil, caller: helper)
        let own = try #require(try vault.vault.ownGrants(ward, reader: vault.reader).first { $0.statement.grant == given })
        #expect(own.statement.giver == .delegate(delegation: grant))
        #expect(own.statement.until <= until)
        #expect(try own.statement.signer != ward.keys.signing().publicKey.bytes)
        let state = try vault.vault.requestState(request, caller: try vault.caller("health"), reader: vault.reader)
        let pid = try #require(state.resident).base32
        #expect(
            try vault.item("health", "health.followup", pid, ["health.chronic"])["fields"] == ["health.chronic": ["高血压"]])
        #expect(try vault.findings() == [])
    }

    @Test func `beyond the delegation everything is refused, and the trying stands in the ward's history`() throws {
        let vault = try TemporaryVault()
        let (ward, helper, grant) = try helped(vault, ["contact.phone"])
        let request = try vault.ask("health", "health.followup", ["health.chronic", "contact.phone"])
        #expect(code { _ = try vault.vault.approve(request, as: grant, fields: nil, until: nil, caller: helper) } == .forbidden)
        #expect(try vault.entries().last?["reason"] == "not_granted")
        #expect(
            code { try vault.vault.correct([try field("health.chronic"): []], as: grant, caller: helper, uid: 1) } == .forbidden)
        let other = try vault.vault.approve(
            try vault.ask("health", "health.followup", ["health.allergies"]), fields: nil, until: nil, caller: ward)
        #expect(try vault.vault.wardGrants(grant, caller: helper, reader: vault.reader).allSatisfy { $0.statement.grant != other })
        #expect(code { try vault.vault.revoke(other, as: grant, caller: helper) } == .forbidden)
        let far = Instant(milliseconds: vault.clock.now().milliseconds + 4 * 366 * 86_400_000)
        let less = try vault.ask("health", "health.followup", ["contact.phone"])
        #expect(code { _ = try vault.vault.approve(less, as: grant, fields: nil, until: far, caller: helper) } == .badValue)
        let history = try vault.vault.history(ward, before: nil, limit: 50, reader: vault.reader).entries
        #expect(history.count { $0.action == "refused" && $0.role == "delegate" } == 3)
        #expect(try vault.findings() == [])
    }

    @Test func `a delegation cannot be used by anyone else, passed on, or ended by its holder as a grant of the ward's`() throws {
        let vault = try TemporaryVault()
        let (ward, helper, grant) = try helped(vault)
        let stranger = try vault.resident(.make("路人", phone: "13500135000", born: "1990-02-02", sequence: 44))
        #expect(code { _ = try vault.vault.wardFields(grant, caller: stranger, uid: 1) } == .notFound)
        #expect(code { _ = try vault.vault.wardFields(grant, caller: ward, uid: 1) } == .notFound)
        #expect(code { try vault.vault.revoke(grant, as: grant, caller: helper) } == .forbidden)
        #expect(code { try vault.vault.withdrawDelegate(grant, caller: helper) } == .notFound)
        #expect(try vault.vault.wards(stranger, uid: 1).isEmpty)
        let login = try vault.vault.loginName(helper, reader: vault.reader)
        #expect(code { _ = try vault.vault.addDelegate(login, fields: [try field("contact.phone")], categories: [], until: nil, caller: ward) } == .conflict)
        #expect(code { _ = try vault.vault.addDelegate(login, fields: [try field("contact.phone")], categories: [], until: nil, caller: helper) } == .badValue)
        #expect(try vault.findings() == [])
    }

    @Test func `taken back, a delegation takes what was given under it, and old keys open nothing written since`() throws {
        let vault = try TemporaryVault()
        let (ward, helper, grant) = try helped(vault)
        let request = try vault.ask("health", "health.followup", ["health.chronic"])
        _ = try vault.vault.approve(request, as: grant, fields: nil, until: nil, caller: helper)
        let state = try vault.vault.requestState(request, caller: try vault.caller("health"), reader: vault.reader)
        let pid = try #require(state.resident).base32
        // What a delegate with copies of the disk keeps.
        let kept = try vault.reader.store.read { snapshot in
            let row = try #require(try snapshot.grant(id: grant))
            return try #require(
                try OpenedBundle.open(
                    delegation: row, granted: try GrantTerms(decoding: row.statement).granted, with: helper.keys.box,
                    vault: vault.vault.id, in: snapshot))
        }
        func keptOpens() throws -> [String] {
            try vault.reader.store.read { snapshot in
                try snapshot.cells(of: ward.resident).filter { cell in
                    guard let key = try kept.keys.key(for: cell.field.text) else { return false }
                    return (try? Cell.open(cell.blob, key: key, context: cell.context(vault: vault.vault.id))) != nil
                }.map(\.field.text).sorted()
            }
        }
        #expect(try keptOpens() == ["contact.phone", "health.allergies", "health.chronic", "person.name"])
        try vault.vault.withdrawDelegate(grant, caller: ward)
        #expect(try keptOpens() == [])
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["code"] == "no_grant")
        #expect(code { _ = try vault.vault.wardFields(grant, caller: helper, uid: 1) } == .notFound)
        #expect(try vault.entries().compactMap { $0["action"]?.string }.contains("invalidated"))
        #expect(try vault.findings() == [])
    }

    @Test func `run out, a delegation leaves what was given to its own date, and opens nothing written since`() throws {
        let vault = try TemporaryVault()
        let (ward, helper) = (try vault.resident(), try vault.resident(.helper))
        let end = Instant(milliseconds: vault.clock.now().milliseconds + 1_800_000)
        let grant = try vault.delegated(ward, to: helper.resident, ["health.chronic", "contact.phone"], until: end)
        let given = try vault.vault.approve(
            try vault.ask("health", "health.followup", ["health.chronic"]), as: grant, fields: nil, until: nil, caller: helper)
        #expect(try vault.opened(grant, by: helper) == ["health.chronic", "contact.phone"])
        let kept = try vault.reader.store.read { snapshot in
            let row = try #require(try snapshot.grant(id: grant))
            return try #require(
                try OpenedBundle.open(
                    delegation: row, granted: try GrantTerms(decoding: row.statement).granted, with: helper.keys.box,
                    vault: vault.vault.id, in: snapshot))
        }
        vault.clock.advance(seconds: 1_860)
        #expect(code { _ = try vault.vault.wardFields(grant, caller: helper, uid: 1) } == .notFound)
        _ = try vault.vault.write(
            [try field("health.chronic"): ["糖尿病"]], purpose: try #require(PurposeName("health.record")),
            resident: try vault.pairwise("health", "health.record"), caller: try vault.caller("health"))
        let states = try vault.reader.store.read { snapshot in
            try [grant, given].map { try snapshot.grant(id: $0)?.state }
        }
        #expect(states == [.expired, .expired])
        try vault.reader.store.read { snapshot in
            let cell = try #require(try snapshot.cell(resident: ward.resident, field: try field("health.chronic")))
            guard let key = try kept.keys.key(for: "health.chronic") else {
                Issue.record("the kept bundle held the field's key")
                return
            }
            #expect(throws: CryptoError.authenticationFailed) {
                try Cell.open(cell.blob, key: key, context: cell.context(vault: vault.vault.id))
            }
        }
        #expect(try vault.findings() == [])
    }

    @Test func `a helper ends a grant: fields in scope move at once, the others wait as stale`() throws {
        let vault = try TemporaryVault()
        let (ward, helper, grant) = try helped(vault, ["health.chronic"])
        let (health, pid) = try vault.agreed(ward, "health", "health.followup", ["health.chronic", "contact.phone"])
        try vault.vault.revoke(health, as: grant, caller: helper)
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["code"] == "no_grant")
        let row = try vault.reader.store.read { try #require(try $0.resident(number: ward.resident.number)) }
        #expect(row.stale.map(\.text) == ["contact.phone"])
        #expect(try vault.entries().last { $0["action"] == "withdrawn" }?["reason"] == "not_rekeyed")
        #expect(try vault.opened(grant, by: helper) == ["health.chronic"])
        #expect(try vault.findings() == [])
    }

    @Test func `a correction stands with its source, and an app's write over it waits for the ward`() throws {
        let vault = try TemporaryVault()
        let (ward, helper, grant) = try helped(vault)
        try vault.vault.correct([try field("health.chronic"): ["哮喘"]], as: grant, caller: helper, uid: 1)
        let own = try vault.vault.ownFields(ward, uid: 1).0.first { $0.field.text == "health.chronic" }
        #expect(own?.value == ["哮喘"])
        #expect(own?.source == "~" + (try vault.vault.loginName(helper, reader: vault.reader).text))
        #expect(code { try vault.vault.correct([try field("health.chronic"): 7], as: grant, caller: helper, uid: 1) } == .badValue)
        let outcome = try vault.vault.write(
            [try field("health.chronic"): ["糖尿病"]], purpose: try #require(PurposeName("health.record")),
            resident: try vault.pairwise("health", "health.record"), caller: try vault.caller("health"))
        #expect(outcome.proposed.map(\.text) == ["health.chronic"])
        #expect(try vault.findings() == [])
    }

    @Test func `a helper stops acting, and what they gave stops with them`() throws {
        let vault = try TemporaryVault()
        let (ward, helper, grant) = try helped(vault)
        let request = try vault.ask("health", "health.followup", ["health.chronic"])
        let given = try vault.vault.approve(request, as: grant, fields: nil, until: nil, caller: helper)
        try vault.vault.resign(grant, caller: helper)
        #expect(try vault.vault.ownGrants(ward, reader: vault.reader).first { $0.statement.grant == given }?.state == .invalidated)
        #expect(try vault.vault.ownDelegates(ward, reader: vault.reader).first?.state == .terminated)
        #expect(try vault.findings() == [])
    }

    @Test func `renewals of the ward and of the delegate in one batch leave the delegation whole`() throws {
        let vault = try TemporaryVault()
        let (ward, helper, grant) = try helped(vault)
        func seed(_ caller: ResidentCaller) throws -> NewSeed {
            try NewSeed(
                passphrase: try SecretBytes(copying: Array("another four words now".utf8)), resident: caller.resident,
                vault: vault.vault.id, pepper: try vault.vault.keys.now.pepper, custodianship: .none)
        }
        let (wards, helpers) = (try seed(ward), try seed(helper))
        try vault.vault.writer.perform { transaction in
            for (caller, new) in [(ward, wards), (helper, helpers)] {
                var row = try transaction.current(caller)
                try transaction.renew(&row, from: caller.keys.box, to: new, action: .passphrase, request: .random())
            }
        }
        let renewed = ResidentCaller(keys: try ResidentKeys(helpers.seed), resident: helper.resident, session: .random())
        #expect(try vault.vault.wardFields(grant, caller: renewed, uid: 1).count == 4)
        #expect(code { _ = try vault.vault.wardFields(grant, caller: helper, uid: 1) } == .unauthorized)
        #expect(try vault.findings() == [])
    }

    @Test func `a delegation that its own holder signed is found, although its signature and seals are right`() throws {
        let vault = try TemporaryVault()
        let (ward, helper) = (try vault.resident(), try vault.resident(.helper))
        let fields: Set = [try field("contact.phone")]
        try vault.vault.writer.perform { transaction in
            var row = try transaction.current(ward)
            let keys = try FieldKeys.all(
                of: row.reference, vault: transaction.vault.id, box: ward.keys.box, in: transaction.snapshot)
            try transaction.delegate(
                &row, to: try transaction.resident(helper.resident), fields: fields,
                until: transaction.now.advanced(bySeconds: 86_400), basis: .consent, giver: .resident, how: "terminal",
                signing: try helper.keys.signing(), keys: keys, role: .resident, request: .random())
        }
        let findings = try vault.findings()
        #expect(findings.count == 1)
        #expect(findings.first?.contains("is signed by a key that no entry names for them") == true)
    }

    @Test func `what claims a delegation and goes beyond it is found`() throws {
        let vault = try TemporaryVault()
        let (ward, helper, grant) = try helped(vault, ["contact.phone"])
        let request = try vault.ask("health", "health.followup", ["health.chronic"])
        try vault.vault.writer.perform { transaction in
            var row = try transaction.current(ward)
            let keys = try FieldKeys.all(
                of: row.reference, vault: transaction.vault.id, box: ward.keys.box, in: transaction.snapshot)
            let pending = try transaction.pending(request, of: row)
            _ = try transaction.give(
                try transaction.terms(of: pending, fields: nil, until: nil), for: pending, of: &row,
                giver: .delegate(delegation: grant), signing: try helper.keys.signing(), keys: keys, basis: nil, role: .delegate)
        }
        #expect(try vault.findings().contains { $0.contains("goes beyond its delegation's fields") })
    }

    @Test func `nothing is sealed to an older key of a delegate whose old row was put back`() throws {
        let vault = try TemporaryVault()
        let (ward, helper, grant) = try helped(vault)
        // The row as it was before the delegate's renewal, with its right seal, beside a copy of its old key.
        try vault.reopen {
            let queue = try DatabaseQueue(path: vault.path + "/vault.db")
            try queue.write {
                try $0.execute(
                    sql: "CREATE TABLE kept AS SELECT * FROM resident WHERE number = ?", arguments: [helper.resident.number])
            }
            try queue.close()
        }
        _ = try vault.vault.changePassphrase(
            old: Array("correct horse battery".utf8), new: Array("another four words now".utf8), caller: helper)
        try vault.alter("REPLACE INTO resident SELECT * FROM kept; DROP TABLE kept")
        _ = try vault.vault.write(
            [try field("health.chronic"): ["糖尿病"]], purpose: try #require(PurposeName("health.record")),
            resident: try vault.pairwise("health", "health.record"), caller: try vault.caller("health"))
        let supplements = try vault.reader.store.read { try $0.supplements(grant: grant) }
        #expect(supplements.isEmpty)
        #expect(code { _ = try vault.vault.wardFields(grant, caller: helper, uid: 1) } == .integrity)
        #expect(try vault.vault.ownFields(ward, uid: 1).0.contains { $0.value == ["糖尿病"] })
        #expect(try !vault.findings().isEmpty)
    }

    @Test func `what needs a guardian's consent is agreed to by a guardian alone, and then read`() throws {
        let vault = try TemporaryVault()
        let (child, guardian) = (try vault.resident(.child), try vault.resident(.helper))
        let grant = try vault.issued(child, to: guardian.resident, ["person.name", "contact.phone"])
        let request = try vault.ask("education", "education.pickup", ["person.name"], phone: "13900139000")
        #expect(code { _ = try vault.vault.approve(request, fields: nil, until: nil, caller: child) } == .forbidden)
        _ = try vault.vault.approve(request, as: grant, fields: nil, until: nil, caller: guardian)
        let state = try vault.vault.requestState(request, caller: try vault.caller("education"), reader: vault.reader)
        #expect(
            try vault.item("education", "education.pickup", try #require(state.resident).base32, ["person.name"])["fields"]?["person.name"]
                != nil)
    }

    @Test func `a helper whom the resident chose gives no guardian's consent`() throws {
        let vault = try TemporaryVault()
        let (_, helper, grant) = try helped(vault)
        let request = try vault.ask("education", "education.pickup", ["person.name"])
        #expect(code { _ = try vault.vault.approve(request, as: grant, fields: nil, until: nil, caller: helper) } == .forbidden)
    }

    @Test func `for a child under fourteen only the guardian's word counts`() throws {
        let vault = try TemporaryVault()
        let (child, guardian) = (try vault.resident(.child), try vault.resident(.helper))
        // The child can let nobody act for them.
        let login = try vault.vault.loginName(guardian, reader: vault.reader)
        #expect(code { _ = try vault.vault.addDelegate(login, fields: [try field("contact.phone")], categories: [], until: nil, caller: child) } == .forbidden)
        let grant = try vault.issued(child, to: guardian.resident, ["person.name", "contact.phone", "health.chronic", "education.school"])
        let request = try vault.ask("health", "health.followup", ["health.chronic"], phone: "13900139000")
        #expect(code { _ = try vault.vault.approve(request, fields: nil, until: nil, caller: child) } == .forbidden)
        #expect(try vault.vault.wards(guardian, uid: 1).map(\.openRequests) == [1])
        let given = try vault.vault.approve(request, as: grant, fields: nil, until: nil, caller: guardian)
        let own = try #require(try vault.vault.ownGrants(child, reader: vault.reader).first { $0.statement.grant == given })
        #expect(own.statement.basis == .consentGuardian)
        let state = try vault.vault.requestState(request, caller: try vault.caller("health"), reader: vault.reader)
        #expect(
            try vault.item("health", "health.followup", try #require(state.resident).base32, ["health.chronic"])["fields"]
                == ["health.chronic": ["高血压"]])
        // Neither the child nor the guardian ends what was issued.
        #expect(code { try vault.vault.withdrawDelegate(grant, caller: child) } == .forbidden)
        #expect(code { try vault.vault.resign(grant, caller: guardian) } == .forbidden)
        // No ceremony stands behind this one: the issuing key alone lets nobody act, and a verification says so.
        let findings = try vault.findings()
        #expect(findings.count == 1)
        #expect(findings.first?.contains("without the custodians' word") == true)
    }
}

extension TemporaryVault {
    /// A guardian's delegation, as a ceremony issues it, without one.
    func issued(_ ward: ResidentCaller, to delegate: ResidentReference, _ fields: [String]) throws -> GrantID {
        let fields = Set(try fields.map { try required(FieldName($0)) })
        return try vault.writer.perform { [keys = vault.keys] transaction in
            var row = try transaction.current(ward)
            let opened = try FieldKeys.all(
                of: row.reference, vault: transaction.vault.id, box: ward.keys.box, in: transaction.snapshot)
            return try transaction.delegate(
                &row, to: try transaction.resident(delegate), fields: fields,
                until: transaction.now.advanced(bySeconds: 86_400 * 300), basis: .consentGuardian,
                giver: .issuing(change: transaction.config.digest), how: "ceremony", signing: keys.service.issuing,
                keys: opened, role: .operator, request: .random()).id
        }
    }
}
