/// A set of field names by their numbers.
struct FieldSet: Hashable {
    private var words: [UInt64] = []

    init() {}

    mutating func insert(_ number: Int) {
        while words.count <= number / 64 { words.append(0) }
        words[number / 64] |= 1 << UInt64(number % 64)
    }

    func contains(_ number: Int) -> Bool {
        number / 64 < words.count && words[number / 64] >> UInt64(number % 64) & 1 == 1
    }

    private func word(_ index: Int) -> UInt64 { index < words.count ? words[index] : 0 }

    func isSubset(of other: FieldSet) -> Bool {
        for index in words.indices where words[index] & ~other.word(index) != 0 { return false }
        return true
    }

    mutating func formUnion(_ other: FieldSet) {
        // Most entries have one subject, whose set can be shared.
        if words.isEmpty { return self = other }
        while words.count < other.words.count { words.append(0) }
        for index in other.words.indices { words[index] |= other.words[index] }
    }

    mutating func subtract(_ other: FieldSet) {
        for index in words.indices { words[index] &= ~other.word(index) }
    }

    mutating func formIntersection(_ other: FieldSet) {
        if isSubset(of: other) { return }
        for index in words.indices { words[index] &= other.word(index) }
    }
}
