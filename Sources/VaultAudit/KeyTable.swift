/// Rows by their sixteen-byte keys: what a pass over a log remembers of every grant and state tag.
///
/// A row takes its own size and its key's, and five to ten bytes to be found by; nothing is allocated for it alone, and
/// growing copies no row. Rows are numbered in the order in which they came. A hash that each table draws anew keeps a
/// log from being made so that its keys collide.
package struct KeyTable<Row> {
    private typealias Kept = (key: Key16, row: Row)

    private static var pageBits: Int { 12 }

    private var pages: [[Kept]] = []
    /// One more than a row's number; 0 is free. Open addressing over a power of two, at most three quarters full.
    private var slots = [UInt32](repeating: 0, count: 64)
    private let seed: (UInt64, UInt64)
    /// How many rows there are.
    package private(set) var count = 0

    package init() {
        var generator = SystemRandomNumberGenerator()
        seed = (generator.next(), generator.next())
    }

    /// The number of a key's row; nil if there is none.
    package func number(of key: Key16) -> Int? {
        let found = Int(slots[slot(of: key)])
        return found > 0 ? found - 1 : nil
    }

    /// Adds a key's row.
    ///
    /// - Returns: its number and true; the number of the row that is there already, which stays as it is, and false.
    @discardableResult
    package mutating func insert(_ key: Key16, _ row: @autoclosure () -> Row) -> (number: Int, isNew: Bool) {
        let slot = slot(of: key)
        if slots[slot] > 0 { return (Int(slots[slot]) - 1, false) }
        precondition(count < Int(UInt32.max), "a table has fewer rows than a slot can number")
        if count >> Self.pageBits == pages.count {
            var page: [Kept] = []
            page.reserveCapacity(1 << Self.pageBits)
            pages.append(page)
        }
        pages[count >> Self.pageBits].append((key, row()))
        count += 1
        slots[slot] = UInt32(count)
        if count * 4 > slots.count * 3 { grow() }
        return (count - 1, true)
    }

    /// The row with a number.
    package subscript(number: Int) -> Row {
        get { pages[number >> Self.pageBits][number & (1 << Self.pageBits - 1)].row }
        _modify { yield &pages[number >> Self.pageBits][number & (1 << Self.pageBits - 1)].row }
    }

    /// The key of the row with a number.
    package func key(_ number: Int) -> Key16 { pages[number >> Self.pageBits][number & (1 << Self.pageBits - 1)].key }

    /// A key's row.
    package subscript(key: Key16) -> Row? { number(of: key).map { self[$0] } }

    /// Where a key stands, or would.
    private func slot(of key: Key16) -> Int {
        var slot = hash(key) & (slots.count - 1)
        while slots[slot] > 0, self.key(Int(slots[slot]) - 1) != key { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for number in 0..<count { slots[slot(of: key(number))] = UInt32(number + 1) }
    }

    /// One full multiplication of both halves, each hidden by a number that nobody else knows.
    private func hash(_ key: Key16) -> Int {
        let product = (key.high ^ seed.0).multipliedFullWidth(by: key.low ^ seed.1)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }
}

extension KeyTable: Sendable where Row: Sendable {}

extension KeyTable where Row == Void {
    /// Adds a key; false if it was there.
    package mutating func insert(_ key: Key16) -> Bool { insert(key, ()).isNew }
}
