import Testing
import VaultModel

@testable import ResidentVault

@Suite struct ActivationTests {
    private let words = Array("correct horse battery".utf8)

    @Test func `activation moves everything to the resident's own seed and nothing is lost`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        let pid = try vault.pairwise("property", "property.service")
        #expect(try vault.item("property", "property.service", pid, ["home.room"])["fields"] == ["home.room": "2301"])
        #expect(try vault.vault.activate(code: letter.code, passphrase: words, uid: 1) == letter.login)
        let opened = try vault.vault.logIn(letter.login, passphrase: words, uid: 1)
        let resident = try vault.vault.authenticate(resident: opened.session, uid: 1)
        let fields = try vault.vault.ownFields(resident, uid: 1).0
        #expect(fields.count == SamplePerson.adult.fields.count)
        for field in fields { #expect(field.value == SamplePerson.adult.fields[field.field.text]) }
        #expect(fields.allSatisfy { $0.source == "committee" })
        #expect(try vault.item("property", "property.service", pid, ["home.room"])["fields"] == ["home.room": "2301"])
    }

    @Test func `a used code says when it was used`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: words, uid: 1)
        #expect { try vault.vault.activate(code: letter.code, passphrase: words, uid: 1) } throws: { error in
            guard let error = error as? VaultError else { return false }
            return error.code == .conflict && error.detail.contains(vault.clock.now().localDay)
        }
    }

    @Test func `a letter runs out after ninety days`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        vault.clock.advance(seconds: 90 * 86_400)
        #expect { try vault.vault.activate(code: letter.code, passphrase: words, uid: 1) } throws: {
            ($0 as? VaultError)?.code == .forbidden
        }
    }

    @Test(arguments: ["", "short", "1234567890123", "aaaaaaaaaaaa", "password1234", "qwertyuiop", "12345 67890 123"])
    func `a weak passphrase is refused before the letter is touched`(passphrase: String) throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        #expect { try vault.vault.activate(code: letter.code, passphrase: Array(passphrase.utf8), uid: 1) } throws: {
            ($0 as? VaultError)?.code == .badValue
        }
        _ = try vault.vault.activate(code: letter.code, passphrase: words, uid: 1)
    }

    @Test func `a wrong code, login or passphrase is refused alike, and further tries must wait`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        #expect { try vault.vault.activate(code: Array("00000".utf8), passphrase: words, uid: 5) } throws: {
            ($0 as? VaultError)?.code == .unauthorized
        }
        _ = try vault.vault.activate(code: letter.code, passphrase: words, uid: 1)
        func failure(_ login: LoginName?, _ passphrase: String, uid: UInt32) -> VaultError? {
            do {
                _ = try vault.vault.logIn(login, passphrase: Array(passphrase.utf8), uid: uid)
                return nil
            } catch { return error as? VaultError }
        }
        let wrong = failure(letter.login, "wrong horse battery", uid: 2)
        #expect(wrong?.code == .unauthorized)
        #expect(failure(.random(), "correct horse battery", uid: 3) == wrong)
        #expect(failure(nil, "correct horse battery", uid: 4) == wrong)
        for _ in 0..<4 { _ = failure(letter.login, "wrong horse battery", uid: 9) }
        let waiting = failure(letter.login, "correct horse battery", uid: 9)
        #expect(waiting?.code == .tooManyTries)
        #expect((waiting?.retryAfter ?? 0) >= 1)
    }

    @Test func `a new passphrase makes a new seed, and old sessions and words die`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: words, uid: 1)
        let first = try vault.vault.logIn(letter.login, passphrase: words, uid: 1)
        let second = try vault.vault.logIn(letter.login, passphrase: words, uid: 1)
        let caller = try vault.vault.authenticate(resident: first.session, uid: 1)
        let (grant, pid) = try vault.agreed(caller, "health", "health.followup")
        let changed = try vault.vault.changePassphrase(
            old: words, new: Array("four new words here".utf8), caller: caller)
        for old in [first, second] {
            #expect { try vault.vault.authenticate(resident: old.session, uid: 1) } throws: {
                ($0 as? VaultError)?.code == .unauthorized
            }
        }
        #expect { try vault.vault.ownGrants(caller, reader: vault.reader) } throws: {
            ($0 as? VaultError)?.code == .unauthorized
        }
        #expect { try vault.vault.logIn(letter.login, passphrase: words, uid: 2) } throws: {
            ($0 as? VaultError)?.code == .unauthorized
        }
        let now = try vault.vault.authenticate(resident: changed.session, uid: 1)
        #expect(try vault.vault.ownFields(now, uid: 1).0.count == SamplePerson.adult.fields.count)
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["fields"] == ["health.chronic": ["高血压"]])
        try vault.vault.revoke(grant, caller: now)
    }

    @Test func `sessions end at logout and die with the daemon`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: words, uid: 1)
        let opened = try vault.vault.logIn(letter.login, passphrase: words, uid: 1)
        vault.vault.logOut(try vault.vault.authenticate(resident: opened.session, uid: 1))
        #expect(throws: VaultError.self) { try vault.vault.authenticate(resident: opened.session, uid: 1) }
        let again = try vault.vault.logIn(letter.login, passphrase: words, uid: 1)
        try vault.reopen()
        #expect(throws: VaultError.self) { try vault.vault.authenticate(resident: again.session, uid: 1) }
    }

    @Test func `the same person is enrolled once, however often the import runs`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        #expect { try vault.enrol() } throws: { "\($0)".contains("known") && "\($0)".contains(letter.login.text) }
        #expect(try vault.vault.status(reader: vault.reader).residents == 1)
    }
}
