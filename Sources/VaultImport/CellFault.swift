/// Why a cell is not what its column holds. Its description goes into reports, so it says what was expected and never
/// what was found.
package enum CellFault: Error, Equatable, Sendable, CustomStringConvertible {
    case notText
    case controlCharacter
    /// U+FFFD: an earlier program met a character that it could not write.
    case lostCharacter
    /// Longer than this many characters.
    case tooLong(limit: Int)
    case missing
    case idNumberShape
    case idNumberCheckDigit
    case idNumberDay
    case idNumberFuture
    case phone
    case plate
    case date
    case futureDate
    case name
    case yesNo
    case choice

    package var description: String {
        switch self {
        case .notText: "bytes that are no text in the file's encoding"
        case .controlCharacter: "has a control character"
        case .lostCharacter: "has a replacement mark: a character was lost before this export"
        case .tooLong(let limit): "longer than \(limit) characters"
        case .missing: "missing"
        case .idNumberShape: "not 17 digits and a digit or X"
        case .idNumberCheckDigit: "wrong check digit"
        case .idNumberDay: "names a day that does not exist"
        case .idNumberFuture: "names a day in the future"
        case .phone: "not 11 digits beginning with 1"
        case .plate: "not a plate number"
        case .date: "not a day of the calendar"
        case .futureDate: "a day in the future"
        case .name: "not a name"
        case .yesNo: "neither yes nor no"
        case .choice: "not one of the words that the plan knows"
        }
    }
}
