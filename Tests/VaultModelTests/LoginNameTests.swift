import Testing
import VaultModel

struct `Login names` {
    /// ISO 7064 MOD 11,10, computed by another implementation that gives the standard's own example (0794 → 5).
    static let good = ["123456788", "100000008", "999999995", "202611236", "000000003", "867530902"]

    @Test(arguments: good)
    func `a name with the right check digit is read`(_ text: String) throws {
        let name = try #require(LoginName(text))
        #expect(name.text == text && name.description == text)
    }

    @Test(arguments: ["1234 5678 8", "123-456-788", " 123456788 ", "1-2-3-4-5-6-7-8-8"])
    func `spaces and hyphens are left out`(_ typed: String) { #expect(LoginName(typed)?.text == "123456788") }

    @Test(arguments: good)
    func `every single wrong digit is refused`(_ text: String) {
        let digits = Array(text)
        for position in digits.indices {
            for digit in "0123456789" where digit != digits[position] {
                var altered = digits
                altered[position] = digit
                #expect(LoginName(String(altered)) == nil)
            }
        }
    }

    /// Of all pairs of neighbours the check misses about one in 45; over these names it must miss no more than that.
    @Test func `nearly every exchanged pair of neighbours is refused`() {
        var (exchanged, missed) = (0, 0)
        for number in stride(from: 10_000_000, to: 99_999_999, by: 99_991) {
            for check in 0...9 {
                guard let name = LoginName("\(number)\(check)") else { continue }
                let digits = Array(name.text)
                for position in 0..<8 where digits[position] != digits[position + 1] {
                    var altered = digits
                    altered.swapAt(position, position + 1)
                    exchanged += 1
                    if LoginName(String(altered)) != nil { missed += 1 }
                }
            }
        }
        #expect(exchanged > 6000 && missed * 40 < exchanged, "missed \(missed) of \(exchanged)")
    }

    @Test func `each eight digits have exactly one check digit`() {
        for number in stride(from: 0, to: 99_999_999, by: 1_234_567) {
            let digits = String(String(100_000_000 + number).dropFirst())
            #expect((0...9).compactMap { LoginName("\(digits)\($0)") }.count == 1)
        }
    }

    @Test(arguments: [
        "", "12345678", "1234567880", "12345678a", "12345678８", "１２３４５６７８８", "+23456788", "123456788\n",
        "1234\t56788", "1234.56788",
    ])
    func `other texts are no login names`(_ text: String) { #expect(LoginName(text) == nil) }

    @Test func `new names read back and start with no zero`() {
        let names = (0..<500).map { _ in LoginName.random() }
        #expect(names.allSatisfy { LoginName($0.text) == $0 && $0.text.first != "0" && $0.text.count == 9 })
        #expect(Set(names).count > 490)
    }
}
