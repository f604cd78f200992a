/// The entries of one tile as C2SP tlog-tiles packs them: each after its length in two bytes, big-endian.
package enum EntryBundle {
    /// Adds an entry.
    ///
    /// - Throws: `AuditError.entryTooLarge` for one whose length does not fit.
    package static func append(_ entry: [UInt8], to bundle: inout [UInt8]) throws(AuditError) {
        guard entry.count <= LogEntry.byteLimit else { throw .entryTooLarge }
        bundle.append(UInt8(entry.count >> 8))
        bundle.append(UInt8(entry.count & 255))
        bundle.append(contentsOf: entry)
    }

    /// Takes a bundle apart.
    ///
    /// - Parameter width: how many entries it must hold.
    /// - Throws: `AuditError.malformedBundle` if it holds fewer or more, or ends inside one.
    package static func entries(_ bundle: [UInt8], width: Int) throws(AuditError) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        entries.reserveCapacity(width)
        var position = 0
        while position < bundle.count {
            guard position + 2 <= bundle.count, entries.count < width else { throw .malformedBundle }
            let length = Int(bundle[position]) << 8 | Int(bundle[position + 1])
            position += 2
            guard position + length <= bundle.count else { throw .malformedBundle }
            entries.append(Array(bundle[position..<(position + length)]))
            position += length
        }
        guard entries.count == width else { throw .malformedBundle }
        return entries
    }
}
