import Foundation
import Testing
import VaultModel

@testable import vault_bench

@Suite struct FigureTests {
    private func samples(_ values: [String: [Double]]) -> Samples {
        var samples = Samples()
        for (key, values) in values { for value in values { samples.add(key, value) } }
        return samples
    }

    @Test func `a median is the middle of an odd number and the mean of the two middles of an even one`() {
        #expect(Samples.median([9, 1, 5]) == 5)
        #expect(Samples.median([4, 1, 9, 2]) == 3)
        #expect(Samples.median([]) == nil)
    }

    @Test func `a ratio is taken round by round, and not between unequal numbers of rounds`() {
        // The machine was ten times slower in the second round.
        let samples = samples(["mine": [200, 20, 210], "theirs": [100, 10, 100], "short": [1]])
        #expect(samples.ratio("mine", to: "theirs") == 2)
        #expect(samples.ratio("mine", to: "short") == nil)
        #expect(samples.ratio("mine", to: "nothing") == nil)
    }

    @Test(arguments: [(0.5, 0.5), (0.99, 0.99), (0.999, 1.0), (1, 1.0)])
    func `percentiles are of the nearest rank`(share: Double, expected: Double) {
        let latencies = Latencies((1...100).map { UInt32($0) * 10_000 }.shuffled())
        #expect(latencies.percentile(share) == expected)
        #expect(Latencies([]).percentile(share) == nil)
    }

    @Test func `a verdict follows the direction in which a figure is better`() {
        let samples = samples(["rate": [150], "yardstick": [100], "p99": [3]])
        var target = Target(title: "", key: "rate", unit: "/s", beside: "yardstick", must: 1.5, goal: 2)
        #expect(target.verdict(samples) == .must)
        target.goal = 1.4
        #expect(target.verdict(samples) == .goal)
        target.must = 1.6
        target.goal = 2
        #expect(target.verdict(samples) == .missed)
        let slow = Target(title: "", key: "p99", unit: "ms", must: 3, goal: 2, better: .lower)
        #expect(slow.verdict(samples) == .must)
        #expect(Target(title: "", key: "p99", unit: "ms", must: 2.9, better: .lower).verdict(samples) == .missed)
        // What has no bound, or was not measured beside its yardstick, reached nothing.
        #expect(Target(title: "", key: "p99", unit: "ms").verdict(samples) == .none)
        #expect(Target(title: "", key: "rate", unit: "/s", beside: "absent", must: 1).verdict(samples) == .none)
    }

    @Test func `a table shows median, spread, ratio and bounds, and leaves out what was not measured`() throws {
        var table = FigureTable()
        let samples = samples(["rate": [14_000, 12_345.6, 13_000], "yardstick": [5000, 5000, 5000]])
        table.add(Target(title: "read", key: "rate", unit: "/s", beside: "yardstick", must: 1.5, goal: 3), samples)
        table.add(Target(title: "other", key: "absent", unit: "/s"), samples)
        let line = try #require(table.text.split(separator: "\n").last)
        #expect(line == "| read | 13,000 /s | 12,346–14,000 | 5,000 | 2.6 × | 1.5 × | 3 × | must |")
        #expect(table.text.split(separator: "\n").count == 3)
    }

    @Test(arguments: [(1_234_567, "1,234,567"), (999.6, "1,000"), (99.94, "99.9"), (12, "12"), (1.236, "1.24"), (0.12345, "0.123"), (0, "0")])
    func `numbers keep the digits that count`(value: Double, text: String) {
        #expect(FigureTable.number(value) == text)
    }

    @Test func `the invented people are adults, each with a phone and an ID number of their own`() {
        var phones: Set<String> = []
        var numbers: Set<String> = []
        let people = Array(0..<300) + Array(23_000..<23_300) + Array(1_499_000..<1_499_300)
        for index in people {
            let fields = Community.person(index)
            #expect(fields.count == 20)
            for (field, value) in fields {
                if field.text == "contact.phone" { phones.insert(value.string ?? "") }
                if field.text == "person.id_number" { numbers.insert(value.string ?? "") }
                if field.text == "person.birth_date" { #expect((value.string ?? "9999") < "2009") }
            }
        }
        #expect(phones.count == people.count)
        #expect(numbers.count == people.count && numbers.allSatisfy { $0.count == 18 })
    }
}

@Suite struct InstructionTests {
    @Test func `five percent more is taken, more is not, and less is said`() {
        let kept = InstructionCounts("open\t1000\nseal\t1000\n")
        #expect(kept.compared(with: ["open": 1050, "seal": 1000]).isGood)
        let slower = kept.compared(with: ["open": 1051, "seal": 1000])
        #expect(!slower.isGood)
        #expect(slower.lines.first?.contains("FAILED") == true)
        let faster = kept.compared(with: ["open": 900, "seal": 1000])
        #expect(faster.isGood)
        #expect(faster.lines.first?.contains("--update") == true)
    }

    @Test func `an operation that is missing on either side fails the check`() {
        let kept = InstructionCounts("open\t1000\n")
        #expect(!kept.compared(with: [:]).isGood)
        #expect(!kept.compared(with: ["open": 1000, "seal": 1000]).isGood)
        #expect(!InstructionCounts("").compared(with: ["open": 1]).isGood)
    }

    @Test func `counts are kept as text and read back`() {
        let counts = ["b": 2000.4, "a": 1999.6]
        let text = InstructionCounts(counts: counts).text
        #expect(text == "a\t2000\nb\t2000\n")
        #expect(InstructionCounts(text).compared(with: counts).isGood)
    }

    @Test(arguments: CountedOperation.allCases)
    func `each operation does what it is counted for`(operation: CountedOperation) throws { try operation.run(2) }
}

@Suite struct CityTests {
    private static let text = "1000\tread.p99\t2\n1000\tread.p99\t1\n100000\tread.p99\t1\n1000\tbackup\t1\n100000\tbackup\t100\n"

    @Test func `what grows with the city has power one, what stays has power zero, and later figures count`() throws {
        let figures = CityFigures(Self.text)
        #expect(figures.exponent("read.p99") == 0)
        #expect(abs(try #require(figures.exponent("backup")) - 1) < 0.001)
        #expect(figures.exponent("absent") == nil)
    }

    @Test func `table and chart hold each size and each series`() {
        let figures = CityFigures(Self.text)
        #expect(figures.table.contains("| 1,000 | 100,000 | grows as |"))
        #expect(figures.table.contains("| backup, s | 1 | 100 | n^1 |"))
        #expect(figures.chart.components(separatedBy: "<polyline").count == 3)
        #expect(figures.chart.hasSuffix("</svg>\n"))
        #expect(CityFigures("1000\tread.p99\t1\n").chart.contains("svg"))
    }
}
