import Dispatch
import Foundation
import Testing
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// After an erasure nothing of the person is in any file of the directory (design, promise 8).
@Suite struct ErasureFileTests {
    private static func person(_ number: Int) -> SamplePerson {
        .make("住户甲乙丙\(number)", phone: "\(13_800_200_000 + number)", born: "1970-01-01", sequence: number)
    }

    private static func values(_ person: SamplePerson) -> [String] {
        person.fields.values.flatMap { value in value.string.map { [$0] } ?? value.strings ?? [] }
    }

    private func row(_ vault: TemporaryVault, _ login: LoginName) throws -> ResidentRow {
        try required(try vault.reader.store.read { try $0.resident(login: login) })
    }

    @Test func `nothing of those who were erased is in any file, whatever moved between the pages before`() throws {
        let vault = try TemporaryVault(apps: ["parking", "health", "property"])
        var logins: [LoginName] = []
        for number in 0..<120 { logins.append(try vault.enrol(Self.person(number)).login) }
        // Grants by consent, requests, reads that re-wrap, sessions and a new passphrase for one of them.
        let resident = try vault.resident()
        let own = try vault.vault.loginName(resident, reader: vault.reader)
        let (_, pid) = try vault.agreed(resident, "health", "health.followup")
        _ = try vault.item("health", "health.followup", pid, ["health.chronic"])
        try vault.ask("parking", "parking.contact")
        var search = FileSearch()
        try vault.reader.store.read { snapshot in
            try search.look(for: try required(try snapshot.resident(login: own)), snapshot, values: Self.values(.adult))
            for position in stride(from: 0, to: 120, by: 3) {
                try search.look(
                    for: try required(try snapshot.resident(login: logins[position])), snapshot,
                    values: Self.values(Self.person(position)))
            }
        }
        #expect(try search.hits(in: vault.path).count > 3, "the search must be able to find something")
        for position in stride(from: 0, to: 120, by: 3) {
            _ = try vault.vault.erase(.everything, login: logins[position], ground: .movedOut, uid: 0, reader: vault.reader)
        }
        let last = try vault.vault.erase(.everything, login: own, ground: .died, uid: 0, reader: vault.reader)
        #expect(last.isScrubbed)
        #expect(try search.hits(in: vault.path) == [])
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
        try vault.reopen()
        #expect(try search.hits(in: vault.path) == [])
    }

    @Test func `with a reader open the answer says that it is not done, others write on, and it is done when the reader ends`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        let letter = try vault.enrol()
        let target = try row(vault, letter.login)
        var search = FileSearch()
        try vault.reader.store.read { try search.look(for: target, $0, values: Self.values(.adult)) }
        let (opened, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let scan = try vault.vault.reader()
        let thread = Thread {
            try? scan.store.read { snapshot in
                _ = try snapshot.countedResidents()
                opened.signal()
                release.wait()
            }
        }
        thread.start()
        opened.wait()
        let outcome = try vault.vault.erase(.everything, login: letter.login, ground: .asked, uid: 0, reader: vault.reader)
        #expect(!outcome.isScrubbed)
        #expect(try !search.hits(in: vault.path).isEmpty)
        try vault.enrol(Self.person(500))
        // As a kill would leave it: the copy is opened by a daemon of its own.
        let copy = vault.path + "-copy"
        try FileManager.default.copyItem(atPath: vault.path, toPath: copy)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        #expect(try !search.hits(in: copy).isEmpty)
        let other = try Vault(openingAt: copy, clocks: vault.clock.clocks)
        other.finishScrubbing()
        while try other.reader().store.read({ try $0.scrubWanted() }) != nil { Thread.sleep(forTimeInterval: 0.02) }
        #expect(try search.hits(in: copy) == [])
        try other.close()
        release.signal()
        while try vault.reader.store.read({ try $0.scrubWanted() }) != nil { Thread.sleep(forTimeInterval: 0.02) }
        #expect(try search.hits(in: vault.path) == [])
    }

    @Test func `of a field that was erased nothing is left either, and the rest of the person is`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        let resident = try vault.resident()
        let field = try required(FieldName("health.allergies"))
        var (gone, stays) = (FileSearch(), FileSearch())
        let target = try required(try vault.reader.store.read { try $0.resident(number: 1) })
        try vault.reader.store.read { snapshot in
            gone.look(for: "cell", try required(try snapshot.cell(resident: target.reference, field: field)).blob)
            stays.look(for: "cell", try required(try snapshot.cell(resident: target.reference, field: try required(FieldName("home.room")))).blob)
        }
        let outcome = try vault.vault.erase(.fields([field]), caller: resident, uid: 1001, reader: vault.reader)
        #expect(outcome.isScrubbed)
        #expect(try gone.hits(in: vault.path) == [])
        #expect(try !stays.hits(in: vault.path).isEmpty)
    }

    @Test func `while an app reads, no release of an erased resident comes after the erasure in the log`() async throws {
        let vault = try TemporaryVault(apps: ["property"])
        for round in 0..<6 {
            let login = try vault.enrol(Self.person(300 + round)).login
            let pid = try vault.pairwise("property", "property.service", phone: "\(13_800_200_000 + 300 + round)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask { for _ in 0..<6 { _ = try vault.item("property", "property.service", pid, ["home.room"]) } }
                }
                group.addTask { _ = try vault.vault.erase(.everything, login: login, ground: .movedOut, uid: 0, reader: try vault.vault.reader()) }
                try await group.waitForAll()
            }
        }
        var ended: Set<String> = []
        for entry in try vault.entries() {
            for subject in entry["subjects"]?.array ?? [] {
                guard let grant = subject["grant"]?.string else { continue }
                if entry["action"] == "erased" { ended.insert(grant) }
                if entry["action"] == "read", subject["outcome"] == "released" { #expect(!ended.contains(grant)) }
            }
        }
        #expect(ended.count == 6)
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }
}
