/// Where a log's entries are read from: the vault's database, or a list in a test.
package protocol LogSource {
    /// How many entries there are. It is compared with what `forEachEntry` gives.
    var entryCount: UInt64 { get throws }

    /// Calls the body with every entry's stored index and bytes, in the order of the indexes, and passes on what it
    /// throws.
    func forEachEntry(_ body: (_ index: UInt64, _ entry: [UInt8]) throws -> Void) throws
}
