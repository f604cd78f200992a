import Testing
import VaultAudit
import VaultTestSupport

struct `Bundles of entries` {
    private func bundle(_ entries: [[UInt8]]) throws -> [UInt8] {
        var bundle: [UInt8] = []
        for entry in entries { try EntryBundle.append(entry, to: &bundle) }
        return bundle
    }

    @Test func `each entry stands after its length in two bytes`() throws {
        #expect(try bundle([]) == [])
        #expect(try bundle([[7, 8, 9]]) == [0, 3, 7, 8, 9])
        #expect(try bundle([[], [1]]) == [0, 0, 0, 1, 1])
        #expect(try bundle([[UInt8](repeating: 5, count: 0x0102)]).prefix(3) == [1, 2, 5])
    }

    @Test func `bundles come apart into the same entries`() throws {
        var generator = SeededGenerator(seed: 71)
        for width in [0, 1, 2, 3, 100, 255, 256] {
            let entries = (0..<width).map { _ in generator.bytes(Int(generator.next() % 600)) }
            #expect(try EntryBundle.entries(try bundle(entries), width: width) == entries)
        }
    }

    @Test func `the largest entry fits, and one byte more is refused and leaves the bundle as it was`() throws {
        let largest = [UInt8](repeating: 1, count: 65_535)
        var bundle = try bundle([[9]])
        #expect(throws: AuditError.entryTooLarge) { try EntryBundle.append(largest + [1], to: &bundle) }
        #expect(bundle == [0, 1, 9])
        try EntryBundle.append(largest, to: &bundle)
        #expect(bundle.count == 3 + 2 + 65_535)
        #expect(try EntryBundle.entries(bundle, width: 2) == [[9], largest])
    }

    @Test func `fewer or more entries than the tile is wide are refused`() throws {
        for count in 0...5 {
            let bundle = try bundle((0..<count).map { [UInt8($0)] })
            for width in 0...6 where width != count {
                #expect(throws: AuditError.malformedBundle) { try EntryBundle.entries(bundle, width: width) }
            }
        }
    }

    @Test func `a bundle cut anywhere, and one with bytes behind it, is refused`() throws {
        let bundle = try bundle([[1, 2, 3], [4], [5, 6]])
        for end in bundle.indices {
            #expect(throws: AuditError.malformedBundle, "cut at \(end)") {
                try EntryBundle.entries(Array(bundle[..<end]), width: 3)
            }
        }
        for tail in [[0], [0, 0], [0, 1], [0, 1, 1], [0xff, 0xff]] as [[UInt8]] {
            #expect(throws: AuditError.malformedBundle) { try EntryBundle.entries(bundle + tail, width: 3) }
        }
    }

    @Test func `a flipped bit in a length never gives the same entries`() throws {
        let entries: [[UInt8]] = [[1, 2, 3], [4], [], [5, 6]]
        let bundle = try bundle(entries)
        var position = 0
        for entry in entries {
            for bit in 0..<16 {
                var flipped = bundle
                flipped[position + bit / 8] ^= 1 << UInt8(bit % 8)
                #expect((try? EntryBundle.entries(flipped, width: 4)) != entries)
            }
            position += 2 + entry.count
        }
    }
}
