import Foundation
import Testing
import VaultModel
@testable import VaultPolicy

/// `Policies/` as it is shipped.
struct DefaultPackTests {
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Policies").path

    static func load() throws -> PolicySet { try PolicyDocument.load(directory: directory) }

    static func cases() throws -> [PolicyCase] { try PolicyDocument.loadCases(directory: directory, policies: load()) }

    @Test func `every case of every purpose is decided as written`() throws {
        let evaluator = PolicyEvaluator(policies: try Self.load())
        let findings = try Self.cases().compactMap { $0.check(with: evaluator) }
        #expect(findings.isEmpty, "\(PolicyError(findings: findings))")
    }

    @Test func `every purpose has a case that releases and a case that refuses`() throws {
        let cases = try Self.cases()
        for purpose in try Self.load().purposes.keys {
            let own = cases.filter { $0.file.hasSuffix("/\(purpose).cases.yaml") }
            #expect(own.contains { $0.isDenial }, "\(purpose) has no deny case")
            #expect(own.contains { !$0.isDenial }, "\(purpose) has no release case")
        }
    }

    @Test(arguments: [
        ("property.service", LegalBasis.contract, "property"), ("parking.permit", .contract, "parking"),
        ("committee.register", .consent, "committee"), ("parking.contact", .consent, "parking"),
        ("health.followup", .consentSeparate, "health"), ("education.contact", .consent, "education"),
        ("health.record", .contract, "health"), ("education.record", .contract, "education"),
        ("education.pickup", .consentGuardian, "education"),
    ])
    func `the purposes of the first community are there`(name: String, basis: LegalBasis, app: String) throws {
        let purpose = try #require(try Self.load().purposes[.of(name)])
        #expect(purpose.basis == basis)
        #expect(purpose.app.text == app)
        #expect(!purpose.citations.isEmpty)
        #expect(!purpose.requiresInitiator && !purpose.requiresCase)
    }

    @Test func `what the clinic and the school file they cannot read back`() throws {
        let purposes = try Self.load().purposes
        for name in ["health.record", "education.record"] { #expect(purposes[.of(name)]?.actions == [.write]) }
        let readable = purposes.values.filter { $0.actions.contains(.read) && !$0.basis.needsConsent }.flatMap(
            \.fields.keys)
        #expect(
            readable.allSatisfy { $0.category != "health" && $0.category != "welfare" && $0.category != "education" })
    }

    @Test func `only ID number and phone are indexed, and the whole ID number goes to nobody`() throws {
        let policies = try Self.load()
        #expect(
            policies.fields.values.filter(\.lookup).map(\.name.text).sorted() == ["contact.phone", "person.id_number"])
        #expect(policies.fields[.of("person.id_number")]?.maximum == .masked)
        #expect(!policies.purposes.values.contains { $0.fields.keys.contains(.of("person.id_number")) })
    }

    @Test func `the whole set is small enough for an entry with room for keys and signatures`() throws {
        let size = try CanonicalJSON.encode(Self.load().json).count
        #expect(size < PolicySet.byteLimit)
        print("default policies: \(size) bytes of canonical JSON")
    }

    @Test func `notices are short sentences in both languages`() throws {
        for purpose in try Self.load().purposes.values {
            for text in [purpose.notice, purpose.necessity, purpose.impact] {
                #expect(text.chinese.count <= 160 && text.chinese.hasSuffix("。"), "\(purpose.name)")
                #expect(text.english.count <= 420 && text.english.hasSuffix("."), "\(purpose.name)")
                #expect(text.chinese.unicodeScalars.contains { (0x4e00...0x9fff).contains($0.value) })
                #expect(text.english.unicodeScalars.allSatisfy { $0.isASCII })
                let longest = text.chinese.split(whereSeparator: "。；，".contains).map(\.count).max() ?? 0
                #expect(longest <= 30, "\(purpose.name): a phrase of \(longest) characters")
            }
            if purpose.basis.needsConsent {
                #expect(purpose.notice.chinese.contains("收回"), "\(purpose.name) says that consent can be taken back")
                #expect(purpose.notice.english.contains("take it back"), "\(purpose.name)")
            }
        }
    }

    /// The import plan belongs to another room; what it fills must be defined here all the same.
    @Test func `every field that the import plan fills is defined`() throws {
        let fields = try Self.load().fields
        let plan = try String(contentsOfFile: "\(Self.directory)/imports/community.yaml", encoding: .utf8)
        let named = plan.matches(of: /\b([a-z_]+\.[a-z_]+)\b/).compactMap { FieldName(String($0.1)) }
        let unknown = Set(named.filter { fields[$0] == nil }.map(\.text))
        #expect(unknown == [])
        #expect(Set(named).count >= 25)
    }
}
