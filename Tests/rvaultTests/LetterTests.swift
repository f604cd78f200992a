import Foundation
import Testing
import VaultAPI
import VaultImport
import VaultModel

@testable import rvault

/// An import with letters, cut off and taken up again at every place it can be cut.
@Suite struct LetterTests {
    private let folder = TestFolder()
    private let vault = FakeVault()
    private let people: [ImportedPerson]

    init() throws { people = Array(try SamplePeople.all().prefix(70)) }

    private var path: String { folder.file("letters.txt") }

    /// One run of `rvault import`, from the drafts to the letters.
    @discardableResult
    private func run(_ people: [ImportedPerson]) async throws -> (outcome: Enrolment.Outcome, written: Int) {
        let drafts = try LetterDrafts(letters: path)
        let enrolment = Enrolment(
            today: SamplePeople.today, send: { [vault] in try vault.send($0) }, progress: { _ in })
        let outcome = try await enrolment.run(people, drafts)
        let letter = Letter(today: SamplePeople.today)
        let written = try LetterFile.add(outcome.letters, try drafts.codes(), to: path, letter: letter)
        drafts.remove()
        return (outcome, written)
    }

    /// Login and code of every letter in the file.
    private func letters() -> [String: String] {
        var found: [String: String] = [:]
        for page in (folder.text("letters.txt") ?? "").split(separator: "\u{0c}") {
            let lines = page.split(separator: "\n")
            func value(_ label: String) -> String? {
                lines.first { $0.hasPrefix(label) }.map { String($0.dropFirst(label.count)) }
            }
            guard let login = value(Letter.loginLabel), let code = value(Letter.codeLabel) else { continue }
            #expect(found.updateValue(code, forKey: login.filter { $0 != " " }) == nil, "two letters for one login")
        }
        return found
    }

    /// Every resident who has not activated has exactly one letter, with the code the vault was sent.
    private func expectLettersForEveryone() {
        let wanted = vault.residents.values.filter { !$0.activated }.map { ($0.login.text, $0.code) }
        #expect(letters() == Dictionary(uniqueKeysWithValues: wanted))
        #expect(TestFolder.mode(path) == 0o600)
        #expect(folder.names() == ["letters.txt"])
    }

    @Test func `everyone gets one letter with the code that was sent`() async throws {
        let result = try await run(people)
        #expect(result.outcome.enrolled == 70)
        #expect(result.written == 70)
        #expect(vault.residents.count == 70)
        #expect(vault.largestChunk == Enrolment.chunk)
        #expect(vault.requests == 3)
        expectLettersForEveryone()
    }

    @Test func `a second run enrols nobody, and leaves letters as they are`() async throws {
        try await run(people)
        let before = folder.text("letters.txt")
        let again = try await run(people)
        #expect(again.outcome.enrolled == 0)
        #expect(again.outcome.known == 70)
        #expect(again.written == 0)
        #expect(folder.text("letters.txt") == before)
        #expect(folder.names() == ["letters.txt"])
    }

    @Test func `new people's letters join those that are there`() async throws {
        try await run(Array(people.prefix(30)))
        let result = try await run(people)
        #expect(result.written == 40)
        expectLettersForEveryone()
    }

    @Test(arguments: [1, 2, 3], [FakeVault.Cut.before, .after])
    func `a run that was cut off is completed by the next`(_ request: Int, _ how: FakeVault.Cut) async throws {
        vault.cut = (request, how)
        await #expect(throws: FakeVault.Cut.self) { try await run(people) }
        #expect(!folder.exists("letters.txt"))
        #expect(folder.exists("letters.txt.partial"))
        #expect(TestFolder.mode(path + ".partial") == 0o600)
        vault.cut = nil
        try await run(people)
        #expect(vault.residents.count == 70)
        expectLettersForEveryone()
    }

    @Test func `a power cut inside a draft's line costs nobody their letter`() async throws {
        vault.cut = (2, .after)
        await #expect(throws: FakeVault.Cut.self) { try await run(people) }
        let half = try FileHandle(forWritingTo: URL(fileURLWithPath: path + ".partial"))
        try half.seekToEnd()
        try half.write(contentsOf: Data("12345678".utf8))
        try half.close()
        vault.cut = nil
        try await run(people)
        expectLettersForEveryone()
    }

    @Test func `a run that ended after its letters were written does not write them twice`() async throws {
        let drafts = try LetterDrafts(letters: path)
        let enrolment = Enrolment(
            today: SamplePeople.today, send: { [vault] in try vault.send($0) }, progress: { _ in })
        let outcome = try await enrolment.run(people, drafts)
        _ = try LetterFile.add(outcome.letters, try drafts.codes(), to: path, letter: Letter(today: SamplePeople.today))
        // The drafts stay, as after a crash between the two steps; their lock goes with the value.
        _ = consume drafts
        let again = try await run(people)
        #expect(again.written == 0)
        expectLettersForEveryone()
    }

    @Test func `who has activated in the meantime gets no letter`() async throws {
        vault.cut = (3, .after)
        await #expect(throws: FakeVault.Cut.self) { try await run(people) }
        vault.activate(SamplePeople.idNumber(people[0]))
        vault.cut = nil
        try await run(people)
        #expect(letters().count == 69)
        expectLettersForEveryone()
    }

    @Test func `a login name that is taken is drawn anew`() async throws {
        vault.takenLogins = 5
        let result = try await run(people)
        #expect(result.outcome.enrolled == 70)
        expectLettersForEveryone()
    }

    @Test func `names that stay taken end the run with a hint`() async throws {
        vault.takenLogins = .max
        let failure = await #expect(throws: Failure.self) { try await run(people) }
        #expect(failure?.message == Sentence(Faults.loginsTaken))
    }

    @Test func `a refused person is reported by file and line and stops nobody`() async throws {
        vault.refused = SamplePeople.idNumber(people[3])
        let result = try await run(people)
        #expect(result.outcome.enrolled == 69)
        #expect(result.outcome.rejected.map(\.line) == [people[3].line])
        #expect(result.outcome.rejected.map(\.reason) == ["not wanted"])
    }

    @Test func `two imports do not share letters`() throws {
        let first = try LetterDrafts(letters: path)
        let failure = #expect(throws: Failure.self) { _ = try LetterDrafts(letters: path) }
        #expect(failure?.message == Sentence(Faults.lettersInUse, path + ".partial"))
        first.remove()
    }

    @Test func `letters that others can read are not added to`() async throws {
        _ = folder.write("letters.txt", "mine", mode: 0o644)
        let failure = await #expect(throws: Failure.self) { try await run(people) }
        #expect(failure?.message == Sentence(Faults.notPrivate, path))
        #expect(folder.text("letters.txt") == "mine")
        // The codes are not lost: they wait in the drafts.
        #expect(folder.exists("letters.txt.partial"))
    }

    @Test func `letters are in the order of doors and name the last day in both languages`() async throws {
        try await run(people)
        let text = folder.text("letters.txt") ?? ""
        #expect(text.contains("2027-02-21"))
        #expect(text.contains("一、") && text.contains("1. Activate"))
        let buildings = text.split(separator: "\n").filter { $0.hasPrefix("送 / deliver to:") }
            .compactMap { Int($0.dropFirst("送 / deliver to:  ".count).prefix { $0.isNumber }) }
        #expect(buildings.count == 70)
        #expect(buildings == buildings.sorted())
    }

    @Test func `a child's letter goes to the guardian`() throws {
        let child = try #require(
            people.first { LetterAddress($0, login: .random(), today: SamplePeople.today).forGuardian })
        var page: [UInt8] = []
        let address = LetterAddress(child, login: .random(), today: SamplePeople.today)
        Letter(today: SamplePeople.today).write(address, code: [], to: &page)
        #expect(String(decoding: page, as: UTF8.self).contains("请交给监护人"))
    }

    @Test(
        arguments: zip(
            [["2栋", "1单元"], ["11栋"], ["2栋"], ["3栋", "1单元", "101"]],
            [["11栋", "1单元"], ["11栋", "1单元"], ["A栋"], ["3栋", "1单元", "1001"]]))
    func `doors are walked by number`(_ first: [String], _ second: [String]) {
        func address(_ home: [String]) -> LetterAddress {
            LetterAddress(login: .random(), name: "", home: home, forGuardian: false)
        }
        #expect(LetterAddress.delivered(address(first), before: address(second)))
        #expect(!LetterAddress.delivered(address(second), before: address(first)))
    }
}
