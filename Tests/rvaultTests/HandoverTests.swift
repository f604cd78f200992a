import ArgumentParser
import Foundation
import Testing
import VaultAPI
import VaultCrypto
import VaultModel

@testable import rvault

/// Shares that go from one custodian to the next, with the real commands and keys.
@Suite struct HandoverTests {
    private let folder = TestFolder()
    private let bench: CeremonyBench
    /// Its first custodian follows on the bench's second, `owners`.
    private let next: CeremonyBench

    init() throws {
        bench = try CeremonyBench(residents: 7)
        next = try CeremonyBench(custodians: ["successor", "zz"], residents: 0)
    }

    private func run<Command: VaultCommand>(_ type: Command.Type, _ arguments: [String], fd: Bool = true) async throws {
        let passphrase = PassphraseDescriptor()
        defer { withExtendedLifetime(passphrase) {} }
        let words = ["custodian"] + arguments + (fd ? ["--passphrase-fd", passphrase.number] : [])
        try await #require(try Rvault.parseAsRoot(words) as? Command).perform(.english)
    }

    /// The export as the operator's command writes it: pages of a few shares each.
    private func export(by place: Int = 1) throws -> String {
        let shares = bench.residents.compactMap { $0.shares[bench.names[place]] }
        let pages = [Array(shares.prefix(4)), Array(shares.dropFirst(4))].map {
            SharePage(vault: bench.vault, custodian: bench.names[place], shares: $0, next: nil)
        }
        return folder.write("owners.shares", String(decoding: WireDecoding.ndjson(pages), as: UTF8.self))
    }

    private func messages(_ name: String) throws -> [ShareHandover] {
        try #require(folder.text(name)).split(separator: "\n").map {
            try WireDecoding.decode(Array($0.utf8), as: ShareHandover.self)
        }
    }

    @Test func `a successor holds each share the leaving custodian held, and the same secret comes out`() async throws {
        let (old, new) = (try bench.writeKey(1, to: folder), try next.writeKey(0, to: folder))
        let (second, third) = (folder.file("second"), folder.file("third"))
        try await run(CustodianResealCommand.self, ["reseal", try export(), "--key", old, "--to", new + ".pub", "--out", second, "--yes"])
        #expect(TestFolder.mode(second) == 0o600)
        #expect(try messages("second").allSatisfy { $0.signature == nil && $0.from.text == "owners" && $0.to.text == "successor" })
        try await run(CustodianAcceptCommand.self, ["accept", second, "--key", new, "--out", third])
        #expect(TestFolder.mode(third) == 0o600)
        let accepted = try messages("third")
        #expect(accepted.map(\.shares.count) == [4, 3])
        let signer = try next.keys(0).signing.publicKey
        for part in accepted {
            try signer.verify(
                try #require(part.signature), type: "share-handover", object: try CanonicalJSON.encode(part.signed))
        }
        // The one who leaves has signed for the same shares, and for the key that they are sealed to.
        let leaving = try bench.keys(1).signing.publicKey
        let box = try next.keys(0).box.publicKey.bytes
        for part in accepted {
            try leaving.verify(
                part.release, type: "share-release", object: try CanonicalJSON.encode(part.released(to: box)))
        }
        // With a share of another custodian the resident's secret comes out as before.
        let items = accepted.flatMap(\.shares)
        for resident in bench.residents {
            let item = try #require(items.first { $0.resident == resident.person.id })
            let other = try #require(resident.shares[bench.names[0]])
            #expect(item.digest == resident.shares[bench.names[1]]?.digest)
            var set = try ShareSet(capacity: 2, length: 32)
            try set.add(
                x: UInt8(item.x),
                y: try SealedShare.open(
                    item.share, x: UInt8(item.x), vault: bench.vault.bytes, resident: item.resident.bytes, set: item.set,
                    with: try next.keys(0).box))
            try set.add(
                x: UInt8(other.x),
                y: try SealedShare.open(
                    other.share, x: UInt8(other.x), vault: bench.vault.bytes, resident: other.resident.bytes, set: other.set,
                    with: try bench.keys(0).box))
            #expect(try Shamir.combine(set, threshold: 2).withBytes { Array($0) } == resident.secret)
        }
    }

    @Test func `shares of another custodian are not re-sealed, and no half file stays`() async throws {
        let (old, new) = (try bench.writeKey(1, to: folder), try next.writeKey(0, to: folder))
        let failure = await #expect(throws: Failure.self) {
            try await run(
                CustodianResealCommand.self,
                ["reseal", try export(by: 0), "--key", old, "--to", new + ".pub", "--out", folder.file("out"), "--yes"])
        }
        #expect(failure?.message == Sentence(CeremonyFaults.otherCustodian, "committee", "owners"))
        // In their own name, but sealed to someone else.
        let stolen = bench.residents.compactMap { $0.shares[bench.names[0]] }
        let page = SharePage(vault: bench.vault, custodian: bench.names[1], shares: stolen, next: nil)
        let file = folder.write("stolen", String(decoding: page.encoded, as: UTF8.self))
        await #expect(throws: Failure.self) {
            try await run(
                CustodianResealCommand.self,
                ["reseal", file, "--key", old, "--to", new + ".pub", "--out", folder.file("out"), "--yes"])
        }
        #expect(!folder.exists("out"))
    }

    @Test func `a successor signs nothing that does not open, is not right, or is for someone else`() async throws {
        let new = try next.writeKey(0, to: folder)
        let box = try next.keys(0).box.publicKey
        let own = try bench.own(1)
        let good = try bench.residents.compactMap { $0.shares[bench.names[1]] }.map {
            try own.reseal($0, vault: bench.vault, to: box, owner: "x")
        }
        var bent = good
        bent[3] = ShareItem(
            resident: good[3].resident, set: good[3].set, x: good[3].x, digest: good[2].digest, share: good[3].share)
        var foreign = good
        foreign[0] = try #require(bench.residents[0].shares[bench.names[1]])
        let cases: [(shares: [ShareItem], vault: VaultID, from: CustodianName, to: CustodianName)] = [
            (bent, bench.vault, bench.names[1], next.names[0]), (foreign, bench.vault, bench.names[1], next.names[0]),
            (good, .random(), bench.names[1], next.names[0]), (good, bench.vault, bench.names[1], next.names[1]),
            (good, bench.vault, next.names[0], next.names[0]),
        ]
        for (place, part) in cases.enumerated() {
            let message = ShareHandover(vault: part.vault, from: part.from, to: part.to, shares: part.shares,
                release: [UInt8](repeating: 0, count: 64))
            let file = folder.write("in-\(place)", String(decoding: message.encoded, as: UTF8.self) + "\n")
            await #expect(throws: Failure.self, "\(place)") {
                try await run(CustodianAcceptCommand.self, ["accept", file, "--key", new, "--out", folder.file("out")])
            }
            #expect(!folder.exists("out"))
        }
    }

    @Test func `lines of two vaults, or that are no shares, are refused by number`() async throws {
        let (old, new) = (try bench.writeKey(1, to: folder), try next.writeKey(0, to: folder))
        let page = SharePage(vault: bench.vault, custodian: bench.names[1], shares: [], next: nil)
        let other = SharePage(vault: .random(), custodian: bench.names[1], shares: [], next: nil)
        for (text, message) in [
            (String(decoding: WireDecoding.ndjson([page, other]), as: UTF8.self), Sentence(CeremonyFaults.otherVault)),
            (String(decoding: page.encoded, as: UTF8.self) + "\n{}\n", nil), ("", nil),
        ] {
            let file = folder.write("in", text)
            let failure = await #expect(throws: Failure.self) {
                try await run(
                    CustodianResealCommand.self,
                    ["reseal", file, "--key", old, "--to", new + ".pub", "--out", folder.file("out"), "--yes"])
            }
            if let message { #expect(failure?.message == message) } else {
                #expect(failure?.message == Sentence(CeremonyFaults.notHandover, file, text.isEmpty ? "1" : "2"))
            }
        }
        #expect(!folder.exists("out"))
    }

    @Test func `a secret key file is not taken for a public one`() throws {
        let old = try bench.writeKey(1, to: folder)
        #expect(throws: Failure.self) { _ = try CustodianPublicFile(reading: old) }
        #expect(try CustodianPublicFile(reading: old + ".pub").name.text == "owners")
    }

    @Test func `what no successor has signed is not sent`() async throws {
        let message = ShareHandover(vault: bench.vault, from: bench.names[1], to: next.names[0], shares: [],
            release: [UInt8](repeating: 0, count: 64))
        let file = folder.write("unsigned", String(decoding: message.encoded, as: UTF8.self))
        let failure = await #expect(throws: Failure.self) {
            try await run(CustodianTakeCommand.self, ["take", file, "--admin-socket", folder.file("none.sock")], fd: false)
        }
        #expect(failure?.message == Sentence(CeremonyFaults.notAccepted, file))
    }
}
