/// Gives every distinct text of a log a small number, and looks up what it means only once.
///
/// The same few action names, apps and field lists stand in every entry; comparing numbers and reading their meaning
/// from an array is what lets a million entries be checked in seconds. It grows with the log's vocabulary, not its
/// length.
struct SymbolTable<Meaning> {
    private(set) var meanings: [Meaning] = []
    private var texts: [UInt8] = []
    private var ends: [Int] = []
    /// Open addressing over a power of two, less than half full; -1 is free.
    private var slots = [Int32](repeating: -1, count: 64)

    /// The number of a text that was added before.
    func number(of text: UnsafeBufferPointer<UInt8>) -> Int? {
        var slot = Self.hash(text) & (slots.count - 1)
        while slots[slot] >= 0 {
            let number = Int(slots[slot])
            if stands(text, at: number) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Adds a text that has no number yet.
    mutating func add(_ text: UnsafeBufferPointer<UInt8>, _ meaning: Meaning) -> Int {
        meanings.append(meaning)
        texts.append(contentsOf: text)
        ends.append(texts.count)
        take(Self.hash(text), for: ends.count - 1)
        if ends.count * 2 > slots.count { grow() }
        return ends.count - 1
    }

    private mutating func take(_ hash: Int, for number: Int) {
        var slot = hash & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(number)
    }

    private func stands(_ text: UnsafeBufferPointer<UInt8>, at number: Int) -> Bool {
        let start = number == 0 ? 0 : ends[number - 1]
        return texts.withUnsafeBufferPointer { UnsafeBufferPointer(rebasing: $0[start..<ends[number]]).equals(text) }
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        for number in ends.indices {
            let start = number == 0 ? 0 : ends[number - 1]
            let hash = texts.withUnsafeBufferPointer { all in
                Self.hash(UnsafeBufferPointer(rebasing: all[start..<ends[number]]))
            }
            take(hash, for: number)
        }
    }

    /// FNV-1a taken eight bytes at a step. A log made to collide only makes its own verification slow.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let raw = UnsafeRawBufferPointer(text)
        var offset = 0
        while offset + 8 <= raw.count {
            hash = (hash ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 32
            offset += 8
        }
        while offset < raw.count {
            hash = (hash ^ UInt64(raw[offset])) &* 0x100_0000_01b3
            offset += 1
        }
        return Int(truncatingIfNeeded: (hash ^ hash >> 29) & 0x7fff_ffff)
    }
}
