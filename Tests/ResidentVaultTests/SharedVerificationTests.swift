import Foundation
import GRDB
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// `verify --data` by several cores, over more residents than are looked at in one page.
@Suite struct SharedVerificationTests {
    /// More than a page, and neither whole pages nor whole pieces.
    private static let residents = 1_070

    /// An honest vault, closed.
    private static func made() throws -> TemporaryVault {
        let vault = try TemporaryVault()
        let source = try required(AppName("committee"))
        let code = try ActivationCode.random().text().withBytes { Array($0.prefix { $0 != 0 }) }
        var people: [EnrolmentRequest] = []
        for number in 0..<residents {
            let born = "19\(40 + number / 500)-01-01"
            let fields: [FieldName: JSON] = [
                try required(FieldName("person.id_number")): .string(SamplePerson.idNumber(born: born, sequence: number % 500)),
                try required(FieldName("home.room")): "2301",
            ]
            people.append(
                EnrolmentRequest(fields: fields, sources: fields.mapValues { _ in source }, login: LoginName.random(), code: code))
        }
        let (outcomes, _) = try vault.vault.enrol(people, uid: 0)
        #expect(outcomes.allSatisfy { if case .enrolled = $0 { true } else { false } })
        try vault.vault.close()
        return vault
    }

    private static func alter(_ vault: TemporaryVault, _ sql: String) throws {
        let queue = try DatabaseQueue(path: vault.path + "/vault.db")
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// What so many helpers find together.
    private static func found(_ vault: TemporaryVault, helpers: Int) throws -> [String] {
        let directory = VaultDirectory(vault.path)
        let keys = try KeyShelf(reading: ServiceKeySource(directory)).any()
        func reader() throws -> StoreReader {
            try VaultDatabase.openForReading(path: directory.database, sealer: KeyRing(keys))
        }
        let others = try (0..<(helpers > 0 ? helpers + 1 : 0)).map { _ in try reader() }
        return try SharedView.read(try reader(), with: others) { snapshot, view in
            try VaultVerification.verify(
                snapshot, view, checkpoint: try FileBytes.read(directory.checkpoint),
                key: try VerifierKey(parsing: String(decoding: try FileBytes.read(directory.logKey), as: UTF8.self).trimmingCharacters(in: .newlines)),
                kept: [], data: true, checksSeals: true
            ).findings.map(\.text)
        }
    }

    @Test func `one altered row is found wherever it stands, and nothing else`() throws {
        let vault = try Self.made()
        #expect(try Self.found(vault, helpers: 3) == [])
        for number in [1, 32, 33, 1_024, 1_025, Self.residents] {
            let cell = "UPDATE cell SET time = time %@ 500000 WHERE resident = \(number) AND field = (SELECT id FROM name WHERE text = 'home.room')"
            try Self.alter(vault, cell.replacingOccurrences(of: "%@", with: "+"))
            let found = try Self.found(vault, helpers: 3)
            #expect(found.count == 1)
            #expect(found.first?.contains("resident \(number) ") == true)
            #expect(found.first?.contains("the cell home.room was replaced") == true)
            try Self.alter(vault, cell.replacingOccurrences(of: "%@", with: "-"))
        }
        #expect(try Self.found(vault, helpers: 3) == [])
    }

    @Test func `what is found, and its order, does not depend on how many look`() throws {
        let vault = try Self.made()
        try Self.alter(
            vault, """
                UPDATE cell SET time = time + 500000 WHERE resident % 97 = 5;
                UPDATE "grant" SET statement = zeroblob(10) WHERE resident % 151 = 3;
                UPDATE resident SET seal = zeroblob(length(seal)) WHERE number % 211 = 9;
                UPDATE resident SET id = zeroblob(4) WHERE number = 700;
                DELETE FROM bundle WHERE grant_id IN (SELECT id FROM "grant" WHERE resident % 171 = 1);
                DELETE FROM "grant" WHERE resident = 1030;
                DELETE FROM resident WHERE number IN (2, 640, 1065);
                """)
        let alone = try Self.found(vault, helpers: 0)
        #expect(alone.count > 30)
        for helpers in [1, 2, 5] { #expect(try Self.found(vault, helpers: helpers) == alone) }
        // As many as are kept, and the same ones.
        try Self.alter(vault, "UPDATE resident SET seal = zeroblob(length(seal))")
        let most = try Self.found(vault, helpers: 0)
        #expect(most.count >= LogVerifier.findingLimit)
        #expect(try Self.found(vault, helpers: 4) == most)
    }
}
