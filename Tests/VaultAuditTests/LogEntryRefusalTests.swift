import Testing
import VaultAudit
import VaultModel

struct `Refused entries` {
    private static let digest = JSON.string(Base64URL.encode(Sample.bytes(9, 32)))
    private static let tag = JSON.string(Base64URL.encode(Sample.bytes(9, 16)))

    /// Members that make a good entry bad; nil takes one away.
    private static let badMembers: [(String, JSON?)] = [
        ("type", "grant"), ("type", nil), ("vault", nil), ("vault", "AAAA"), ("vault", 1), ("time", nil), ("time", -1),
        ("time", "1"),
        ("action", nil), ("action", "peeked"), ("action", ""), ("config", nil), ("config", tag), ("random", nil),
        ("random", digest),
        ("request", "AAAA"), ("app", "Parking"), ("app", ""), ("role", "root"), ("uid", -1), ("uid", 4_294_967_296),
        ("uid", "0"),
        ("party", 5), ("party", nil as JSON? ?? .null), ("initiator", ["a"]), ("case", true), ("purpose", "parking"),
        ("version", -1),
        ("version", "1"), ("basis", "interest"), ("form", "naked"), ("actions", []), ("actions", ["read", "read"]),
        ("actions", ["erase"]),
        ("actions", "read"), ("fields", []), ("fields", ["phone"]), ("fields", ["a.b", "a.b"]), ("fields", [1]),
        ("fields", "a.b"),
        ("released", []), ("withheld", []), ("decision", false), ("reason", 0), ("rule", .null), ("until", -5),
        ("count", -1), ("change", "x"),
        ("change", []), ("change", .null), ("residents", -1), ("subjects", []), ("subjects", [:]), ("subjects", [1]),
        ("subjects", [[:]]),
        ("extra", "x"), ("Action", "read"), ("name", "张三"), ("", "x"), ("zz", 1),
    ]

    @Test(arguments: badMembers.indices)
    func `an entry with a bad member is refused`(position: Int) throws {
        let (key, value) = Self.badMembers[position]
        var members = try #require(Sample.read().json.object)
        members[key] = value
        let bytes = try CanonicalJSON.encode(.object(members))
        #expect(throws: AuditError.self, "\(key)") { try LogEntry(decoding: bytes) }
    }

    private static let badSubjectMembers: [(String, JSON?)] = [
        ("tag", nil), ("tag", digest), ("tag", "AAAAAAAAAAAAAAAAAAAAAB"), ("outcome", nil), ("outcome", 1),
        ("grant", digest), ("grant", .null),
        ("state", tag), ("state", digest), ("state_tag", digest), ("statement", tag), ("until", "x"), ("withheld", []),
        ("withheld", ["b"]),
        ("keys", [:]), ("keys", ["sign": digest]), ("keys", ["box": tag]), ("keys", ["box": digest, "sign": tag]),
        ("keys", ["box": digest, "more": digest]), ("keys", digest), ("name", "张三"), ("value", 1),
    ]

    @Test(arguments: badSubjectMembers.indices)
    func `an entry whose subject has a bad member is refused`(position: Int) throws {
        let (key, value) = Self.badSubjectMembers[position]
        var members = try #require(Sample.read().json.object)
        var subject = try #require(members["subjects"]?.array?.first?.object)
        subject[key] = value
        members["subjects"] = [.object(subject)]
        let bytes = try CanonicalJSON.encode(.object(members))
        #expect(throws: AuditError.self, "\(key)") { try LogEntry(decoding: bytes) }
    }

    /// Texts in place of `"party":"wuye"` that JSON readers take and that are not canonical.
    @Test(arguments: [
        #""party": "wuye""#, #""party" :"wuye""#, #" "party":"wuye""#, #""party":"\u0077uye""#, #""party":"wu\/ye""#,
        #""party":"wuye","party":"wuye""#,
        #""p\u0061rty":"wuye""#, "\"party\":\"e\u{301}\"", "\"party\":\"a\nb\"", #""party":"\ud800""#,
        #""party":"wuye\""#, #""party":wuye"#,
    ])
    func `an entry that is not canonical is refused`(member: String) throws {
        let text = String(decoding: try Sample.read().encoded(), as: UTF8.self)
        let changed = text.replacing(#""party":"wuye""#, with: member)
        #expect(changed != text)
        #expect(throws: AuditError.self) { try LogEntry(decoding: Array(changed.utf8)) }
    }

    @Test(arguments: [
        "1800000000000.0", "18e11", "01800000000000", "+1800000000000", "-0", "9007199254740992", "",
        "99999999999999999999999999",
    ])
    func `a time in another form is refused`(time: String) throws {
        let text = String(decoding: try Sample.read().encoded(), as: UTF8.self)
        let changed = text.replacing("1800000000000", with: time)
        #expect(throws: AuditError.self) { try LogEntry(decoding: Array(changed.utf8)) }
    }

    @Test func `members out of byte order are refused`() throws {
        let text = String(decoding: try Sample.read().encoded(), as: UTF8.self)
        let changed = text.replacing(#""action":"read","app":"parking""#, with: #""app":"parking","action":"read""#)
        #expect(changed != text)
        #expect(throws: AuditError.self) { try LogEntry(decoding: Array(changed.utf8)) }
    }

    @Test func `bytes that are no object are refused without a trap`() {
        for text in [
            "", "{", "{}", "[]", "\"", "\"\\", "null", "{\"", "{\"action", "{\"action\"", "{\"action\":",
            "{\"action\":\"", "{\"action\":\"\\",
            "{\"change\":{\"\\", "{\"change\":{", "{\"change\":{}}}", "{\"subjects\":[{", "{\"subjects\":[{\"keys\":{",
            "{\"action\":\"é",
        ] {
            #expect(throws: AuditError.self, "\(text)") { try LogEntry(decoding: Array(text.utf8)) }
        }
    }

    private static let badParts: [(String, @Sendable (inout LogEntry) -> Void)] = [
        ("config", { $0.config.removeLast() }), ("random", { $0.random = [] }),
        ("time", { $0.time = Instant(milliseconds: -1) }),
        ("time", { $0.time = Instant(milliseconds: 1 << 53) }), ("until", { $0.until = Instant(milliseconds: .min) }),
        ("count", { $0.count = -1 }),
        ("version", { $0.version = -1 }), ("residents", { $0.residents = .max }), ("party", { $0.party = "e\u{301}" }),
        ("fields", { $0.fields += $0.fields }), ("actions", { $0.actions = [.read, .read] }),
        ("change", { $0.change = "text" }),
        ("tag", { $0.subjects[0].tag = [1] }), ("statement", { $0.subjects[0].statement = [1] }),
        ("state_tag", { $0.subjects[0].stateTag = [1] }),
        ("box", { $0.subjects[0].keys = .init(box: [1]) }),
        ("sign", { $0.subjects[0].keys = .init(box: Sample.bytes(1, 32), sign: []) }),
        ("outcome", { $0.subjects[0].outcome = "e\u{301}" }),
        ("withheld", { $0.subjects[0].withheld = Sample.fields("a.b", "a.b") }),
        ("state without state_tag", { $0.subjects[0].state = Sample.bytes(1, 32) }),
    ]

    @Test(arguments: badParts.indices)
    func `what cannot be read back is not written`(position: Int) {
        let (part, spoil) = Self.badParts[position]
        var entry = Sample.read()
        spoil(&entry)
        #expect(throws: AuditError.malformedEntry(part)) { try entry.encoded() }
    }

    @Test func `a change may nest as deep as JSON is read and no deeper, written and read alike`() throws {
        func nested(_ depth: Int) -> JSON { depth == 0 ? 1 : .array([nested(depth - 1)]) }
        var entry = Sample.read()
        var deepest = 0
        for depth in 1...20 {
            entry.change = .object(["x": nested(depth)])
            guard let bytes = try? entry.encoded() else { break }
            deepest = depth
            #expect(try LogEntry(decoding: bytes) == entry)
            #expect(try CanonicalJSON.decode(bytes) == entry.json)
        }
        #expect(deepest == 14)
        let bytes = entry.json.encoded
        #expect(throws: JSONError.tooDeep) { try CanonicalJSON.decode(bytes) }
        #expect(throws: AuditError.malformedEntry("change")) { try LogEntry(decoding: bytes) }
    }
}
