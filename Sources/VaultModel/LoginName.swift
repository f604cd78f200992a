/// A resident's login name: eight digits and a check digit, as printed on the activation letter.
///
/// The check digit is ISO 7064 MOD 11,10, which catches every single wrong digit and nearly every swapped pair: the
/// slips that people make when copying from paper.
public struct LoginName: Hashable, Sendable, CustomStringConvertible {
    /// Nine digits.
    public let text: String

    /// Reads nine digits, spaces and hyphens allowed between them; nil when the check digit is wrong.
    public init?(_ typed: String) {
        // As it is stored, where it is read by the thousand.
        if Self.isChecked(typed.utf8) {
            text = typed
            return
        }
        let digits = typed.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
        guard Self.isChecked(digits) else { return nil }
        text = String(decoding: digits, as: UTF8.self)
    }

    /// Draws eight random digits. The first is not zero, so that spreadsheets do not shorten it.
    package static func random() -> LoginName {
        let digits = Array(String(Int.random(in: 10_000_000...99_999_999)).utf8)
        return LoginName(checked: String(decoding: digits + [checkDigit(digits)], as: UTF8.self))
    }

    private init(checked text: String) { self.text = text }

    public var description: String { text }

    /// Whether they are eight digits and their check digit.
    private static func isChecked(_ digits: some Collection<UInt8>) -> Bool {
        digits.count == 9 && digits.allSatisfy(NameSyntax.isDigit) && checkDigit(digits.prefix(8)) == digits.dropFirst(8).first
    }

    private static func checkDigit(_ digits: some Sequence<UInt8>) -> UInt8 {
        var product = 10
        for digit in digits {
            let sum = (product + Int(digit - 48)) % 10
            product = (sum == 0 ? 10 : sum) * 2 % 11
        }
        return UInt8((11 - product) % 10) + 48
    }
}
