extension Array where Element: Hashable {
    /// Whether it names nothing twice.
    @inlinable package var areDistinct: Bool {
        // Most lists are a request's few fields, and comparing those costs less than hashing them.
        guard count <= 8 else { return Set(self).count == count }
        for position in indices.dropFirst() where self[..<position].contains(self[position]) { return false }
        return true
    }
}
