import Foundation
import Testing
import VaultModel
import VaultStore

@testable import ResidentVault

/// `property.service` may read a resident fifty times a day.
@Suite struct DailyCountTests {
    private let vault: TemporaryVault
    private let pid: String

    init() throws {
        vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        pid = try vault.pairwise("property", "property.service")
    }

    private func read(_ times: Int) throws {
        for _ in 0..<times {
            let item = try vault.item("property", "property.service", pid, ["home.room"])
            try #require(item["code"] == nil, "\(item)")
        }
    }

    private func isAtLimit() throws -> Bool {
        try vault.item("property", "property.service", pid, ["home.room"])["code"] == "limit"
    }

    private func rows() throws -> Int64 {
        try vault.reader.store.read { snapshot in
            var count: Int64 = 0
            try snapshot.dailyCounts(of: vault.clock.now().localDay) { _ in count += 1 }
            return count
        }
    }

    @Test func `the day's reads are counted over restarts`() throws {
        try read(20)
        try vault.reopen()
        #expect(try rows() == 1)
        try read(20)
        try vault.reopen()
        try read(10)
        #expect(try isAtLimit())
        try vault.reopen()
        #expect(try isAtLimit())
    }

    @Test(arguments: [
        "DELETE FROM daily_count", "UPDATE daily_count SET counts = zeroblob(0)", "UPDATE daily_count SET next = first",
        "UPDATE daily_count SET first = first + 1", "UPDATE daily_count SET day = '2001-01-01'",
        "DELETE FROM daily_count WHERE first = (SELECT min(first) FROM daily_count)",
    ])
    func `a row of counts that is missing or was altered is read from the log`(sql: String) throws {
        try read(20)
        try vault.reopen()
        try read(20)
        try vault.alter(sql)
        try read(10)
        #expect(try isAtLimit())
    }

    @Test func `what no row covers yet is read from the log, as after a crash`() throws {
        try read(30)
        #expect(try rows() == 0)
        let grant = try #require(try vault.reader.store.read { snapshot in
            try snapshot.grants(recipient: "property", after: nil, limit: 1).first?.id
        })
        let today = vault.clock.now().localDayNumber
        let again = try vault.reader.store.read { try DailyCounts($0, size: try $0.logCount(), today: today) }
        #expect(again.used(grant, on: today) == 30)
        #expect(again.used(grant, on: today + 1) == 0)
        #expect(vault.vault.writer.counts.used(grant, on: today) == 30)
    }

    @Test func `another day begins at nothing, and the day before goes with its first row`() throws {
        try read(50)
        #expect(try isAtLimit())
        try vault.reopen { vault.clock.advance(seconds: 86_400) }
        try read(50)
        #expect(try isAtLimit())
        try vault.reopen()
        #expect(try isAtLimit())
        #expect(try vault.reader.store.read { try $0.hasCounts(before: vault.clock.now().localDay) } == false)
    }

    @Test func `after some thousand entries a row is put while the daemon runs`() throws {
        try read(3)
        for _ in 0..<2_050 { _ = try vault.item("property", "property.service", String(repeating: "a", count: 26), ["home.room"]) }
        #expect(try rows() == 1)
        try read(2)
        let today = vault.clock.now().localDayNumber
        let again = try vault.reader.store.read { try DailyCounts($0, size: try $0.logCount(), today: today) }
        let grant = try #require(try vault.reader.store.read { try $0.grants(recipient: "property", after: nil, limit: 1).first?.id })
        #expect(again.used(grant, on: today) == 5)
    }

    @Test func `a clock that steps back over midnight before the first entry gives no day a second time`() throws {
        try read(50)
        try vault.reopen { vault.clock.leap(seconds: 86_400) }
        vault.clock.leap(seconds: -86_400)
        #expect(try isAtLimit())
    }
}
