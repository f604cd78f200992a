import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultPolicy
import VaultStore

@testable import ResidentVault

/// A daemon in wrong hands, at a moment when it holds a resident's key: what it then gives an app in the custodians' name
/// stands in the log without their word, and the data's verification says so (promise 5).
@Suite struct IssuedGrantTests {
    private final class Held: Sendable {
        let pair: BoxKeyPair
        init(_ pair: consuming BoxKeyPair) { self.pair = pair }
    }

    /// A resident who was enrolled before the apps of two contracts came in, and their box key, caught in flight.
    private func caught() throws -> (TemporaryVault, [TestCustodian], Held) {
        let (vault, custodians) = try TemporaryVault.withCustodians(apps: ["committee"])
        try vault.enrol()
        for app in ["parking", "property"] { try vault.register(app) { change in custodians.map { $0.approve(change) } } }
        let id = vault.vault.id
        let held = try vault.reader.store.read { snapshot in
            let resident = try required(try snapshot.resident(number: 1)).reference
            var set = try ShareSet(capacity: 2, length: 32)
            for custodian in custodians.prefix(2) {
                let row = try required(try snapshot.shares(of: resident).first { $0.custodian == custodian.name.text })
                try set.add(
                    x: row.x,
                    y: try SealedShare.open(
                        row.blob, x: row.x, vault: id.bytes, resident: resident.id.bytes, set: row.custodySet, with: custodian.keys.box))
            }
            return Held(try BoxKeyPair(seed: try Custody.recover(set, resident: resident, vault: id, in: snapshot)))
        }
        return (vault, custodians, held)
    }

    private func findings(_ vault: TemporaryVault) throws -> [String] {
        try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text)
    }

    @Test func `a contract's grant that was given after the enrolment, with nobody's word, is found`() throws {
        let (vault, _, held) = try caught()
        try vault.vault.writer.perform { transaction in
            var row = try required(try transaction.snapshot.resident(number: 1))
            let purpose = try required(transaction.config.config.policies.purposes[try required(PurposeName("parking.permit"))])
            let statement = try GrantStatement(
                purpose: purpose, resident: try transaction.pairwise(row.reference, app: purpose.app),
                fields: GrantStatement.forms(purpose.fields.keys, of: purpose), from: transaction.now,
                until: purpose.limits.longestUntil(from: transaction.now), config: transaction.config,
                giver: .issuing(change: transaction.config.digest), signer: transaction.keys.service.issuing.publicKey.bytes,
                how: "enrolment")
            let signature = transaction.keys.service.issuing.sign(type: "grant", object: try statement.encoded())
            let keys = try FieldKeys.all(of: row.reference, vault: vault.vault.id, box: held.pair, in: transaction.snapshot)
            let grant = try transaction.give(row, statement: statement, signature: signature, keys: keys)
            var entry = try transaction.grantEntry(.given, grant, &row, request: .random())
            entry.role = .operator
            try transaction.append(entry)
        }
        #expect(try findings(vault).contains { $0.contains("without the custodians' word") })
    }

    @Test func `a purpose other than the one that custodians signed for is found`() throws {
        let (vault, custodians, held) = try caught()
        let opened = try vault.vault.openCeremony(
            CeremonyAsk(
                kind: .issue(try required(PurposeName("parking.permit")), until: nil), reason: "new-contract", people: .everyone),
            uid: 0, reader: vault.reader)
        for custodian in custodians.prefix(2) { try vault.answer(opened, by: custodian) }
        let ceremony = try vault.vault.ceremonies.find(opened.request.id, now: vault.clock.now())
        try vault.vault.writer.perform { transaction in
            var approval = transaction.entry(.ceremony, request: ceremony.requestID)
            approval.role = .operator
            approval.decision = Vault.approved
            approval.reason = ceremony.request.reason
            approval.rule = ceremony.request.result.kind
            approval.change = Vault.approvalMembers(ceremony, under: transaction.config.config.custodianship)
            try transaction.append(approval)
            var row = try required(try transaction.snapshot.resident(number: 1))
            let purpose = try required(transaction.config.config.policies.purposes[try required(PurposeName("property.service"))])
            try transaction.issue(
                &row,
                Issue(
                    purpose: purpose.name, version: purpose.version, app: purpose.app, fields: purpose.fields.keys.sorted(),
                    until: purpose.limits.longestUntil(from: transaction.now)),
                box: held.pair, ceremony: ceremony)
        }
        #expect(try findings(vault).contains { $0.contains("without the custodians' word") })
    }

    @Test func `what a ceremony really issued, and what an enrolment gave, is sound`() throws {
        let (vault, custodians, _) = try caught()
        for purpose in ["parking.permit", "property.service"] {
            try vault.ceremony(
                CeremonyAsk(kind: .issue(try required(PurposeName(purpose)), until: nil), reason: "new-contract", people: .everyone),
                Array(custodians.prefix(2)))
        }
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        #expect(try findings(vault) == [])
    }
}
