/// Turns what people type into the one form that the vault stores and compares. Used by the importer for cells, and by
/// the command line for what is asked of an operator.
///
/// All functions take text as typed: full-width characters, spaces inside and around, an apostrophe before.
package enum Normaliser {
    /// A mobile number of 11 digits beginning with 1. Hyphens, dots, spaces, brackets, and `+86`, `86` or `0086` before
    /// it go.
    ///
    /// - Throws: `CellFault.phone`, or a fault of the text.
    package static func phone(_ typed: String) throws(CellFault) -> String {
        let characters = CellText.compact(try CellText.cleaned(typed)).unicodeScalars
        var digits = Array(characters)[...]
        digits.removeAll { "()-.‐‑–—−".unicodeScalars.contains($0) }
        for prefix in ["+86", "0086", "86"] where digits.starts(with: prefix.unicodeScalars) {
            digits = digits.dropFirst(prefix.unicodeScalars.count)
            break
        }
        guard digits.count == 11, digits.first == "1", digits.allSatisfy(isDigit) else { throw .phone }
        return text(digits)
    }

    /// A plate number of GA 36-2018 in upper case without dots, hyphens and spaces: a province, a letter and 5
    /// characters (6 for new-energy vehicles) without I and O, of which the last may be a word such as 学 or 挂; or a
    /// military plate of two letters and 5 digits.
    ///
    /// - Throws: `CellFault.plate`, or a fault of the text.
    package static func plate(_ typed: String) throws(CellFault) -> String {
        var plate = Array(CellText.compact(try CellText.cleaned(typed)).unicodeScalars)
        plate.removeAll { isDot($0) || $0 == "." || $0 == "-" }
        guard plate.count == 7 || plate.count == 8, isLetter(plate[1]) else { throw .plate }
        let serial = plate[2...]
        let isMilitary = plate.count == 7 && isLetter(plate[0]) && serial.allSatisfy(isDigit)
        let isCivil =
            provinces.contains(plate[0]) && serial.dropLast().allSatisfy(isSerial)
            && serial.suffix(1).allSatisfy { isSerial($0) || "挂学警港澳领使".unicodeScalars.contains($0) }
        guard isMilitary || isCivil else { throw .plate }
        return text(plate[...])
    }

    /// A person's name: one kind of middle dot (U+00B7), no spaces beside ideographs (`薛　琪` is spaced for looks), one
    /// space between the words of others.
    ///
    /// - Throws: `CellFault.name` for a text without any letter or over 64 characters, or a fault of the text.
    package static func name(_ typed: String) throws(CellFault) -> String {
        let scalars = Array(CellText.folded(try CellText.cleaned(typed)).unicodeScalars)
        var name: [Unicode.Scalar] = []
        for (position, scalar) in scalars.enumerated() {
            let neighbours = [position - 1, position + 1].filter(scalars.indices.contains).map { scalars[$0] }
            if scalar == " " {
                if neighbours.contains(where: { CellText.isIdeograph($0) || isDot($0) }) { continue }
                name.append(scalar)
            } else if isDot(scalar) || scalar == "." && neighbours.allSatisfy(CellText.isIdeograph) {
                name.append("\u{B7}")
            } else {
                name.append(scalar)
            }
        }
        let hasLetter = name.contains { CellText.isIdeograph($0) || $0.properties.isAlphabetic }
        guard hasLetter, name.count <= 64 else { throw .name }
        return text(name[...])
    }

    private static let provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼".unicodeScalars

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) }

    /// I and O are left out of serials because they look like 1 and 0 (GA 36-2018).
    private static func isSerial(_ scalar: Unicode.Scalar) -> Bool {
        isDigit(scalar) || isLetter(scalar) && scalar != "I" && scalar != "O"
    }

    /// The dots that input methods give for the one between the parts of a name or plate.
    private static func isDot(_ scalar: Unicode.Scalar) -> Bool { "\u{B7}•‧∙⋅・".unicodeScalars.contains(scalar) }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}
