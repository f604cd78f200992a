internal import VaultImport
internal import VaultModel

/// The invented community of `make demo`: 200 residents in four platforms' exports, as messy as real ones.
///
/// Always the same, byte for byte. Nobody in it exists: the ID numbers' area codes (9999xx) are unassigned and no
/// operator has phone numbers beginning with 12. A few rows are bad on purpose; `expected` says what an import finds.
package enum SampleCommunity {
    /// A resident whom the demo's story is about.
    package struct Protagonist: Sendable {
        package let name: String
        package let idNumber: String
        package let phone: String
        /// In the vault's form.
        package let plate: String?
    }

    /// In all four files: a car, a health record and an evening class of her own; her daughter is a pupil.
    package static let lin = protagonist("林若溪", born: "19800312", order: 2, plate: "湘G6K2T8")
    /// Her husband, with a new-energy car and a health record.
    package static let chen = protagonist("陈国栋", born: "19780906", order: 3, plate: "湘GD20617")
    /// An old lady who lives alone, with long-standing illnesses and no car.
    package static let zhou = protagonist("周桂芳", born: "19420118", order: 4, plate: nil)

    package static let protagonists = [lin, chen, zhou]

    /// What importing all four files with `Policies/imports/community.yaml` reports.
    package static let expected = (persons: 200, merged: 236, conflicts: 2, unmatched: 6, rejected: 9)

    /// The register (UTF-8 with byte-order mark), parking (GB18030), health (UTF-8) and education (UTF-16 with tabs).
    package static func files() -> [(name: String, bytes: [UInt8])] {
        var writer = SampleWriter()
        let residents = self.residents()
        return [
            ("register.csv", writer.register(residents)), ("parking.csv", writer.parking(residents)),
            ("health.csv", writer.health(residents)), ("education.txt", writer.education(residents)),
        ]
    }

    /// A resident as invented, before the platforms write them down.
    struct Resident {
        let name: String
        let isWoman: Bool
        let idNumber: String
        var phone: String?
        let household: Int
        let relation: String
        var plates: [String] = []
        /// The place of a pupil's guardian among the residents.
        var guardian: Int?

        var birth: String { String(idNumber.dropFirst(6).prefix(8)) }
        var age: Int { 2026 - (Int(birth.prefix(4)) ?? 0) }
    }

    private static func protagonist(_ name: String, born: String, order: Int, plate: String?) -> Protagonist {
        Protagonist(name: name, idNumber: idNumber(born: born, order: order), phone: phone(order), plate: plate)
    }

    /// A valid ID number; the order's parity tells the sex, odd for men (GB 11643-1999).
    private static func idNumber(born: String, order: Int) -> String {
        let digits = "99990\(order % 3 + 1)\(born)\(order < 10 ? "00" : order < 100 ? "0" : "")\(order)"
        return digits + String(Unicode.Scalar(Normaliser.checkCharacter(ofIDNumber: digits.utf8)))
    }

    /// Different for each order, since the factor and 900 million have no divisor in common.
    private static func phone(_ order: Int) -> String { "12\(100_000_000 + order * 370_370_371 % 900_000_000)" }

    private static func residents() -> [Resident] {
        var random = SampleRandom(seed: 20_261_123)
        var residents = [
            Resident(
                name: lin.name, isWoman: true, idNumber: lin.idNumber, phone: lin.phone, household: 1, relation: "户主",
                plates: [lin.plate ?? ""]),
            Resident(
                name: chen.name, isWoman: false, idNumber: chen.idNumber, phone: chen.phone, household: 1,
                relation: "配偶", plates: [chen.plate ?? ""]),
            Resident(
                name: zhou.name, isWoman: true, idNumber: zhou.idNumber, phone: zhou.phone, household: 2, relation: "户主"
            ),
            Resident(
                name: "陈小满", isWoman: true, idNumber: idNumber(born: "20160509", order: 6), household: 1,
                relation: "子女", guardian: 0),
        ]
        var household = 3
        var order = 10
        while residents.count < expected.persons {
            let family = random.pick(["户主", "户主 配偶", "户主 配偶 子女", "户主 配偶 子女 子女", "户主 配偶 父母"]).split(separator: " ")
            let head = residents.count
            let surname = random.pick(SampleWords.surnames)
            for relation in family.prefix(expected.persons - residents.count) {
                let years: ClosedRange<Int> =
                    relation == "子女" ? 2010...2019 : relation == "父母" ? 1936...1952 : 1955...1996
                let isWoman = random.below(2) == 0
                order += (order % 2 == 0) == isWoman ? 2 : 1
                let day = ["0", "1", "2"][random.below(3)] + String(1 + random.below(8))
                let year = years.lowerBound + random.below(years.count)
                let born = "\(year)\(random.pick(["01", "03", "05", "08", "10", "12"]))\(day)"
                var resident = Resident(
                    name: random.name(surname: relation == "配偶" ? random.pick(SampleWords.surnames) : surname),
                    isWoman: isWoman,
                    idNumber: idNumber(born: born, order: order), phone: relation == "子女" ? nil : phone(order),
                    household: household, relation: String(relation))
                if relation == "子女" { resident.guardian = head }
                if relation == "户主" || relation == "配偶" && random.below(3) == 0 {
                    for _ in 0..<[0, 1, 1, 2][random.below(4)] { resident.plates.append(random.plate()) }
                }
                residents.append(resident)
            }
            household += 1
        }
        return residents
    }
}
