import Testing
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// What a read takes from a grant's statement, with and without the parts that were read before.
@Suite struct GrantTermsTests {
    /// Statements of several apps and people, by law, by consent and with different choices of fields.
    private func statements() throws -> [[UInt8]] {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        for fields in [["health.chronic"], ["health.allergies"], ["health.chronic", "health.allergies"]] {
            _ = try vault.agreed(resident, "health", "health.followup", fields)
        }
        for number in 1...2 {
            try vault.enrol(.make("居民\(number)", phone: "1380013800\(number)", born: "1980-01-0\(number)", sequence: 200 + number))
        }
        let found = try vault.reader.store.read { snapshot in
            try (1...3).flatMap { number in
                try snapshot.grants(of: try #require(try snapshot.resident(number: number)).reference).map(\.statement)
            }
        }
        try #require(Set(found.map { try GrantTerms(decoding: $0).purpose }).count > 1)
        return found
    }

    @Test func `what was read before changes nothing of what is read`() throws {
        let statements = try statements()
        var words = GrantWords()
        for statement in statements + statements.reversed() + statements.shuffled() {
            let terms = try GrantTerms(decoding: statement, words: &words)
            #expect(try terms == GrantTerms(decoding: statement))
            let whole = try GrantStatement(decoding: statement)
            #expect(terms.fields == whole.fields && terms.actions == whole.actions && terms.basis == whole.basis)
            #expect(terms.purpose == whole.purpose && terms.resident == whole.resident && terms.until == whole.until)
            #expect(terms.granted.names == whole.fieldNames.map(\.text))
        }
    }

    @Test func `the newest few parts are remembered and the oldest forgotten`() throws {
        var parts = PartsReadBefore<Int64>()
        var reads = 0
        func take(_ number: Int) throws -> Int64 {
            try CanonicalReader.read(Array(#"{"n":\#(number)}"#.utf8)) { reader throws(JSONError) in
                try reader.object { reader throws(JSONError) in
                    try parts.take(from: &reader) { reader throws(JSONError) in
                        reads += 1
                        try reader.goTo("n")
                        return try reader.integer()
                    }
                }
            }
        }
        for round in 0..<2 {
            for number in 10..<18 { #expect(try take(number) == Int64(number)) }
            #expect(reads == 8, "round \(round)")
        }
        #expect(try take(18) == 18 && take(11) == 11 && take(17) == 17)
        #expect(reads == 9)
        #expect(try take(10) == 10)
        #expect(reads == 10)
    }

    @Test func `an altered statement is told by the same rules whatever was read before`() throws {
        let statements = try statements()
        var words = GrantWords()
        for statement in statements { _ = try GrantTerms(decoding: statement, words: &words) }
        let statement = try #require(statements.first)
        func outcome(_ read: () throws -> GrantTerms) -> GrantTerms? { try? read() }
        for position in statement.indices {
            for byte in [UInt8(ascii: "\""), UInt8(ascii: "a"), UInt8(ascii: ","), 0xff] {
                var altered = statement
                altered[position] = byte
                #expect(outcome { try GrantTerms(decoding: altered, words: &words) } == outcome { try GrantTerms(decoding: altered) })
            }
            let cut = Array(statement[..<position])
            #expect(throws: VaultError.self) { try GrantTerms(decoding: cut, words: &words) }
        }
    }

    @Test func `a bundle may hold less than its statement grants and nothing else`() throws {
        func keys(_ names: [String]) throws -> FieldKeySet {
            var set = try FieldKeySet(capacity: names.count)
            for name in names { try [UInt8](repeating: 7, count: 32).withUnsafeBytes { try set.merge(name, epoch: 1, key: $0) } }
            return set
        }
        let names = ["contact.phone", "health.chronic", "home.room", "person.name"]
        let granted = GrantedFields(
            forms: Dictionary(uniqueKeysWithValues: try names.dropFirst().map { (try #require(FieldName($0)), .raw) }))
        // Every choice of the four: the first is not granted.
        for choice in 0..<16 {
            let chosen = names.indices.filter { choice >> $0 & 1 == 1 }.map { names[$0] }
            let set = try keys(chosen)
            if chosen.first == names[0] {
                #expect(throws: VaultError.self) { try OpenedBundle.check(set, within: granted) }
            } else {
                try OpenedBundle.check(set, within: granted)
            }
        }
    }
}
