import Foundation
import Testing
import VaultAPI
import VaultCrypto
import VaultModel
import VaultPolicy

@testable import rvault

/// What a custodian reads before they agree.
@Suite struct CeremonyWordsTests {
    private let bench: CeremonyBench

    init() throws { bench = try CeremonyBench() }

    private func words(
        _ result: CeremonyRequest.Result, items: [CeremonyItem]? = nil, in language: Language = .english
    ) throws -> String {
        let request = bench.request(result, items: items)
        let checked = try bench.check(try bench.page(request, for: 0, items: items))
        return CeremonyWords(ceremony: checked, console: Console(language: language, json: false)).lines
            .joined(separator: "\n")
    }

    private let until = Instant(text: "2027-06-30") ?? CheckedCeremony.now

    @Test func `a recovery names the one resident, the letter's number, the reason and the end`() throws {
        let letter = [UInt8](repeating: 9, count: 32)
        let items = [bench.items[0]]
        let login = LoginText.grouped(items[0].resident.login)
        let english = try words(.recover(letter: letter), items: items)
        #expect(english.contains("one resident gets a new letter"))
        for part in [login, CheckNumber.of(letter), "lost-passphrase", "2 custodians", "entry 0", bench.vault.base64, Base64URL.encode(bench.config)] {
            #expect(english.contains(part), "\(part)")
        }
        let chinese = try words(.recover(letter: letter), items: items, in: .chinese)
        for part in ["重做一封激活信", "全部作废", login, CheckNumber.of(letter), "2 家", "为了 1 个人"] {
            #expect(chinese.contains(part), "\(part)")
        }
        for other in bench.items.dropFirst() { #expect(!english.contains(LoginText.grouped(other.resident.login))) }
    }

    @Test func `a purpose is issued with its app, version, fields and end`() throws {
        let result = CeremonyRequest.Result.issue(
            purpose: try #require(PurposeName("property.fees")), version: 4, app: try #require(AppName("property")),
            fields: [try #require(FieldName("home.room")), try #require(FieldName("person.name"))], until: until)
        for (language, parts) in [
            (Language.english, ["app property", "property.fees", "version 4", "home.room, person.name", "2027-06-30 23:59"]),
            (.chinese, ["应用 property", "property.fees", "第 4 版", "home.room, person.name", "2027-06-30 23:59"]),
        ] {
            let text = try words(result, in: language)
            for part in parts { #expect(text.contains(part), "\(part)") }
        }
    }

    @Test func `titles from the custodian's own policies stand before the names that are signed`() throws {
        let policies = try PolicyDocument.load(directory: Repository.top.appending(path: "Policies").path)
        let field = try #require(FieldName("person.name"))
        let title = try #require(policies.fields[field]?.title)
        let result = CeremonyRequest.Result.delegate(
            fields: [field, try #require(FieldName("zz.unknown"))], basis: .law, until: until)
        let items = [CeremonyItem(resident: bench.items[0].resident, delegate: bench.items[1].resident)]
        let request = bench.request(result, items: items)
        let checked = try bench.check(try bench.page(request, for: 0, items: items))
        func text(_ language: Language) -> String {
            CeremonyWords(ceremony: checked, console: Console(language: language, json: false), policies: policies).lines
                .joined(separator: "\n")
        }
        #expect(text(.chinese).contains("\(title.chinese)（person.name）, zz.unknown"))
        #expect(text(.english).contains("\(title.english) (person.name), zz.unknown"))
    }

    @Test func `a delegation says who acts for whom, in what, and on which basis`() throws {
        let (ward, helper) = (bench.items[0].resident, bench.items[1].resident)
        let items = [CeremonyItem(resident: ward, delegate: helper)]
        let result = CeremonyRequest.Result.delegate(
            fields: [try #require(FieldName("health.allergies"))], basis: .consentGuardian, until: until)
        let pair = "\(LoginText.grouped(helper.login)) acts for \(LoginText.grouped(ward.login))"
        let english = try words(result, items: items)
        for part in [pair, "health.allergies", "a guardian's consent", "2027-06-30"] { #expect(english.contains(part), "\(part)") }
        let chinese = try words(result, items: items, in: .chinese)
        for part in ["\(LoginText.grouped(helper.login)) 替 \(LoginText.grouped(ward.login)) 办事", "监护人的同意"] {
            #expect(chinese.contains(part), "\(part)")
        }
    }

    @Test func `moving keys and splitting anew say what changes and what does not`() throws {
        #expect(try words(.rekey).contains("Who may read what stays as it is"))
        #expect(try words(.rekey, in: .chinese).contains("换新钥匙"))
        let entrust = CeremonyRequest.Result.entrust(
            custodians: ["owners", "committee"].compactMap(CustodianName.init), threshold: 2)
        #expect(try words(entrust).contains("committee, owners"))
        #expect(try words(entrust, in: .chinese).contains("其中 2 家"))
    }

    @Test func `of a long list the count, the first and the last are shown`() throws {
        let many = try CeremonyBench(residents: 40)
        let checked = try many.check(try many.page(many.request(), for: 0))
        let lines = CeremonyWords(ceremony: checked, console: .english).lines
        #expect(lines.contains("For 40 people, with the login names:"))
        #expect(lines.contains("    … and 30 more in between …"))
        let logins = many.items.map { "    " + LoginText.grouped($0.resident.login) }
        #expect((0..<5).allSatisfy { lines.contains(logins[$0]) && lines.contains(logins[39 - $0]) })
        #expect(!lines.contains(logins[20]))
        #expect(lines.count < 25)
    }

    @Test func `for the vault's own keys it is said that no log vouches, with a number to compare`() throws {
        let request = bench.request(.keys, items: [])
        let bytes = try request.encoded()
        let checked = try CheckedCeremony(keysRequest: bytes, vault: bench.vault, now: CheckedCeremony.now)
        let english = CeremonyWords(ceremony: checked, console: .english).lines.joined(separator: "\n")
        #expect(english.contains("no log can vouch") && english.contains(CheckNumber.of(bytes)))
        #expect(!english.contains("stands in the vault's log"))
        let chinese = CeremonyWords(ceremony: checked, console: Console(language: .chinese, json: false)).lines
        #expect(chinese.contains { $0.contains("没有日志能给这个请求作证") })
    }

    @Test func `a check number is sixteen digits of the hash`() {
        // H("") begins with 0e5751c026e543b2, which is 1033384525232948146.
        #expect(CheckNumber.of([]) == "3384 5252 3294 8146")
        #expect(CheckNumber.of([1]) != CheckNumber.of([2]))
        #expect(CheckNumber.of([1]).split(separator: " ").map(\.count) == [4, 4, 4, 4])
    }
}
