/// Where a tile lies: `tile/<L>/<N>[.p/<W>]` for hashes, `tile/entries/<N>[.p/<W>]` for entries (C2SP tlog-tiles). The
/// same text is a path in an exported directory and on the socket.
package struct TilePath: Hashable, Sendable {
    /// What a tile holds.
    package enum Content: Hashable, Sendable {
        /// Hashes of subtrees of `256^level` entries; at most level 7 for 2^63 entries.
        case hashes(level: Int)
        /// The entries of a tile of level 0, each after its length.
        case entries
    }

    /// Hashes or entries in a full tile: tiles are eight levels high.
    package static let fullWidth = 256
    /// 63 levels of the tree need tiles of levels 0 to 7.
    package static let levelLimit = 8

    package let content: Content
    package let number: UInt64
    /// 1 to 256; less than 256 for the tile at the log's end.
    package let width: Int

    package init(_ content: Content, number: UInt64, width: Int = fullWidth) {
        self.content = content
        self.number = number
        self.width = width
    }

    package var isFull: Bool { width == Self.fullWidth }

    /// How many bytes a tile of hashes has; nil for entries, whose lengths differ.
    package var byteCount: Int? { content == .entries ? nil : width * MerkleHash.byteCount }

    package var text: String {
        let place =
            switch content {
            case .hashes(let level): "\(level)"
            case .entries: "entries"
            }
        return "tile/\(place)/\(Self.grouped(number))" + (isFull ? "" : ".p/\(width)")
    }

    /// Whether a log of a given size has just this tile.
    package func belongs(toSize size: UInt64) -> Bool {
        let level = if case .hashes(let level) = content { level } else { 0 }
        let count = size >> UInt64(8 * level)
        return isFull ? number < count >> 8 : number == count >> 8 && UInt64(width) == count & 255
    }

    /// Reads the form of `text`; nil for anything else: a level or width out of range, groups without their zeros or
    /// their `x`, a number in a longer form than needed.
    package init?(parsing text: some StringProtocol) {
        var parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { Array($0) }
        guard parts.count >= 3, parts[0].elementsEqual("tile".utf8) else { return nil }
        if parts[1].elementsEqual("entries".utf8) {
            content = .entries
        } else {
            guard let level = Self.number(parts[1]), level < UInt64(Self.levelLimit) else { return nil }
            content = .hashes(level: Int(level))
        }
        parts.removeFirst(2)
        if parts.count >= 2, parts[parts.count - 2].suffix(2).elementsEqual(".p".utf8) {
            guard let last = parts.popLast(), let width = Self.number(last), (1...255).contains(width) else { return nil }
            self.width = Int(width)
            parts[parts.count - 1].removeLast(2)
        } else {
            width = Self.fullWidth
        }
        // Six groups of three digits hold every number of tiles a log can have, and always fit in 64 bits.
        guard (1...6).contains(parts.count) else { return nil }
        var number: UInt64 = 0
        for (position, part) in parts.enumerated() {
            let digits = position == parts.count - 1 ? part[...] : part.dropFirst()
            guard position == parts.count - 1 || part.first == UInt8(ascii: "x"), digits.count == 3,
                digits.allSatisfy({ (48...57).contains($0) })
            else { return nil }
            number = digits.reduce(number) { $0 * 10 + UInt64($1 - 48) }
        }
        guard number <= UInt64(Int64.max) / UInt64(Self.fullWidth), parts.count == 1 || number >= Self.least(groups: parts.count)
        else { return nil }
        self.number = number
    }

    /// The tiles of a log of a given size, level by level; entries first.
    package static func all(size: UInt64) -> [TilePath] {
        var paths = tiles(of: .entries, count: size)
        var (level, count) = (0, size)
        while count > 0 {
            paths += tiles(of: .hashes(level: level), count: count)
            (level, count) = (level + 1, count >> 8)
        }
        return paths
    }

    /// The bundles of entries of a log of a given size, in order. Nothing is laid out in memory, whatever size is claimed.
    package static func bundles(size: UInt64) -> some Sequence<TilePath> {
        let rest = Int(size & 255)
        return (0..<((size >> 8) + (rest > 0 ? 1 : 0))).lazy.map { number in
            TilePath(.entries, number: number, width: number == size >> 8 ? rest : fullWidth)
        }
    }

    /// The tiles that hold so many hashes or entries.
    private static func tiles(of content: Content, count: UInt64) -> [TilePath] {
        var paths = (0..<(count >> 8)).map { TilePath(content, number: $0) }
        let rest = Int(count & 255)
        if rest > 0 { paths.append(TilePath(content, number: count >> 8, width: rest)) }
        return paths
    }

    private static func grouped(_ number: UInt64) -> String {
        var groups: [String] = []
        var rest = number
        repeat {
            let digits = String(rest % 1000)
            groups.append(String(repeating: "0", count: 3 - digits.utf8.count) + digits)
            rest /= 1000
        } while rest > 0
        return groups.reversed().enumerated().map { $0.offset < groups.count - 1 ? "x" + $0.element : $0.element }
            .joined(separator: "/")
    }

    private static func least(groups: Int) -> UInt64 { (1..<groups).reduce(1) { power, _ in power * 1000 } }

    private static func number(_ digits: [UInt8]) -> UInt64? { NoteNumber.parse(digits) }
}
