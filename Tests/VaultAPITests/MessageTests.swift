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
            "ProposalView", "ConsentField", "NumberedEntry", "AppView",
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
}
