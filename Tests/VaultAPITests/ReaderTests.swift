import Testing
import VaultAPI
import VaultModel

/// The strict reader's own rules: caps, repetitions and the codes of the vault's terms.
@Suite struct ReaderTests {
    private static let pairwise = "aaaqeayeaudaocajbifqydiob4"

    private func read(_ residents: [JSON], _ fields: [JSON], purpose: JSON = "parking.permit", form: JSON? = nil)
        throws(WireError) -> ReadRequest
    {
        try ReadRequest(
            json: .members(["purpose": purpose, "residents": .array(residents), "fields": .array(fields), "form": form])
        )
    }

    private func residents(_ count: Int) -> [JSON] {
        (0..<count).map { number in
            let bytes = [UInt8](repeating: 0, count: 14) + [UInt8(number >> 8), UInt8(number & 255)]
            return .string(Base32.encode(bytes))
        }
    }

    @Test func `500 residents are read and 501 are too many`() throws {
        #expect(try read(residents(500), ["person.name"]).residents.count == 500)
        #expect(throws: WireError(.tooLarge, key: "residents")) { try read(residents(501), ["person.name"]) }
    }

    @Test func `64 fields are read and 65 are too many`() throws {
        let fields = (0..<65).map { JSON.string("a.b\($0)") }
        #expect(try read(residents(1), Array(fields.prefix(64))).fields.count == 64)
        #expect(throws: WireError(.tooLarge, key: "fields")) { try read(residents(1), fields) }
    }

    @Test func `an empty list and a repeated item are refused`() {
        #expect(throws: WireError(.badValue, key: "residents")) { try read([], ["person.name"]) }
        #expect(throws: WireError(.badValue, key: "fields")) { try read(residents(1), []) }
        #expect(throws: WireError(.badValue, key: "fields")) { try read(residents(1), ["person.name", "person.name"]) }
        #expect(throws: WireError(.badValue, key: "residents")) {
            try read(residents(1) + residents(1), ["person.name"])
        }
    }

    @Test func `terms that cannot exist have their own codes`() {
        #expect(throws: WireError(.unknownField, key: "fields")) { try read(residents(1), ["name"]) }
        #expect(throws: WireError(.unknownPurpose, key: "purpose")) {
            try read(residents(1), ["person.name"], purpose: "Parking")
        }
        #expect(throws: WireError(.badForm, key: "form")) { try read(residents(1), ["person.name"], form: "whole") }
        #expect(throws: WireError(.badValue, key: "residents")) { try read(["ABC"], ["person.name"]) }
    }

    @Test func `field names as keys are checked and named`() {
        let body: JSON = ["purpose": "parking.permit", "fields": ["Person Name": 1]]
        #expect(throws: WireError(.unknownField, key: "fields.Person Name")) { try WriteRequest(json: body) }
    }

    @Test func `a fault within an object names the way to it`() {
        let body: JSON = ["purpose": "parking.permit", "subject": ["field": "contact.phone"]]
        #expect(throws: WireError(.missingKey, key: "subject.value")) { try LookupRequest(json: body) }
    }

    @Test func `a subject of 256 bytes is read and a longer or an empty one is refused`() throws {
        func subject(_ count: Int) -> JSON {
            ["field": "contact.phone", "value": .string(String(repeating: "1", count: count))]
        }
        #expect(try SubjectReference(json: subject(256)).value.count == 256)
        #expect(throws: WireError(.tooLarge, key: "value")) { try SubjectReference(json: subject(257)) }
        #expect(throws: WireError(.badValue, key: "value")) { try SubjectReference(json: subject(0)) }
    }

    @Test func `a bare date is the end of that day in the vault's zone`() throws {
        #expect(try Approval(json: ["until": "2027-06-30"]).until?.rfc3339 == "2027-06-30T15:59:59.999Z")
        #expect(throws: WireError(.badValue, key: "until")) { try Approval(json: ["until": "2027-02-30"]) }
    }

    @Test func `a key named in an error is short and printable`() {
        let key = String(repeating: "k\u{1b}", count: 200)
        let error = #expect(throws: WireError.self) { try EmptyMessage(json: .object([key: 1])) }
        #expect(error?.key == String(repeating: "k", count: 96))
    }

    @Test func `an error never repeats a value`() {
        for golden in GoldenMessage.all where golden.type != "PolicySummary" {
            for key in golden.members.keys {
                var members = golden.members
                members[key] = ["secret value of somebody"]
                guard
                    let error = #expect(
                        throws: WireError.self, performing: { try golden.roundTrip(JSON.object(members).encoded) })
                else { continue }
                #expect(!"\(error)\(ProblemBody(error).detail)".contains("secret value"))
            }
        }
    }

    @Test func `an NDJSON body is cut at its line feeds up to the cap`() throws {
        func lines(_ text: String) throws(WireError) -> [String] {
            try WireDecoding.lines(Array(text.utf8), cap: 3).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try lines("a\nb\n") == ["a", "b"])
        #expect(try lines("a\nb") == ["a", "b"])
        #expect(try lines("a\n\nb\n") == ["a", "", "b"])
        #expect(try lines("") == [])
        #expect(try lines("a\nb\nc\n") == ["a", "b", "c"])
        #expect(throws: WireError(.tooLarge)) { try lines("a\nb\nc\nd") }
    }

    @Test func `messages become lines that are read back`() throws {
        let messages = [EmptyMessage(), EmptyMessage()]
        #expect(WireDecoding.ndjson(messages) == Array("{}\n{}\n".utf8))
    }
}
