import Testing
import VaultAudit
import VaultTestSupport

struct `Tile paths` {
    @Test(arguments: [
        ("tile/0/000", TilePath(.hashes(level: 0), number: 0)),
        ("tile/0/005", TilePath(.hashes(level: 0), number: 5)),
        ("tile/0/999", TilePath(.hashes(level: 0), number: 999)),
        ("tile/0/x001/000", TilePath(.hashes(level: 0), number: 1_000)),
        ("tile/0/x001/x234/067", TilePath(.hashes(level: 0), number: 1_234_067)),
        ("tile/1/000.p/1", TilePath(.hashes(level: 1), number: 0, width: 1)),
        ("tile/3/x001/x234/067.p/255", TilePath(.hashes(level: 3), number: 1_234_067, width: 255)),
        ("tile/7/000.p/127", TilePath(.hashes(level: 7), number: 0, width: 127)),
        ("tile/entries/000", TilePath(.entries, number: 0)),
        ("tile/entries/273.p/112", TilePath(.entries, number: 273, width: 112)),
        ("tile/entries/x001/x000/000.p/9", TilePath(.entries, number: 1_000_000, width: 9)),
        // The last tile of the longest log: 2^63 - 1 entries.
        (
            "tile/0/x036/x028/x797/x018/x963/967.p/255",
            TilePath(.hashes(level: 0), number: UInt64(Int64.max) / 256, width: 255)
        ),
    ])
    func `a place has one text`(text: String, path: TilePath) {
        #expect(path.text == text)
        #expect(TilePath(parsing: text) == path)
    }

    @Test func `every place reads back`() {
        var generator = SeededGenerator(seed: 23)
        let largest = UInt64(Int64.max) / 256
        let near = (0..<17).flatMap { power in
            let edge = (0..<power).reduce(UInt64(1)) { product, _ in product * 10 }
            return [edge - 1, edge, edge + 1]
        }
        let random = (0..<300).map { _ in generator.next() % (largest + 1) >> (generator.next() % 55) }
        for number in near + random + [largest] {
            let width = Int(generator.next() % 256) + 1
            for content in [.entries] + (0...7).map(TilePath.Content.hashes) {
                let path = TilePath(content, number: number, width: width)
                #expect(TilePath(parsing: path.text) == path)
            }
        }
        for width in 1...256 {
            let path = TilePath(.hashes(level: 0), number: 7, width: width)
            #expect(TilePath(parsing: path.text) == path)
            #expect(path.isFull == (width == 256))
            #expect(path.byteCount == width * 32)
        }
        #expect(TilePath(.entries, number: 7).byteCount == nil)
    }

    @Test(arguments: [
        "", "/", "tile", "tile/", "tile/0", "tile/0/", "tile//000", "/tile/0/000", "tile/0/000/", "tile/0//000",
        "Tile/0/000",
        "tiles/0/000", "checkpoint", "tile/000",
        // Ways out of the directory.
        "tile/../000", "tile/0/..", "tile/0/../000", "tile/0/x../000", "tile/0/.", "../tile/0/000", "tile/0/000/..",
        "tile/0/000.p/..", "tile/entries/../../x",
        // Levels.
        "tile/8/000", "tile/63/000", "tile/00/000", "tile/01/000", "tile/-1/000", "tile/+1/000", "tile/ 1/000",
        "tile/a/000",
        "tile/data/000", "tile/Entries/000", "tile/18446744073709551616/000",
        // Groups without their zeros, without their `x`, with one too many.
        "tile/0/0", "tile/0/00", "tile/0/5", "tile/0/0005", "tile/0/1234067", "tile/0/x001/x234/67",
        "tile/0/x1/234/067",
        "tile/0/001/234/067", "tile/0/x001/234/067", "tile/0/x001/x234/x067", "tile/0/x001", "tile/0/X001/234/067",
        "tile/0/x001/x23/067", "tile/0/x001/x2345/067", "tile/0/x000/005", "tile/0/x000/x001/005", "tile/0/x000/000",
        "tile/0/+05", "tile/0/-05", "tile/0/ 05", "tile/0/0x5", "tile/0/00a", "tile/0/٠٠٥", "tile/0/005 ",
        "tile/0/005\n",
        "tile/0/005\u{0}", "tile/0/%30%30%35", "tile/0\\000",
        // Widths.
        "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/00", "tile/0/000.p/01", "tile/0/000.p/256",
        "tile/0/000.p/257", "tile/0/000.p/-1", "tile/0/000.p/+1", "tile/0/000.p/a", "tile/0/000.p/1/",
        "tile/0/000.p/1/2",
        "tile/0/000.p/1.p/2", "tile/0/000.p.p/1", "tile/0/000/p/1", "tile/0/000.P/1", "tile/0/.p/1",
        "tile/0/x001.p/234",
        "tile/0/x001.p/x234/067", "tile/.p/1", "tile/0.p/1", "tile/0/000.p/18446744073709551617",
        // Numbers that no log reaches, and ones that do not fit in 64 bits.
        "tile/0/x036/x028/x797/x018/x963/968", "tile/0/x001/x000/x000/x000/x000/x000/000",
        "tile/0/x018/x446/x744/x073/x709/x551/616", "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x001/x000/x000/x000/x000/x000/x000/000",
        "tile/0/x018/x446/x744/x073/x709/x551/x616/000/000",
    ])
    func `any other text is no place`(text: String) {
        #expect(TilePath(parsing: text) == nil)
    }

    @Test func `no text but its own leads to a place`() {
        let text = "tile/1/x001/234.p/56"
        let symbols = "0123456789xp./-+ae \u{0}"
        for position in text.indices {
            for symbol in symbols {
                var changed = text
                changed.replaceSubrange(position...position, with: [symbol])
                guard let path = TilePath(parsing: changed) else { continue }
                #expect(path.text == changed)
            }
            var shorter = text
            shorter.remove(at: position)
            if let path = TilePath(parsing: shorter) { #expect(path.text == shorter) }
        }
    }

    @Test func `70000 entries have the tiles of the specification's example`() {
        let paths = TilePath.all(size: 70_000)
        let entries = paths.prefix(274)
        let leaves = paths.dropFirst(274).prefix(274)
        #expect(entries.allSatisfy { $0.content == .entries } && leaves.allSatisfy { $0.content == .hashes(level: 0) })
        for tiles in [entries, leaves] {
            #expect(tiles.map(\.number) == Array(0...273))
            #expect(tiles.dropLast().allSatisfy(\.isFull) && tiles.last?.width == 112)
        }
        #expect(paths.dropFirst(548).map(\.text) == ["tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"])
    }

    @Test(
        arguments: [
            (0, []),
            (1, ["tile/entries/000.p/1", "tile/0/000.p/1"]),
            (255, ["tile/entries/000.p/255", "tile/0/000.p/255"]),
            (256, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]),
            (
                257,
                ["tile/entries/000", "tile/entries/001.p/1", "tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]
            ),
            (512, ["tile/entries/000", "tile/entries/001", "tile/0/000", "tile/0/001", "tile/1/000.p/2"]),
        ] as [(UInt64, [String])])
    func `a log has exactly these tiles`(size: UInt64, texts: [String]) {
        #expect(TilePath.all(size: size).map(\.text) == texts)
    }

    @Test func `a full tile of level 1 has a hash on level 2`() {
        let paths = TilePath.all(size: 65_536)
        #expect(paths.count == 256 + 256 + 2)
        #expect(paths.suffix(2).map(\.text) == ["tile/1/000", "tile/2/000.p/1"])
        #expect(TilePath.all(size: 65_535).last?.text == "tile/1/000.p/255")
    }
}
