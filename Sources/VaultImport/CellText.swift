internal import Foundation

/// The cleaning that every cell goes through before its column's own rules.
enum CellText {
    /// In Unicode scalars; generous for a cell that people typed, and a bound on what one cell can cost.
    static let lengthLimit = 2000
    /// For marks and list items, in scalars: what fits the policy's `string` at four bytes each.
    static let shortLimit = 150

    /// Trims, turns each run of white space (line breaks, tabs, ideographic and no-break spaces) into one space, drops
    /// invisible format characters (byte-order marks in the middle of joined files, direction marks copied from a
    /// phone book), and gives Unicode normal form C, which canonical JSON demands.
    ///
    /// - Throws: `CellFault` for control characters, which could steer a terminal that shows the value, and U+FFFD.
    static func cleaned(_ raw: String) throws(CellFault) -> String {
        if isPlain(raw) { return raw }
        var scalars = String.UnicodeScalarView()
        var spaceWaits = false
        var length = 0
        var needsComposing = false
        for scalar in raw.unicodeScalars {
            if isSpace(scalar) {
                spaceWaits = length > 0
                continue
            }
            if !isIdeograph(scalar) && !scalar.isASCII {
                if scalar == "\u{FFFD}" { throw .lostCharacter }
                let category = scalar.properties.generalCategory
                if category == .format { continue }
                if category == .control { throw .controlCharacter }
                needsComposing = true
            } else if scalar.value < 0x20 || scalar.value == 0x7f {
                throw .controlCharacter
            }
            if spaceWaits { scalars.append(" ") }
            spaceWaits = false
            scalars.append(scalar)
            length += 1
        }
        guard length <= lengthLimit else { throw .tooLong(limit: lengthLimit) }
        let text = String(scalars)
        return needsComposing ? text.precomposedStringWithCanonicalMapping : text
    }

    /// The same text.
    ///
    /// - Throws: `CellFault.tooLong` over `shortLimit`.
    static func short(_ clean: String) throws(CellFault) -> String {
        guard clean.unicodeScalars.count <= shortLimit else { throw .tooLong(limit: shortLimit) }
        return clean
    }

    /// Normal form KC: full-width digits and letters become plain ones.
    static func folded(_ clean: String) -> String {
        clean.unicodeScalars.allSatisfy { $0.isASCII || isIdeograph($0) }
            ? clean : clean.precomposedStringWithCompatibilityMapping
    }

    /// Folded and without any space or leading apostrophe, in upper case: the form in which numbers are judged. A
    /// spreadsheet keeps long numbers from turning into floating point by an apostrophe before them.
    static func compact(_ clean: String) -> String {
        let kept = folded(clean).unicodeScalars.filter { !isSpace($0) }.drop { "'‘’`´".unicodeScalars.contains($0) }
        return String(String.UnicodeScalarView(kept)).uppercased()
    }

    /// Printable ASCII and ideographs without a space at either end or two together: most cells, which need no work.
    private static func isPlain(_ raw: String) -> Bool {
        var previousWasSpace = true
        var length = 0
        for scalar in raw.unicodeScalars {
            guard (0x20..<0x7f).contains(scalar.value) || isIdeograph(scalar) else { return false }
            if scalar == " " && previousWasSpace { return false }
            previousWasSpace = scalar == " "
            length += 1
        }
        return length == 0 || !previousWasSpace && length <= lengthLimit
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII
            ? scalar == " " || (0x09...0x0d).contains(scalar.value)
            : !isIdeograph(scalar) && scalar.properties.isWhitespace
    }

    /// Unified ideographs of the first blocks, which no normal form changes; asking for their properties would cost
    /// more than all else here.
    static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        (0x3400...0x9fff).contains(scalar.value) && !(0x4dc0...0x4dff).contains(scalar.value)
            || (0x20000...0x2a6df).contains(scalar.value)
    }
}
