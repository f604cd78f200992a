package import VaultModel

extension Normaliser {
    /// An ID number of GB 11643-1999: 18 characters, upper-case X.
    ///
    /// Checked by its check character and its day of birth, not by the area code: codes are reassigned over the years,
    /// and sample data uses unassigned ones on purpose.
    ///
    /// - Throws: `CellFault`.
    package static func idNumber(_ typed: String, today: CivilDate) throws(CellFault) -> String {
        let number = CellText.compact(try CellText.cleaned(typed))
        let characters = Array(number.utf8)
        guard characters.count == 18, characters[..<17].allSatisfy({ (48...57).contains($0) }),
            (48...57).contains(characters[17]) || characters[17] == UInt8(ascii: "X")
        else { throw .idNumberShape }
        guard checkCharacter(ofIDNumber: characters[..<17]) == characters[17] else { throw .idNumberCheckDigit }
        guard let day = compactDate(characters[6..<14]) else { throw .idNumberDay }
        guard day <= today else { throw .idNumberFuture }
        return number
    }

    /// The day of birth in a number that `idNumber` returned; nil for any other text.
    package static func birthDate(inIDNumber number: String) -> CivilDate? {
        let characters = Array(number.utf8)
        return characters.count == 18 ? compactDate(characters[6..<14]) : nil
    }

    /// The 18th character for 17 digits in ASCII (GB 11643-1999; ISO 7064 MOD 11-2): each digit weighs a power of two,
    /// and the whole number, the check character counting as 0 to 10, is 1 modulo 11.
    package static func checkCharacter(ofIDNumber digits: some Collection<UInt8>) -> UInt8 {
        let sum = digits.reduce(0) { ($0 + Int($1) - 48) * 2 % 11 }
        return Array("10X98765432".utf8)[sum]
    }
}
