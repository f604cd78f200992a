import Testing
import VaultAPI
import VaultModel

@Suite struct MessageTests {
    @Test(arguments: GoldenMessage.all)
    func `a message is read and written as the contract says`(_ golden: GoldenMessage) throws {
        #expect(try golden.roundTrip(golden.bytes) == JSONParser.parse(golden.bytes))
    }

    @Test(arguments: GoldenMessage.all)
    func `an unknown key is refused by name`(_ golden: GoldenMessage) {
        var members = golden.members
        members["zz_more"] = 1
        #expect(throws: WireError(.unknownKey, key: "zz_more")) { try golden.roundTrip(JSON.object(members).encoded) }
    }

    @Test(arguments: GoldenMessage.all)
    func `a missing key is refused by name unless it may be left out`(_ golden: GoldenMessage) throws {
        for key in golden.members.keys {
            var members = golden.members
            members[key] = nil
            let text = JSON.object(members).encoded
            if golden.optional.contains(key) {
                #expect(try golden.roundTrip(text) == .object(members))
            } else {
                #expect(throws: WireError(.missingKey, key: key)) { try golden.roundTrip(text) }
            }
        }
    }

    @Test(arguments: GoldenMessage.all)
    func `null and a value of another type are refused by name`(_ golden: GoldenMessage) {
        for (key, value) in golden.members {
            for wrong in [JSON.null, value.object == nil ? [:] : "text"] {
                // A value that the policy is to judge may be anything.
                if wrong != .null, ["value"].contains(key) { continue }
                var members = golden.members
                members[key] = wrong
                let error = #expect(throws: WireError.self) { try golden.roundTrip(JSON.object(members).encoded) }
                #expect(error?.key?.hasPrefix(key) == true, "\(golden.type) \(key)")
            }
        }
    }

    @Test(arguments: GoldenMessage.all)
    func `a key that stands twice is refused`(_ golden: GoldenMessage) {
        guard let key = golden.members.keys.min() else { return }
        let text = golden.text.replacing("{", with: "{\"\(key)\":1,", maxReplacements: 1)
        #expect(throws: WireError(.duplicateKey)) { try golden.roundTrip(Array(text.utf8)) }
    }

    @Test(arguments: ["", "{", "[]x", "{\"a\":1.5}", "{\"a\":1e3}", "nul"])
    func `what is not JSON of ours is bad_json`(_ text: String) {
        #expect(throws: WireError(.badJSON)) { try WireDecoding.decode(Array(text.utf8), as: EmptyMessage.self) }
    }

    @Test(arguments: ["[]", "1", "\"a\"", "null"])
    func `a body that is no object is refused`(_ text: String) {
        #expect(throws: WireError(.badValue)) { try WireDecoding.decode(Array(text.utf8), as: EmptyMessage.self) }
    }

    @Test func `every message type stands in the golden table`() {
        // Items of lists are covered by the lists they stand in.
        let nested = [
            "SubjectReference", "AppGrant", "WithheldField", "RecordItem", "RejectedLine", "ImportResult", "FieldView",
            "ProposalView", "ConsentField", "Kept", "NumberedEntry", "AppView",
        ]
        let types = Set(GoldenMessage.all.map(\.type)).union(nested)
        let declared = Sources.declarations(of: "WireMessage", in: "Sources/VaultAPI")
        #expect(declared.count > 30)
        for name in declared where name != "ItemList" { #expect(types.contains(name), "\(name)") }
    }

    @Test func `a message's description holds none of its values`() {
        let request = SessionRequest(login: "123456788", passphrase: "pingguo yueliang")
        #expect("\(request)" == "SessionRequest")
        #expect(String(describing: ImportLine(fields: [:])) == "ImportLine")
    }

    @Test(
        arguments: [
            #"{"id_number":"1","kind":"recover","logins":["123456788"],"reason":"r"}"#,
            #"{"kind":"delegate","logins":["123456788"],"pairs":[],"reason":"r"}"#,
            #"{"id_number":"1","kind":"delegate","pairs":[],"reason":"r"}"#,
        ])
    func `a ceremony says in one way whom it concerns`(_ text: String) {
        #expect(throws: WireError(.badValue, key: "logins")) {
            try WireDecoding.decode(Array(text.utf8), as: CeremonyOpening.self)
        }
    }

    @Test func `a ceremony for people named twice, or for too many at once, is refused`() {
        let twice = #"{"kind":"recover","logins":["123456788","12345678 8"],"reason":"r"}"#
        #expect(throws: WireError(.badValue, key: "logins")) {
            try WireDecoding.decode(Array(twice.utf8), as: CeremonyOpening.self)
        }
        let pair = #"{"delegate":"123456788","ward":"123456788"}"#
        let many = #"{"kind":"delegate","pairs":[\#([String](repeating: pair, count: 10_001).joined(separator: ","))],"reason":"r"}"#
        #expect(throws: WireError(.tooLarge, key: "pairs")) {
            try WireDecoding.decode(Array(many.utf8), as: CeremonyOpening.self)
        }
    }

    @Test func `a delegate stands in a ceremony's line with id and login name, or not at all`() {
        let id = "AAECAwQFBgcICQoLDA0ODw"
        let half = #"{"delegate":"\#(id)","login":"123456788","resident":"\#(id)"}"#
        #expect(throws: WireError(.missingKey, key: "delegate_login")) {
            try WireDecoding.decode(Array(half.utf8), as: CeremonyLine.self)
        }
        let other = #"{"delegate_login":"123456788","login":"123456788","resident":"\#(id)"}"#
        #expect(throws: WireError(.unknownKey, key: "delegate_login")) {
            try WireDecoding.decode(Array(other.utf8), as: CeremonyLine.self)
        }
    }

    @Test(arguments: ["0", "17", "-1", "\"1\""])
    func `a share stands at a place from 1 to 16`(_ place: String) {
        let (id, key) = ("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
        let text = #"{"digest":"\#(key)","resident":"\#(id)","set":"\#(id)","share":"AAEC","x":\#(place)}"#
        #expect(throws: WireError(.badValue, key: "x")) { try WireDecoding.decode(Array(text.utf8), as: ShareItem.self) }
    }

    @Test func `what a successor signs is all of the handover but the signature`() throws {
        let text = GoldenMessage.all.first { $0.type == "ShareHandover" }?.bytes ?? []
        let handover: ShareHandover = try WireDecoding.decode(text)
        var members = try #require(handover.json.object)
        members["signature"] = nil
        members["release"] = nil
        members["type"] = "share-handover"
        #expect(handover.signed == .object(members))
        members["type"] = "share-release"
        members["box"] = "AAEC"
        #expect(handover.released(to: [0, 1, 2]) == .object(members))
    }
}
