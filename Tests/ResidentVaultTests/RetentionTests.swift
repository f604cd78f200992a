import Foundation
import Testing
import VaultModel
import VaultStore

@testable import ResidentVault

/// What nobody may keep any longer goes by itself, by a clock that can be trusted.
@Suite struct RetentionTests {
    /// `education.school` is kept for three years; contract grants run for one or more.
    private static let threeYears: Int64 = 1100 * 86_400

    private func pass(_ vault: TemporaryVault, seconds: Int64) throws {
        // The clock is watched all the way: a daemon that runs for years.
        var left = seconds
        while left > 0 {
            let step = min(left, 30 * 86_400)
            vault.clock.advance(seconds: step)
            try vault.vault.beat()
            left -= step
        }
    }

    private func held(_ vault: TemporaryVault, _ number: Int64, _ name: String) throws -> Bool {
        try vault.reader.store.read { snapshot in
            let resident = try required(try snapshot.resident(number: number))
            return try snapshot.cell(resident: resident.reference, field: try required(FieldName(name))) != nil
        }
    }

    private func findings(_ vault: TemporaryVault) throws -> [String] {
        try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text)
    }

    @Test func `a field older than its category is kept goes, with its reason in the log, and a younger one stays`() throws {
        let vault = try TemporaryVault(apps: ["education", "property"])
        try vault.enrol()
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        try pass(vault, seconds: Self.threeYears)
        try vault.enrol(.make("新人", phone: "13700137000", born: "1990-02-02", sequence: 8))
        let report = try vault.vault.sweep()
        #expect(report.fields == 2)
        #expect(report.failed == 0)
        #expect(try !held(vault, 1, "education.school"))
        #expect(try held(vault, 1, "home.room"))
        #expect(try held(vault, 3, "education.school"))
        let entries = try vault.entries().filter { $0["reason"] == "retention" }
        #expect(entries.count == 1)
        #expect(entries.first?["fields"]?.strings == ["education.school"])
        #expect(entries.first?["subjects"]?.array?.count == 2)
        #expect(entries.first?["role"] == nil)
        #expect(try vault.vault.sweep() == SweepReport())
        #expect(try findings(vault) == [])
    }

    @Test func `grants whose date has come end although nobody logs in, and letters that ran out open nothing any more`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        try pass(vault, seconds: 91 * 86_400)
        let letters = try vault.vault.sweep()
        #expect(letters.letters == 1)
        let envelope = try vault.reader.store.read { try $0.envelopes(of: try required(try $0.resident(number: 1)).reference) }
        #expect(envelope.first { $0.kind == "activation" }?.blob == [])
        do {
            _ = try vault.vault.activate(code: letter.code, passphrase: Array("correct horse battery".utf8), uid: 1)
            Issue.record("a letter that ran out was taken")
        } catch let error as VaultError { #expect(error.code == .forbidden && error.detail.contains("ran out")) }
        try pass(vault, seconds: Self.threeYears * 4)
        let grants = try vault.vault.sweep()
        #expect(grants.grants >= 1)
        let left = try vault.reader.store.read { try $0.grants(of: try required(try $0.resident(number: 1)).reference) }
        let now = vault.clock.now()
        #expect(left.allSatisfy { !$0.state.isLive || $0.until > now })
        #expect(left.contains { $0.state == .expired })
        #expect(try findings(vault) == [])
    }

    @Test func `a clock that jumped forward destroys nothing until it has been steady for a day`() throws {
        let vault = try TemporaryVault(apps: ["education"])
        try vault.enrol()
        try vault.reopen(acceptingClock: true) { vault.clock.leap(seconds: Self.threeYears) }
        #expect(try vault.vault.sweep() == SweepReport())
        #expect(try held(vault, 1, "education.school"))
        for _ in 0..<23 {
            vault.clock.advance(seconds: 3600)
            try vault.vault.beat()
            #expect(try vault.vault.sweep() == SweepReport())
        }
        for _ in 0..<2 {
            vault.clock.advance(seconds: 3600)
            try vault.vault.beat()
        }
        #expect(try vault.vault.sweep().fields == 1)
        #expect(try !held(vault, 1, "education.school"))
        #expect(try findings(vault) == [])
    }

    @Test func `a sweep that was stopped is taken up by the next`() throws {
        let vault = try TemporaryVault(apps: ["education"])
        for number in 0..<40 { try vault.enrol(.make("住户", phone: "\(13_900_000_000 + number)", born: "1980-01-01", sequence: number)) }
        try pass(vault, seconds: Self.threeYears)
        let asked = Counter()
        let first = try vault.vault.sweep(isStopped: {
            asked.add(1)
            return asked.value > 4
        })
        try vault.reopen()
        let second = try vault.vault.sweep()
        #expect(first.grants + first.fields > 0)
        #expect(second.fields > 0)
        #expect(first.fields + second.fields == 40)
        #expect(try findings(vault) == [])
    }

    @Test func `dates that somebody turned back behind the daemon destroy nothing`() throws {
        let vault = try TemporaryVault(apps: ["education"])
        try vault.enrol()
        try vault.alter("UPDATE cell SET time = 0")
        let report = try vault.vault.sweep()
        #expect(report.fields == 0)
        #expect(report.failed == 1)
        #expect(try held(vault, 1, "education.school"))
    }

    @Test func `requests are forgotten sixty days after they ran out, answered or not, known person or not`() throws {
        let vault = try TemporaryVault(apps: ["parking", "property"])
        let resident = try vault.resident()
        let requests = [
            try vault.ask("parking", "parking.contact"), try vault.ask("parking", "parking.contact", phone: "13312345678"),
        ]
        try vault.vault.deny(requests[0], caller: resident)
        _ = try vault.item("property", "property.service", try vault.pairwise("property", "property.service"), ["home.room"])
        try pass(vault, seconds: 73 * 86_400)
        #expect(try vault.vault.sweep().requests == 0)
        try pass(vault, seconds: 2 * 86_400)
        #expect(try vault.vault.sweep().requests == 2)
        for request in requests {
            #expect(try vault.reader.store.read { try $0.accessRequest(id: request) } == nil)
        }
        #expect(try vault.reader.store.read { try $0.hasCounts(before: "9999-01-01") } == false)
        #expect(try findings(vault) == [])
    }

    private func scrubbed(_ vault: TemporaryVault) throws {
        while try vault.reader.store.read({ try $0.scrubWanted() }) != nil { Thread.sleep(forTimeInterval: 0.02) }
    }

    private func wanted(_ vault: TemporaryVault) throws -> Bool {
        try vault.reader.store.read { try $0.scrubWanted() } != nil
    }

    @Test func `nothing is left in any file of the keys of grants that ran out and of requests that were forgotten`() throws {
        let vault = try TemporaryVault(apps: ["property", "parking"])
        try vault.enrol()
        let asked = try vault.ask("parking", "parking.contact")
        var search = FileSearch()
        try vault.reader.store.read { snapshot in
            let resident = try required(try snapshot.resident(number: 1))
            for grant in try snapshot.grants(of: resident.reference) {
                // A box begins with a public key that the resident's other boxes can have too (`SealingRound`).
                if let bundle = try snapshot.bundle(grant: grant.id) { search.look(for: "bundle", Array(bundle.blob[32...])) }
            }
        }
        search.look(for: "request", id: asked.bytes)
        #expect(try !search.hits(in: vault.path).isEmpty)
        try pass(vault, seconds: Self.threeYears * 4)
        // A reader keeps the write-ahead log, so that the request for a pass is still seen.
        let (opened, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let scan = try vault.vault.reader()
        Thread {
            try? scan.store.read { snapshot in
                _ = try snapshot.countedResidents()
                opened.signal()
                release.wait()
            }
        }.start()
        opened.wait()
        let report = try vault.vault.sweep()
        #expect(report.grants > 0)
        #expect(report.requests == 1)
        #expect(try wanted(vault))
        release.signal()
        try scrubbed(vault)
        #expect(try search.hits(in: vault.path) == [])
    }

    @Test func `the daily pass comes though the daemon never runs for a day`() throws {
        let vault = try TemporaryVault(apps: [])
        func last() throws -> Instant? { try vault.reader.store.read { try $0.moment(.scrubbed) } }
        #expect(try last() == nil)
        _ = try vault.vault.sweep()
        while try last() == nil { Thread.sleep(forTimeInterval: 0.02) }
        let first = try required(try last())
        for hour in 1...23 {
            vault.clock.advance(seconds: 3600)
            try vault.vault.beat()
            try vault.reopen()
            _ = try vault.vault.sweep()
            #expect(try last() == first, "hour \(hour)")
        }
        vault.clock.advance(seconds: 3600)
        try vault.vault.beat()
        try vault.reopen()
        _ = try vault.vault.sweep()
        while try last() == first { Thread.sleep(forTimeInterval: 0.02) }
        #expect(try required(try last()) >= first.advanced(bySeconds: 86_400))
        #expect(try findings(vault) == [])
    }
}
