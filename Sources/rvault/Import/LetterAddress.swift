internal import VaultImport
internal import VaultModel

/// Whom a letter goes to, and where.
struct LetterAddress: Equatable, Sendable {
    let login: LoginName
    let name: String
    /// Building, unit and room as the register writes them; empty parts are left out.
    let home: [String]
    /// Under 14 the guardian acts (PIPL art. 31), so the letter goes to them.
    let forGuardian: Bool

    init(login: LoginName, name: String, home: [String], forGuardian: Bool) {
        self.login = login
        self.name = name
        self.home = home
        self.forGuardian = forGuardian
    }

    init(_ person: ImportedPerson, login: LoginName, today: CivilDate) {
        func text(_ name: String) -> String { FieldName(name).flatMap { person.fields[$0]?.string } ?? "" }
        let birth = CivilDate(text: text("person.birth_date")) ?? Self.birth(fromIDNumber: text("person.id_number"))
        self.init(
            login: login, name: text("person.name"),
            home: ["home.building", "home.unit", "home.room"].map(text).filter { !$0.isEmpty },
            forGuardian: birth.map { $0.years(to: today) < 14 } ?? false)
    }

    /// Digits 7 to 14 of an ID number are the birth date (GB 11643).
    private static func birth(fromIDNumber number: String) -> CivilDate? {
        let digits = number.dropFirst(6).prefix(8)
        guard digits.count == 8, let year = Int(digits.prefix(4)), let month = Int(digits.dropFirst(4).prefix(2)),
            let day = Int(digits.suffix(2))
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// The order in which somebody walks from door to door: 2栋 before 11栋.
    static func delivered(_ left: LetterAddress, before right: LetterAddress) -> Bool {
        for (mine, other) in zip(left.home, right.home) where mine != other {
            let (first, second) = (number(mine), number(other))
            if first != second { return first < second }
            return mine.utf8.lexicographicallyPrecedes(other.utf8)
        }
        if left.home.count != right.home.count { return left.home.count < right.home.count }
        return left.login.text < right.login.text
    }

    private static func number(_ text: String) -> Int { Int(text.prefix { $0.isASCII && $0.isNumber }) ?? .max }
}
