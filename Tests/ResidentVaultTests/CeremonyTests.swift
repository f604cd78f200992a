import Foundation
import Testing
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// What k custodians do together, and what they cannot.
@Suite struct CeremonyTests {
    private static let old = Array("correct horse battery".utf8)
    private static let new = Array("quiet river under stones".utf8)

    private func recover(_ login: LoginName, _ letter: [UInt8]) -> CeremonyAsk {
        CeremonyAsk(kind: .recover(letter: letter), reason: "lost-passphrase", people: .logins([login]))
    }

    private func expectSound(_ vault: TemporaryVault) throws {
        try vault.reopen()
        let report = try VaultVerification.verify(directory: vault.path, data: true)
        #expect(report.isSound, "\(report.findings.map(\.text))")
    }

    @Test func `any k custodians let exactly one resident in anew, with a new letter and a new signing key`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let resident = try vault.resident()
        let other = try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        let login = try vault.vault.loginName(resident, reader: vault.reader)
        let before = try vault.reader.store.read { try required(try $0.resident(number: 1)) }
        let (code, digest) = try TemporaryVault.newLetter()
        let status = try vault.ceremony(recover(login, digest), [custodians[2], custodians[0]], code: code)
        #expect(status.done == 1)
        #expect(status.failed == 0)
        let between = try vault.reader.store.read { try required(try $0.resident(number: 1)) }
        #expect(between.sign == nil)
        #expect(between.box != before.box)
        // What they had opens nothing any more.
        #expect(throws: VaultError.self) { try vault.vault.logIn(login, passphrase: Self.old, uid: 9) }
        #expect(throws: VaultError.self) { try vault.vault.ownFields(resident, uid: 1) }
        #expect(try vault.vault.activate(code: code, passphrase: Self.new, uid: 9) == login)
        let opened = try vault.vault.logIn(login, passphrase: Self.new, uid: 9)
        let again = try vault.vault.authenticate(resident: opened.session, uid: 9)
        #expect(try vault.vault.ownFields(again, uid: 1).0.count == SamplePerson.adult.fields.count)
        let after = try vault.reader.store.read { try required(try $0.resident(number: 1)) }
        #expect(after.sign != nil)
        #expect(after.sign != before.sign)
        // Nobody else was touched.
        _ = try vault.vault.activate(code: other.code, passphrase: Self.old, uid: 9)
        try expectSound(vault)
        #expect(try vault.entries().map { $0["action"]?.string ?? "" }.filter { $0.hasPrefix("ceremony") || $0 == "recovered" }
            == ["ceremony", "ceremony", "recovered", "ceremony_closed"])
    }

    @Test func `k − 1 custodians open nothing, however often one of them answers`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians(threshold: 3)
        let letter = try vault.enrol()
        let (code, digest) = try TemporaryVault.newLetter()
        let opened = try vault.vault.openCeremony(recover(letter.login, digest), uid: 0, reader: vault.reader)
        for custodian in [custodians[0], custodians[1], custodians[0]] { try vault.answer(opened, by: custodian) }
        #expect {
            try vault.vault.carryOut(opened.request.id, code: code, uid: 0, reader: vault.reader)
        } throws: { ($0 as? VaultError)?.code == .forbidden }
        // Their old letter still works: nothing was changed.
        _ = try vault.vault.activate(code: letter.code, passphrase: Self.old, uid: 9)
        try expectSound(vault)
    }

    @Test func `a wrong share names its custodian, and a stranger's or another request's signature is refused`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let letter = try vault.enrol()
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        let (_, digest) = try TemporaryVault.newLetter()
        let opened = try vault.vault.openCeremony(recover(letter.login, digest), uid: 0, reader: vault.reader)
        let page = try vault.vault.ceremonyPage(
            opened.request.id, for: custodians[0].name, from: 0, limit: 10, reader: vault.reader)
        let right = try custodians[0].answer(
            try required(page.lines[0].share), vault: vault.vault.id, to: opened.request.box)
        let signature = custodians[0].sign(page.bytes)
        let wrongShare = CustodianShare(
            resident: right.resident, set: right.set, x: right.x, digest: right.digest,
            blob: try SealedShare.seal(
                try SecretBytes.random(32), x: right.x, vault: vault.vault.id.bytes, resident: right.resident.bytes,
                set: right.set, to: try BoxPublicKey(opened.request.box)))
        #expect {
            try vault.vault.answer(
                opened.request.id, by: custodians[0].name, signature: signature, shares: [wrongShare], reader: vault.reader)
        } throws: { ($0 as? VaultError)?.detail == "the share of the custodian committee is not the right one" }
        // One custodian's share under another's name, a signature of another text, a custodian who is none.
        for (name, signature) in [
            (custodians[1].name, custodians[1].sign(page.bytes)), (custodians[0].name, custodians[0].sign([1, 2, 3])),
            (custodians[0].name, custodians[1].sign(page.bytes)), (try required(CustodianName("stranger")), signature),
        ] {
            #expect(throws: VaultError.self) {
                try vault.vault.answer(
                    opened.request.id, by: name, signature: signature, shares: [right], reader: vault.reader)
            }
        }
        // Someone who is not on the list cannot be opened beside them.
        let stranger = try vault.reader.store.read { try required(try $0.resident(number: 2)).reference.id }
        let beside = CustodianShare(resident: stranger, set: right.set, x: right.x, digest: right.digest, blob: right.blob)
        #expect(throws: VaultError.self) {
            try vault.vault.answer(
                opened.request.id, by: custodians[0].name, signature: signature, shares: [beside], reader: vault.reader)
        }
        #expect(vault.vault.openCeremonies()[0].answered.isEmpty)
    }

    @Test func `a letter that custodians did not sign for lets nobody in`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let letter = try vault.enrol()
        let (_, digest) = try TemporaryVault.newLetter()
        let another = try TemporaryVault.newLetter()
        let opened = try vault.vault.openCeremony(recover(letter.login, digest), uid: 0, reader: vault.reader)
        for custodian in custodians { try vault.answer(opened, by: custodian) }
        for code in [another.code, nil] {
            #expect { try vault.vault.carryOut(opened.request.id, code: code, uid: 0, reader: vault.reader) } throws: {
                ($0 as? VaultError)?.code == .badValue
            }
        }
        _ = try vault.vault.activate(code: letter.code, passphrase: Self.old, uid: 9)
    }

    @Test func `a new contract purpose is issued to all who lack it, a second time to nobody`() throws {
        // The app of a contract comes in after everyone was enrolled.
        let (vault, custodians) = try TemporaryVault.withCustodians(apps: ["committee"])
        for number in 0..<5 {
            try vault.enrol(.make("人\(number)", phone: "1370013700\(number)", born: "1970-01-0\(number + 1)", sequence: number))
        }
        try vault.register("parking") { change in custodians.map { $0.approve(change) } }
        let ask = CeremonyAsk(
            kind: .issue(try required(PurposeName("parking.permit")), until: nil), reason: "new-contract", people: .everyone)
        let status = try vault.ceremony(ask, Array(custodians.prefix(2)))
        #expect(status.done == 5)
        #expect(status.failed == 0)
        let pairwise = try vault.pairwise("parking", "parking.permit", phone: "13700137003")
        let item = try vault.item("parking", "parking.permit", pairwise, ["vehicle.plates"], initiator: "desk-1")
        #expect(item["fields"]?["vehicle.plates"] != nil)
        #expect {
            try vault.vault.openCeremony(ask, uid: 0, reader: vault.reader)
        } throws: { ($0 as? VaultError)?.code == .conflict }
        try expectSound(vault)
    }

    @Test func `custodians issue no purpose that rests on consent`() throws {
        let (vault, _) = try TemporaryVault.withCustodians()
        try vault.enrol()
        let ask = CeremonyAsk(
            kind: .issue(try required(PurposeName("parking.contact")), until: nil), reason: "please", people: .everyone)
        #expect { try vault.vault.openCeremony(ask, uid: 0, reader: vault.reader) } throws: {
            ($0 as? VaultError)?.code == .badValue
        }
    }

    @Test func `fields move to new keys, and apps go on reading`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        _ = try vault.resident()
        let pairwise = try vault.pairwise("parking", "parking.permit")
        _ = try vault.item("parking", "parking.permit", pairwise, ["vehicle.plates"], initiator: "desk-1")
        let before = try vault.reader.store.read { snapshot in
            try snapshot.cells(of: try required(try snapshot.resident(number: 1)).reference)
        }
        try vault.ceremony(
            CeremonyAsk(kind: .rekey, reason: "suspected-leak", people: .everyone), Array(custodians.suffix(2)))
        let after = try vault.reader.store.read { snapshot in
            try snapshot.cells(of: try required(try snapshot.resident(number: 1)).reference)
        }
        #expect(zip(before, after).allSatisfy { $0.epoch < $1.epoch && $0.revision == $1.revision && $0.time == $1.time })
        let item = try vault.item("parking", "parking.permit", pairwise, ["vehicle.plates"], initiator: "desk-1")
        #expect(item["fields"]?["vehicle.plates"] != nil)
        try expectSound(vault)
    }

    @Test func `seeds are split anew for a lost custodian's successor and a new k, once for everyone whom it concerns`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let letter = try vault.enrol()
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        let ask = CeremonyAsk(kind: .entrust, reason: "lost-custodian", people: .everyone)
        // Nobody is concerned while the shares fit.
        #expect(throws: VaultError.self) { try vault.vault.openCeremony(ask, uid: 0, reader: vault.reader) }
        let successor = try TestCustodian("clinic")
        let now = try Custodianship([custodians[0].record, custodians[1].record, successor.record], threshold: 3)
        let change = try vault.vault.propose(.custodians(now))
        try vault.vault.change(change.bytes, approvals: custodians.prefix(2).map { $0.approve(change) }, uid: 0)
        // The new k is three, and the old shares still need two: the successor signs, and has no share yet.
        let status = try vault.ceremony(ask, [custodians[0], custodians[1], successor])
        #expect((status.done, status.failed) == (2, 0))
        for number in [Int64(1), 2] {
            let rows = try vault.reader.store.read { snapshot in
                try snapshot.shares(of: try required(try snapshot.resident(number: number)).reference)
            }
            #expect(Set(rows.map(\.custodian)) == ["committee", "owners", "clinic"])
            #expect(rows.allSatisfy { $0.threshold == 3 })
        }
        #expect(throws: VaultError.self) { try vault.vault.openCeremony(ask, uid: 0, reader: vault.reader) }
        // What was split anew serves: all three let someone in again.
        let (code, digest) = try TemporaryVault.newLetter()
        try vault.ceremony(recover(letter.login, digest), [custodians[0], custodians[1], successor], code: code)
        #expect(try vault.vault.activate(code: code, passphrase: Self.new, uid: 9) == letter.login)
        try expectSound(vault)
    }

    @Test func `a signer who is no custodian any more does not count when the work begins, and the log stays sound`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let letter = try vault.enrol()
        let (code, digest) = try TemporaryVault.newLetter()
        let opened = try vault.vault.openCeremony(recover(letter.login, digest), uid: 0, reader: vault.reader)
        for custodian in custodians.prefix(2) { try vault.answer(opened, by: custodian) }
        let now = try Custodianship(
            [custodians[0].record, custodians[2].record, try TestCustodian("clinic").record], threshold: 2)
        let change = try vault.vault.propose(.custodians(now))
        try vault.vault.change(change.bytes, approvals: custodians.prefix(2).map { $0.approve(change) }, uid: 0)
        #expect { try vault.vault.carryOut(opened.request.id, code: code, uid: 0, reader: vault.reader) } throws: {
            ($0 as? VaultError)?.code == .forbidden
        }
        try vault.vault.dropCeremony(opened.request.id, uid: 0)
        #expect(vault.vault.openCeremonies().isEmpty)
        try expectSound(vault)
    }

    @Test func `a custodian whose key takes no share is no custodian`() throws {
        let good = try TestCustodian("committee").record
        let bad = CustodianRecord(
            name: try required(CustodianName("owners")), box: [UInt8](repeating: 0, count: 32), sign: good.auth, auth: good.box)
        #expect { try Custodianship([good, bad], threshold: 2) } throws: {
            ($0 as? VaultError)?.detail.contains("owners") == true
        }
    }

    @Test func `a request lives no longer than its daemon or its date`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let letter = try vault.enrol()
        let (code, digest) = try TemporaryVault.newLetter()
        let first = try vault.vault.openCeremony(recover(letter.login, digest), uid: 0, reader: vault.reader)
        for custodian in custodians { try vault.answer(first, by: custodian) }
        try vault.reopen()
        #expect { try vault.vault.carryOut(first.request.id, code: code, uid: 0, reader: vault.reader) } throws: {
            ($0 as? VaultError)?.code == .notFound
        }
        let second = try vault.vault.openCeremony(recover(letter.login, digest), uid: 0, reader: vault.reader)
        for custodian in custodians { try vault.answer(second, by: custodian) }
        vault.clock.advance(seconds: CeremonyRequest.longestSeconds + 1)
        #expect(throws: VaultError.self) {
            try vault.vault.carryOut(second.request.id, code: code, uid: 0, reader: vault.reader)
        }
        _ = try vault.vault.activate(code: letter.code, passphrase: Self.old, uid: 9)
        try expectSound(vault)
    }

    @Test func `an answer to one request carries out no other`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let first = try vault.enrol()
        let second = try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        let (_, digest) = try TemporaryVault.newLetter()
        let one = try vault.vault.openCeremony(recover(first.login, digest), uid: 0, reader: vault.reader)
        let two = try vault.vault.openCeremony(recover(second.login, digest), uid: 0, reader: vault.reader)
        let page = try vault.vault.ceremonyPage(one.request.id, for: custodians[0].name, from: 0, limit: 10, reader: vault.reader)
        let share = try custodians[0].answer(try required(page.lines[0].share), vault: vault.vault.id, to: one.request.box)
        #expect(throws: VaultError.self) {
            try vault.vault.answer(
                two.request.id, by: custodians[0].name, signature: custodians[0].sign(page.bytes), shares: [share],
                reader: vault.reader)
        }
        // Sealed to the first ceremony's key, it opens for no other.
        #expect(throws: VaultError.self) {
            try vault.vault.answer(
                two.request.id, by: custodians[0].name, signature: custodians[0].sign(two.bytes), shares: [share],
                reader: vault.reader)
        }
    }

    @Test func `no party comes to hold two shares of one key, and nobody takes shares over without their own word`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        try vault.enrol()
        let (shares, next) = try vault.vault.shares(of: custodians[1].name, after: 0, limit: 10, reader: vault.reader)
        #expect(next == nil)
        #expect(shares.count == 1)
        let sealed = try shares.map { try custodians[1].answer($0, vault: vault.vault.id, to: custodians[2].record.box) }
        let signed = Array("what the tool signs".utf8)
        let release = ShareRelease(
            box: custodians[2].record.box, bytes: signed,
            signature: custodians[1].keys.signing.sign(type: "share-release", object: signed))
        for (signer, code) in [(0, VaultError.Code.forbidden), (2, .conflict)] {
            #expect {
                try vault.vault.takeShares(
                    sealed, from: custodians[1].name, to: custodians[2].name, release: release, signed: signed,
                    signature: custodians[signer].keys.signing.sign(type: "share-handover", object: signed), uid: 0)
            } throws: { ($0 as? VaultError)?.code == code }
        }
    }

    @Test func `the closing entry says how many failed for which reason, and nothing about anyone`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        for number in 0..<3 {
            try vault.enrol(.make("人\(number)", phone: "1370013700\(number)", born: "1970-01-0\(number + 1)", sequence: number))
        }
        let ask = CeremonyAsk(kind: .rekey, reason: "suspected-leak", people: .everyone)
        let opened = try vault.vault.openCeremony(ask, uid: 0, reader: vault.reader)
        try vault.answer(opened, by: custodians[0])
        // The second one's shares come for one of the three only.
        let page = try vault.vault.ceremonyPage(opened.request.id, for: custodians[1].name, from: 0, limit: 1, reader: vault.reader)
        _ = try vault.vault.answer(
            opened.request.id, by: custodians[1].name, signature: custodians[1].sign(page.bytes),
            shares: try page.lines.compactMap { try $0.share.map { try custodians[1].answer($0, vault: vault.vault.id, to: opened.request.box) } },
            reader: vault.reader)
        var status = opened
        while !status.isClosed { status = try vault.vault.carryOut(opened.request.id, code: nil, uid: 0, reader: vault.reader) }
        #expect((status.done, status.failed) == (1, 2))
        #expect(try vault.entries().last?["change"]?["reasons"] == ["forbidden": 2])
        try expectSound(vault)
    }

    @Test func `a ward's own delegation is no guardian's: custodians' appointment takes its place`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let ward = try vault.resident()
        let helper = try vault.enrol(.make("帮手", phone: "13600136000", born: "1980-01-01", sequence: 7))
        _ = try vault.vault.activate(code: helper.code, passphrase: Self.old, uid: 9)
        let (wardLogin, field) = (try vault.vault.loginName(ward, reader: vault.reader), try required(FieldName("home.room")))
        let until = vault.clock.now().advanced(bySeconds: 30 * 86_400)
        _ = try vault.vault.addDelegate(
            helper.login, fields: [field], categories: [], until: until.advanced(bySeconds: 86_400), caller: ward)
        let ask = CeremonyAsk(
            kind: .delegate(fields: [field], basis: .consentGuardian, until: until), reason: "guardian",
            people: .pairs([(ward: wardLogin, delegate: helper.login)]))
        func live() throws -> [GrantStatement] {
            try vault.reader.store.read { snapshot in
                try snapshot.grants(of: try required(try snapshot.resident(number: 1)).reference)
                    .filter { $0.purpose == PurposeName.delegation.text && $0.state.isLive }
                    .map { try GrantStatement(decoding: $0.statement) }
            }
        }
        #expect(try live().map(\.giver) == [.resident])
        for _ in 0..<2 {
            // The second time it is there already, and stays.
            #expect(try vault.ceremony(ask, Array(custodians.prefix(2))).done == 1)
            #expect(try live().count == 1)
            let statement = try required(try live().first)
            guard case .issuing = statement.giver else { throw Unexpected("\(statement.giver)") }
            #expect(statement.basis == .consentGuardian)
        }
        #expect(try vault.entries().count { $0["action"] == "terminated" } == 1)
        try expectSound(vault)
    }
}
