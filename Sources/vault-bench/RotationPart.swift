import Foundation
import ResidentVault
import VaultModel

/// The service key rotated, and with it every row's seal and every index; then all residents' fields marked for new keys. A
/// vault of its own: custodians sign the change.
final class RotationPart: BenchPart {
    static let name = "rotate"
    private static let residents = 5_000
    private let made: BenchVault
    private let vault: Vault
    private let custodians: [BenchSigner]

    init(_ bench: Bench) throws {
        made = BenchVault(root: bench.work + "/run-rotate")
        try? FileManager.default.removeItem(atPath: made.root)
        custodians = try made.create()
        vault = try Vault(openingAt: made.vault)
        _ = try made.enrol(Self.residents, into: vault)
        bench.note("Rotations are of \(FigureTable.number(Double(Self.residents))) residents, in process, without a limit.")
    }

    func round(_ bench: Bench) throws {
        try bench.quietly {
            let change = try vault.proposeServiceKey()
            try vault.change(change.bytes, approvals: custodians.map { $0.approve(change) }, uid: 0)
            bench.add("rotate.service", try rate())
            _ = try vault.rotateFields(.everyone, uid: 0)
            bench.add("rotate.fields", try rate())
        }
    }

    private func rate() throws -> Double {
        let begun = ContinuousClock.now
        try vault.workOffRotations()
        return Double(Self.residents) / begun.duration(to: .now).inSeconds
    }

    func end() { try? vault.close() }

    static var targets: [Target] {
        [
            Target(title: "rotate the service key: every seal and index of a resident", key: "rotate.service", unit: "/s"),
            Target(title: "mark a resident's fields for new keys", key: "rotate.fields", unit: "/s"),
        ]
    }
}
