/// What a field holds, and so which values it accepts and how they can be shown in part.
package indirect enum FieldType: Sendable, Equatable {
    /// One line.
    case string
    /// Several lines.
    case text
    /// `YYYY-MM-DD`.
    case date
    /// A whole number of four digits.
    case year
    case bool
    case int
    /// One of a few words that stand in the policy.
    case enumeration([String])
    case phone
    /// A resident identity number of 18 characters (GB 11643).
    case idNumber
    /// A vehicle's number plate.
    case plate
    /// Never of lists or texts.
    case list(of: FieldType)

    /// The word in policy files; an enum's words stand beside it.
    package var word: String {
        switch self {
        case .string: "string"
        case .text: "text"
        case .date: "date"
        case .year: "year"
        case .bool: "bool"
        case .int: "int"
        case .enumeration: "enum"
        case .phone: "phone"
        case .idNumber: "id_number"
        case .plate: "plate"
        case .list(let item): "list<\(item.word)>"
        }
    }

    /// The words of an enum, of a list of it as well; nil for other types.
    package var words: [String]? {
        switch self {
        case .enumeration(let words): words
        case .list(let item): item.words
        default: nil
        }
    }

    /// The words for types that are not lists.
    static let itemWords = "string, text, date, year, bool, int, enum, phone, id_number, plate"

    /// Reads a word of `word`; an enum takes its words from beside. Nil for anything else.
    init?(word: String, words: [String]?) {
        switch word {
        case "string": self = .string
        case "text": self = .text
        case "date": self = .date
        case "year": self = .year
        case "bool": self = .bool
        case "int": self = .int
        case "enum":
            guard let words else { return nil }
            self = .enumeration(words)
        case "phone": self = .phone
        case "id_number": self = .idNumber
        case "plate": self = .plate
        default:
            guard word.hasPrefix("list<"), word.hasSuffix(">"),
                let item = FieldType(word: String(word.dropFirst(5).dropLast()), words: words)
            else { return nil }
            switch item {
            case .list, .text: return nil
            default: self = .list(of: item)
            }
        }
    }

    /// Whether so many values are possible that an index or a comparison does not give the value away by trying all:
    /// a blind index over a boolean is a column of booleans (design, section 4).
    var isGuessResistant: Bool {
        switch self {
        case .idNumber, .phone, .plate, .string: true
        case .text, .date, .year, .bool, .int, .enumeration: false
        case .list(let item): item.isGuessResistant && item != .string
        }
    }
}
