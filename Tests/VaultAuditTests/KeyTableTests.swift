import Testing

@testable import VaultAudit

@Suite struct KeyTableTests {
    /// Few enough that many repeat, in both halves and in one.
    private func key(_ generator: inout SystemRandomNumberGenerator) -> Key16 {
        Key16(high: UInt64.random(in: 0..<200, using: &generator), low: UInt64.random(in: 0..<200, using: &generator) << 40)
    }

    @Test func `it holds what a dictionary holds, through many pages, in the order in which it came`() {
        var generator = SystemRandomNumberGenerator()
        var (table, model, order) = (KeyTable<Int>(), [Key16: Int](), [Key16]())
        for step in 0..<60_000 {
            let key = key(&generator)
            let (number, isNew) = table.insert(key, step)
            #expect(isNew == (model[key] == nil))
            if isNew {
                model[key] = step
                order.append(key)
                #expect(number == order.count - 1)
            } else if step % 3 == 0 {
                table[number] = -step
                model[key] = -step
            }
        }
        #expect(table.count == model.count)
        #expect((0..<table.count).map { table.key($0) } == order)
        #expect(order.allSatisfy { table[$0] == model[$0] })
        #expect((0..<1000).allSatisfy { _ in
            let key = key(&generator)
            return table[key] == model[key]
        })
        #expect(table[Key16(high: 1000, low: 1)] == nil)
    }

    @Test func `keys alone are told apart by every bit of theirs`() {
        var table = KeyTable<Void>()
        var keys = [Key16(high: 0, low: 0)]
        for bit in 0..<64 as Range<UInt64> { keys += [Key16(high: 1 << bit, low: 0), Key16(high: 0, low: 1 << bit)] }
        let first = keys.map { table.insert($0) }
        let second = keys.map { table.insert($0) }
        #expect(first.allSatisfy { $0 })
        #expect(!second.contains(true))
        #expect(table.count == 129)
    }
}
