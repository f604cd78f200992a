import Testing
import VaultImport
import VaultModel

/// GB 11643-1999: check character and day of birth, whatever the area code.
struct IDNumberTests {
    static let today = CivilDate(year: 2026, month: 11, day: 23)

    // The first two are the examples that the standard prints.
    @Test(arguments: [
        ("11010519491231002X", "11010519491231002X"), ("440524188001010014", "440524188001010014"),
        ("11010519491231002x", "11010519491231002X"), ("'11010519491231002X", "11010519491231002X"),
        ("’11010519491231002X", "11010519491231002X"),
        (" 110105 19491231 002X ", "11010519491231002X"), ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２X", "11010519491231002X"), ("11010519491231002Ⅹ", "11010519491231002X"),
        ("110105\u{3000}19491231\u{A0}002X", "11010519491231002X"),
        ("\u{200E}11010519491231002X", "11010519491231002X"),
    ])
    func `a number comes out as eighteen characters`(typed: String, expected: String) throws {
        #expect(try Normaliser.idNumber(typed, today: #require(Self.today)) == expected)
    }

    @Test(arguments: [
        ("", CellFault.idNumberShape), ("110105491231002", .idNumberShape), ("11010519491231002", .idNumberShape),
        ("11010519491231002XX", .idNumberShape),
        ("X1010519491231002X", .idNumberShape), ("1.10105E+17", .idNumberShape),
        ("110105194912310021", .idNumberCheckDigit),
        ("110105194902300003", .idNumberDay), ("110105194900010003", .idNumberDay),
        ("110105999912310001", .idNumberDay),
    ])
    func `a wrong number is refused for what is wrong`(typed: String, fault: CellFault) throws {
        var number = typed
        if fault == .idNumberDay {
            // The day is judged only when the check character fits, so it is made to fit.
            number =
                typed.dropLast()
                + String(Unicode.Scalar(Normaliser.checkCharacter(ofIDNumber: Array(typed.utf8.dropLast()))))
        }
        #expect(throws: fault) { try Normaliser.idNumber(number, today: #require(Self.today)) }
    }

    @Test func `somebody born today has a number and somebody born tomorrow has none`() throws {
        let today = try #require(Self.today)
        #expect(try Normaliser.idNumber(numbered("99990120261123001"), today: today).hasPrefix("99990120261123"))
        #expect(throws: CellFault.idNumberFuture) {
            try Normaliser.idNumber(numbered("99990120261124001"), today: today)
        }
    }

    @Test func `the day of birth is read from the number`() {
        #expect(Normaliser.birthDate(inIDNumber: "11010519491231002X")?.text == "1949-12-31")
        #expect(Normaliser.birthDate(inIDNumber: "") == nil)
    }

    /// ISO 7064 MOD 11-2 finds every single wrong character and every swap of neighbours; no number so spoilt may pass.
    @Test func `every mistyped character and every swapped pair is found`() throws {
        let today = try #require(Self.today)
        var random = SeededRandom(seed: 11_643)
        for _ in 0..<60 {
            let born = 19_500_000 + random.below(60) * 10_000 + (1 + random.below(12)) * 100 + 1 + random.below(28)
            let number = numbered("\(100_000 + random.below(900_000))\(born)\(100 + random.below(900))")
            #expect(try Normaliser.idNumber(number, today: today) == number)
            let characters = Array(number)
            for position in characters.indices {
                for other in position == 17 ? "0123456789X" : "0123456789" where other != characters[position] {
                    var spoilt = characters
                    spoilt[position] = other
                    #expect(throws: CellFault.self) { try Normaliser.idNumber(String(spoilt), today: today) }
                }
                guard position > 0, characters[position] != characters[position - 1] else { continue }
                var swapped = characters
                swapped.swapAt(position, position - 1)
                #expect(throws: CellFault.self) { try Normaliser.idNumber(String(swapped), today: today) }
            }
        }
    }

    private func numbered(_ digits: String) -> String {
        digits + String(Unicode.Scalar(Normaliser.checkCharacter(ofIDNumber: digits.utf8)))
    }
}
