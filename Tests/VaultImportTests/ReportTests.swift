import Synchronization
import Testing
import VaultImport
import VaultModel

/// What an import says about itself.
struct ReportTests {
    private let inputs = [
        Fixture.health(["\(Fixture.number(1)),冒名,高血压,,A,,,", "坏号码,某人,,,,,,"]),
        Fixture.register([
            Fixture.row("薛琪", Fixture.number(1), room: "101"), "短行某", Fixture.row("薛琪", Fixture.number(1), room: "202"),
            Fixture.row("无号", ""),
        ]),
    ]

    @Test func `the JSON has these keys and no others`() throws {
        let json = try Fixture.run(inputs).report.json
        let expected: JSON = [
            "persons": 1, "merged": 1,
            "conflicts": [
                [
                    "file": "health.csv", "line": 2,
                    "reason": "the ID number stands with another name; the row was not taken",
                ],
                ["file": "register.csv", "line": 4, "reason": "房号: another value stands already and stays"],
            ],
            "unmatched": [
                ["file": "register.csv", "line": 5, "reason": "no ID number, and no phone and name to match by"]
            ],
            "rejected": [
                ["file": "health.csv", "line": 3, "reason": "证件号码: not 17 digits and a digit or X"],
                ["file": "register.csv", "line": 3, "reason": "too few columns"],
            ],
        ]
        #expect(json == expected)
    }

    @Test func `rows that were not taken are kept as they stood, in order`() throws {
        let rejects = try Fixture.run(inputs.reversed()).rejects
        #expect(rejects.map(\.file) == ["register.csv", "register.csv", "health.csv", "health.csv"])
        #expect(rejects.map(\.line) == [3, 5, 2, 3])
        let texts = ["短行某", Fixture.row("无号", ""), "\(Fixture.number(1)),冒名,高血压,,A,,,", "坏号码,某人,,,,,,"]
        #expect(rejects.map(\.text) == texts)
    }

    @Test func `files are named as they were given`() throws {
        let result = try Fixture.run([ImportInput(name: "../U 盘/新建.csv", bytes: Fixture.register(["短"]).bytes)])
        #expect(result.report.rejected.map(\.file) == ["../U 盘/新建.csv"])
    }

    @Test func `progress grows and ends at the number of rows`() throws {
        let rows = (0..<1200).map {
            Fixture.row("住户", Fixture.number($0 % 900, born: $0 < 900 ? "19800312" : "19810312"))
        }
        let calls = Mutex<[Int]>([])
        _ = try Importer.run(plan: Fixture.plan(), inputs: [Fixture.register(rows)], today: Fixture.today) { count in
            calls.withLock { $0.append(count) }
        }
        #expect(calls.withLock { $0 } == [500, 1000, 1200])
    }
}
