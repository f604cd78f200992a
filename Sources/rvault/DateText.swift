internal import VaultModel

/// Dates as people write them.
enum DateText {
    static func read(_ text: String) throws(Failure) -> Instant {
        guard let instant = Instant(text: text) else {
            throw Failure(.usage, Sentence(Faults.malformedDate, text), hint: Sentence(Hints.writeDate))
        }
        return instant
    }
}
