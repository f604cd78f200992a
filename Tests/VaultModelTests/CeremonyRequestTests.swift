import Testing
import VaultModel
import VaultTestSupport

/// A name that the test itself wrote.
private func known<Name>(_ name: Name?) -> Name {
    guard let name else { preconditionFailure("not a name") }
    return name
}

/// What custodians sign. Whatever one of them could have been shown otherwise than it stands must be refused.
struct `Ceremony requests` {
    static let requests: [CeremonyRequest] = [
        request(.recover(letter: [UInt8](repeating: 7, count: 32)), count: 1),
        request(
            .issue(
                purpose: known(PurposeName("parking.permit")), version: 2, app: known(AppName("parking")),
                fields: [known(FieldName("person.name")), known(FieldName("contact.phone"))], until: Instant(milliseconds: 1_800_000_000_000)),
            count: 5000),
        request(
            .delegate(
                fields: [known(FieldName("health.allergies"))], basis: .consentGuardian,
                until: Instant(milliseconds: 1_800_000_000_001)), count: 12),
        request(.rekey, count: 40),
        request(
            .entrust(custodians: ["property", "committee"].compactMap(CustodianName.init), threshold: 2), count: 40),
        request(.keys, count: 0),
    ]

    static func request(_ result: CeremonyRequest.Result, count: Int) -> CeremonyRequest {
        let bytes = { (byte: UInt8, count: Int) in [UInt8](repeating: byte, count: count) }
        return CeremonyRequest(
            vault: known(VaultID(bytes(1, 16))), id: known(CeremonyID(bytes(2, 16))), result: result, reason: "lost-passphrase",
            count: count, residents: bytes(3, 32), box: bytes(4, 32), threshold: 2, config: bytes(5, 32),
            created: Instant(milliseconds: 1_795_400_000_000), until: Instant(milliseconds: 1_795_500_000_000))
    }

    @Test(arguments: requests)
    func `a request of each kind is read back as it was`(_ request: CeremonyRequest) throws {
        let bytes = try request.encoded()
        let back = try #require(CeremonyRequest(parsing: bytes))
        #expect(try back.encoded() == bytes)
        #expect(back.result.kind == request.result.kind && back.count == request.count && back.until == request.until)
    }

    @Test func `the bytes that are signed are these`() throws {
        let text = #"{"box":"BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ","ceremony":"AgICAgICAgICAgICAgICAg","# +
            #""config":"BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU","created":1795400000000,"k":2,"kind":"recover","# +
            #""reason":"lost-passphrase","residents":{"count":1,"digest":"AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM"},"# +
            #""result":{"letter":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"},"type":"ceremony","until":1795500000000,"# +
            #""vault":"AQEBAQEBAQEBAQEBAQEBAQ"}"#
        #expect(String(decoding: try Self.requests[0].encoded(), as: UTF8.self) == text)
    }

    @Test(arguments: requests)
    func `a member this version does not know is refused, at every level`(_ request: CeremonyRequest) throws {
        let object = try #require(request.json.object)
        for (key, inner) in [("", JSON.object(object))] + object.map({ ($0.key, $0.value) }) {
            guard var members = inner.object else { continue }
            members["also"] = true
            var whole = object
            if key.isEmpty { whole = members } else { whole[key] = .object(members) }
            #expect(CeremonyRequest(parsing: JSON.object(whole).encoded) == nil, "\(key)")
        }
    }

    @Test(arguments: requests)
    func `a missing member, another type and null are refused`(_ request: CeremonyRequest) throws {
        let object = try #require(request.json.object)
        for key in object.keys {
            for wrong in [nil, JSON.null, "no base64!", true, -1, ["x"]] {
                // Any number is an instant.
                if ["created", "until"].contains(key), wrong == -1 { continue }
                var members = object
                members[key] = wrong
                #expect(CeremonyRequest(parsing: JSON.object(members).encoded) == nil, "\(key)")
            }
        }
    }

    @Test(arguments: requests)
    func `no byte can be changed and the request still read as it was`(_ request: CeremonyRequest) throws {
        let bytes = try request.encoded()
        let original = try #require(CeremonyRequest(parsing: bytes))
        for position in bytes.indices {
            for change: UInt8 in [1, 0x20, 0x80] {
                var altered = bytes
                altered[position] ^= change
                #expect(CeremonyRequest(parsing: altered) != original, "\(position)")
            }
        }
        #expect(CeremonyRequest(parsing: bytes + [0x0a]) == nil)
        #expect(CeremonyRequest(parsing: Array(bytes.dropLast())) == nil)
        #expect(CeremonyRequest(parsing: [0x20] + bytes) == nil)
        #expect(CeremonyRequest(parsing: []) == nil)
    }

    @Test func `another order of members or list items is refused`() throws {
        let text = String(decoding: try Self.requests[1].encoded(), as: UTF8.self)
        let turned = text.replacing(#"["contact.phone","person.name"]"#, with: #"["person.name","contact.phone"]"#)
        #expect(turned != text && CeremonyRequest(parsing: Array(turned.utf8)) == nil)
        let twice = text.replacing(#"["contact.phone","person.name"]"#, with: #"["person.name","person.name"]"#)
        #expect(CeremonyRequest(parsing: Array(twice.utf8)) == nil)
        let moved = text.replacing(#""k":2,"kind":"issue","#, with: #""kind":"issue","k":2,"#)
        #expect(moved != text && CeremonyRequest(parsing: Array(moved.utf8)) == nil)
        let custodians = String(decoding: try Self.requests[4].encoded(), as: UTF8.self)
        let others = custodians.replacing(#"["committee","property"]"#, with: #"["property","committee"]"#)
        #expect(others != custodians && CeremonyRequest(parsing: Array(others.utf8)) == nil)
        let same = custodians.replacing(#"["committee","property"]"#, with: #"["committee","committee"]"#)
        #expect(CeremonyRequest(parsing: Array(same.utf8)) == nil)
    }

    @Test(arguments: ["1", "17", "0", "-2"])
    func `one custodian alone, or more than there can be, is no threshold`(_ number: String) throws {
        let text = String(decoding: try Self.requests[0].encoded(), as: UTF8.self).replacing("\"k\":2", with: "\"k\":\(number)")
        #expect(CeremonyRequest(parsing: Array(text.utf8)) == nil)
        let entrust = String(decoding: try Self.requests[4].encoded(), as: UTF8.self)
            .replacing(#""property"],"k":2"#, with: #""property"],"k":\#(number)"#)
        #expect(CeremonyRequest(parsing: Array(entrust.utf8)) == nil)
    }

    @Test(arguments: ["a", "lost-passphrase", "k9", String(repeating: "a", count: 40)])
    func `a reason is a word`(_ text: String) { #expect(CeremonyRequest.isReason(text)) }

    @Test(arguments: ["", "-a", "9a", "Lost", "lost passphrase", "林若溪", "a_b", "a.b", String(repeating: "a", count: 41)])
    func `anything that could be about a person is no reason`(_ text: String) { #expect(!CeremonyRequest.isReason(text)) }

    private func person(_ byte: UInt8, _ login: String) -> CeremonyItem.Person {
        CeremonyItem.Person(
            id: known(ResidentID([UInt8](repeating: byte, count: 16))), login: known(LoginName(login)))
    }

    @Test func `the list's digest is taken over these bytes`() throws {
        let vault = try #require(VaultID([UInt8](repeating: 1, count: 16)))
        let items = [
            CeremonyItem(resident: person(0xbb, "100000008"), delegate: person(0xcc, "999999995")),
            CeremonyItem(resident: person(0xaa, "123456788")),
        ]
        let expected = try hex(
            "727661756c742e636572656d6f6e792e7631" + String(repeating: "01", count: 16) + "00000002"
                + String(repeating: "aa", count: 16) + "313233343536373838" + "00"
                + String(repeating: "bb", count: 16) + "313030303030303038" + "01"
                + String(repeating: "cc", count: 16) + "393939393939393935")
        #expect(CeremonyItem.digestInput(items, vault: vault) == expected)
        #expect(CeremonyItem.digestInput(items.reversed(), vault: vault) == expected)
        #expect(CeremonyItem.digestInput([], vault: vault).suffix(4) == [0, 0, 0, 0])
    }

    @Test func `a ward with two delegates makes the same digest in any order`() throws {
        let vault = try #require(VaultID([UInt8](repeating: 1, count: 16)))
        let items = [
            CeremonyItem(resident: person(0xbb, "100000008"), delegate: person(0xcc, "999999995")),
            CeremonyItem(resident: person(0xbb, "100000008"), delegate: person(0xaa, "123456788")),
        ]
        #expect(CeremonyItem.digestInput(items, vault: vault) == CeremonyItem.digestInput(items.reversed(), vault: vault))
    }
}
