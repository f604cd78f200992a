import Foundation
import Testing

@testable import rvault

@Suite struct CatalogueTests {
    /// Every part of the catalogue with its keys.
    private static let parts: [(name: String, keys: [(String, Phrase)])] = [
        part(TermText.self), part(SessionText.self), part(ConsentText.self), part(ImportText.self),
        part(LetterText.self),
        part(OperatorText.self), part(MenuText.self), part(DemoText.self), part(Faults.self), part(Hints.self),
        part(ReportText.self), part(AuditText.self), part(AuditFaults.self), part(AuditHints.self), part(NoticeText.self),
        part(DelegateText.self), part(DelegateFaults.self), part(DelegateHints.self),
        part(RulesText.self), part(RulesTerms.self), part(RulesFaults.self), part(RulesHints.self),
        part(HistoryText.self), part(CustodyText.self), part(CustodyFaults.self), part(CustodyHints.self),
        part(CeremonyText.self), part(CeremonyKindText.self), part(CeremonyFaults.self), part(CeremonyHints.self), part(HandoverText.self),
        part(ErasureText.self), part(ErasureFaults.self),
        part(BackupText.self), part(BackupFaults.self), part(BackupHints.self),
        part(RotationText.self),
    ]

    private static func part<Key: CatalogueKey>(_ type: Key.Type) -> (name: String, keys: [(String, Phrase)]) {
        ("\(type)", type.allCases.map { ("\($0)", $0.phrase) })
    }

    private static let everything = parts.flatMap { part in part.keys.map { ("\(part.name).\($0.0)", $0.1) } }

    /// Marks and names that are the same in both languages, or hold the other language on purpose.
    private static let alike: Set = [
        "DemoText.right", "DemoText.wrong", "DemoText.sent", "DemoText.received", "MenuText.wordYes", "ErasureText.wordErase",
    ]
    private static let namesInEnglish: Set = ["MenuText.doorChoices"]

    @Test func `every part of the catalogue is checked here`() throws {
        let pattern = /enum (\w+): CatalogueKey/
        let declared = try Repository.sources("Sources/rvault").flatMap { file in
            try String(contentsOf: file, encoding: .utf8).matches(of: pattern).map { String($0.output.1) }
        }
        #expect(Set(declared) == Set(Self.parts.map(\.name)))
        #expect(declared.count == 37)
    }

    @Test func `every key says something in both languages`() {
        #expect(Self.everything.count > 200)
        for (name, phrase) in Self.everything {
            #expect(!phrase.zh.isEmpty && !phrase.en.isEmpty, "\(name)")
            guard !Self.alike.contains(name) else { continue }
            #expect(phrase.zh != phrase.en, "\(name)")
            let hasArguments = phrase.zh.contains { $0.isLetter && !$0.isASCII }
            #expect(hasArguments || phrase.zh.hasPrefix("{1}"), "\(name) has no Chinese")
        }
    }

    @Test func `english texts hold no Chinese but names`() {
        for (name, phrase) in Self.everything where !Self.namesInEnglish.contains(name) {
            let foreign = phrase.en.filter { $0.unicodeScalars.contains { (0x3000...0x9fff).contains($0.value) } }
            let names = Set("林若溪周桂芳陈国栋")
            #expect(foreign.allSatisfy { names.contains($0) }, "\(name): \(foreign)")
        }
    }

    @Test func `both languages take the same arguments`() {
        func places(_ text: String) -> Set<String> { Set(text.matches(of: /\{(\d)\}/).map { String($0.output.1) }) }
        // The words themselves help only those who read Chinese or pinyin.
        for (name, phrase) in Self.everything { #expect(places(phrase.zh) == places(phrase.en), "\(name)") }
    }

    @Test func `faults and hints begin in lower case and end without a stop`() {
        for part in Self.parts where ["Faults", "Hints"].contains(part.name) {
            for (name, phrase) in part.keys {
                let first = phrase.en.first { $0 != "{" && $0 != "`" }
                #expect(first?.isUppercase != true, "\(part.name).\(name)")
                #expect(!phrase.en.hasSuffix(".") && !phrase.zh.hasSuffix("。"), "\(part.name).\(name)")
            }
        }
    }
}

@Suite struct SentenceTests {
    private enum Key: CatalogueKey {
        case two
        var phrase: Phrase { Phrase(zh: "{2}在{1}", en: "{1} at {2}, {3} {x}") }
    }

    @Test func `arguments go to their places in either language`() {
        let sentence = Sentence(Key.two, "a", "b")
        #expect(sentence.text(in: .chinese) == "b在a")
        #expect(sentence.text(in: .english) == "a at b, {3} {x}")
    }

    @Test func `an argument is not searched for places`() {
        #expect(Sentence(Key.two, "{2}", "{1}").text(in: .chinese) == "{1}在{2}")
    }

    @Test func `text from elsewhere stays as it is`() {
        #expect(Sentence(verbatim: "{1} {2}").text(in: .english) == "{1} {2}")
    }
}

@Suite struct LanguageTests {
    @Test(
        arguments: zip(
            [
                ["LC_ALL": "zh_CN.UTF-8"], ["LANG": "zh_TW"], ["LC_ALL": "", "LANG": "zh_CN"],
                ["LC_ALL": "C", "LANG": "zh_CN"],
                ["LC_MESSAGES": "zh_CN", "LANG": "en_GB"], ["LANG": "de_DE"], [:],
            ],
            [Language.chinese, .chinese, .chinese, .english, .chinese, .english, .english]))
    func `the locale decides in the order of POSIX`(_ environment: [String: String], _ expected: Language) {
        #expect(Language.preferred(environment) == expected)
    }

    @Test(
        arguments: zip(
            ["zh-CN", "zh_CN.UTF-8", "zh", "en", "en-GB", "fr", ""],
            [Language.chinese, .chinese, .chinese, .english, .english, nil, nil]))
    func `an option takes the usual spellings`(_ text: String, _ expected: Language?) {
        #expect(Language(argument: text) == expected)
    }
}
