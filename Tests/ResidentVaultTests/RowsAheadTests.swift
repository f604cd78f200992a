import Foundation
import GRDB
import Testing
import VaultAudit
import VaultModel
import VaultStore

@testable import ResidentVault

/// Rows that were worked out ahead of the writer, while a service key moves.
@Suite struct RowsAheadTests {
    private static let people = 40

    /// A vault whose next service key is in force, and nothing has moved.
    private func begun() throws -> (vault: TemporaryVault, resident: ResidentCaller) {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        for index in 1..<Self.people {
            try vault.enrol(.make("住户\(index)", phone: "13700137\(100 + index)", born: "1980-01-01", sequence: 20 + index))
        }
        let change = try vault.vault.proposeServiceKey()
        try vault.vault.change(change.bytes, uid: 0)
        return (vault, resident)
    }

    private func ahead(_ vault: TemporaryVault) throws -> [Int64: MovedResident] {
        let ahead = try RowsAhead(vault.vault, lanes: 3)
        defer { ahead.end() }
        return try ahead.residents(after: 0, limit: 300)
    }

    private func found(_ vault: TemporaryVault) throws -> [String] {
        try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text)
    }

    @Test func `everybody sound is worked out ahead, and what is written of it is sound`() throws {
        let (vault, _) = try begun()
        let ahead = try ahead(vault)
        #expect(Set(ahead.keys) == Set((1...Int64(Self.people))))
        while try vault.vault.moveRows(limit: 7, ahead: ahead) > 0 {}
        try vault.vault.workOffRotations()
        #expect(try vault.vault.rotationOverview(reader: vault.reader).rotations.map(\.failed) == [0])
        #expect(try found(vault) == [])
        try vault.reopen()
        #expect(try vault.pairwise("parking", "parking.permit").isEmpty == false)
        #expect(try found(vault) == [])
    }

    @Test func `pages follow each other to the last resident, and nobody is left out`() throws {
        let (vault, _) = try begun()
        let ahead = try RowsAhead(vault.vault, lanes: 2)
        var met: Set<Int64> = []
        for number in 0..<Int64(Self.people) { met.formUnion(try ahead.residents(after: number, limit: 7).keys) }
        #expect(met.count == Self.people)
        #expect(try ahead.residents(after: Int64(Self.people), limit: 7).isEmpty)
        ahead.end()
    }

    @Test func `whoever changed since is looked at anew by the writer`() throws {
        let (vault, resident) = try begun()
        let (grant, _) = try vault.agreed(resident, "health", "health.followup")
        let ahead = try ahead(vault)
        try vault.vault.revoke(grant, caller: resident)
        let permit = try vault.pairwise("parking", "parking.permit")
        _ = try vault.vault.write(
            [try required(FieldName("vehicle.plates")): ["湘B22222"]], purpose: try required(PurposeName("parking.permit")),
            resident: permit, caller: try vault.caller("parking"))
        _ = try vault.vault.moveRows(limit: 300, ahead: ahead)
        try vault.vault.workOffRotations()
        #expect(try vault.vault.rotationOverview(reader: vault.reader).rotations.map(\.failed) == [0])
        #expect(try found(vault) == [])
        let held = try vault.reader.store.read { try $0.grant(id: grant) }
        #expect(held?.state == .withdrawn)
    }

    @Test func `a row that is altered between the two does not pass for a logged one`() throws {
        let (vault, _) = try begun()
        let ahead = try ahead(vault)
        let queue = try DatabaseQueue(path: vault.path + "/vault.db")
        try queue.write { db in
            try db.execute(sql: "UPDATE cell SET time = time + 500000 WHERE resident = 5 AND field = (SELECT id FROM name WHERE text = 'home.room')")
            try db.execute(sql: "UPDATE envelope SET salt = zeroblob(length(salt)) WHERE resident = 6")
        }
        try queue.close()
        while try vault.vault.moveRows(limit: 7, ahead: ahead) > 0 {}
        try vault.vault.workOffRotations()
        let found = try found(vault)
        #expect(found.contains { $0.contains("resident 5 ") && $0.contains("the cell home.room was replaced") })
        #expect(found.contains { $0.contains("resident 6 ") && $0.contains("envelope") })
        #expect(found.allSatisfy { $0.contains("resident 5 ") || $0.contains("resident 6 ") })
    }

    @Test func `who is damaged is not worked out ahead`() throws {
        let (vault, _) = try begun()
        let queue = try DatabaseQueue(path: vault.path + "/vault.db")
        try queue.write { db in
            try db.execute(sql: "UPDATE cell SET time = time + 500000 WHERE resident = 5")
            try db.execute(sql: "UPDATE envelope SET salt = zeroblob(length(salt)) WHERE resident = 6")
            try db.execute(sql: "UPDATE resident SET revision = revision + 1 WHERE number = 7")
        }
        try queue.close()
        #expect(try Set(ahead(vault).keys) == Set(1...Int64(Self.people)).subtracting([5, 6, 7]))
        try vault.vault.workOffRotations()
        #expect(try vault.vault.rotationOverview(reader: vault.reader).rotations.map(\.failed) == [3])
    }
}
