import Foundation
import GRDB
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// Three custodians, two of whom act together. Resident 1 has agreed to parking and is active; resident 2's letter
/// is unsent; resident 3 is active and has a proposal.
final class LossScene: Sendable {
    let vault: TemporaryVault
    let custodians: [TestCustodian]
    let resident: ResidentCaller
    let login: LoginName
    let letter: (login: LoginName, code: [UInt8])
    let grant: GrantID
    let parkingID: String

    init(threshold: Int = 2) throws {
        (vault, custodians) = try TemporaryVault.withCustodians(threshold: threshold)
        resident = try vault.resident()
        login = try vault.vault.loginName(resident, reader: vault.reader)
        (grant, parkingID) = try vault.agreed(resident, "parking", "parking.contact")
        letter = try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        _ = try vault.resident(.make("第三人", phone: "13500135000", born: "1970-02-02", sequence: 9), passphrase: "quiet river under stones")
    }

    var thief: Thief { Thief(vault) }
    var directory: VaultDirectory { VaultDirectory(vault.path) }
    func token(_ app: String) throws -> [UInt8] {
        try Credential(parsing: try SecretBytes(copying: try vault.token(app)), kind: .app).secret.withBytes { Array($0) }
    }
    /// Every cell of a resident.
    func cells(of resident: Int) throws -> Set<String> {
        try vault.reader.store.read { snapshot in
            let row = try required(try snapshot.resident(number: Int64(resident)))
            return Set(try snapshot.cells(of: row.reference).map { "\(resident) \($0.field)" })
        }
    }
    func logIn(_ words: String = LossMatrixTests.words) throws -> ResidentCaller {
        try vault.vault.authenticate(resident: try vault.vault.logIn(login, passphrase: Array(words.utf8), uid: 9).session, uid: 9)
    }
    func recover(_ login: LoginName, _ some: [TestCustodian]) throws -> [UInt8] {
        let (code, digest) = try TemporaryVault.newLetter()
        let status = try vault.ceremony(
            CeremonyAsk(kind: .recover(letter: digest), reason: "lost-passphrase", people: .logins([login])), some, code: code)
        #expect(status.done == 1)
        return code
    }
    func expectSound() throws {
        let report = try VaultVerification.verify(directory: vault.path, data: true)
        #expect(report.findings.map(\.text) == [] && report.sealsChecked == true)
    }
}
