import ArgumentParser
import Foundation
import Testing
import VaultAPI
import VaultAudit
import VaultCrypto
import VaultModel

@testable import rvault

@Suite struct CeremonyAnswerTests {
    private let bench: CeremonyBench
    private let folder = TestFolder()

    init() throws { bench = try CeremonyBench() }

    private func answer(_ request: CeremonyRequest, by place: Int) throws -> CeremonyAnswer {
        let checked = try bench.check(try bench.page(request, for: place), as: place)
        return try Answering.answer(checked, try bench.own(place), custodian: bench.names[place])
    }

    @Test func `two answers and the ceremony's key give each secret back, and one answer gives none`() throws {
        let request = bench.request()
        let answers = try [0, 2].map { try answer(request, by: $0) }
        for resident in bench.residents {
            #expect(try bench.combine(answers, of: resident) == resident.secret)
            #expect(throws: CryptoError.self) { _ = try bench.combine([answers[0]], of: resident) }
        }
    }

    @Test func `an answer is signed over the request's bytes, and opens to no other key`() throws {
        let request = bench.request()
        let answer = try answer(request, by: 1)
        #expect(answer.ceremony == request.id && answer.custodian == bench.names[1])
        let key = try bench.keys(1).signing.publicKey
        try key.verify(answer.signature, type: "ceremony", object: try request.encoded())
        #expect(throws: CryptoError.self) {
            try key.verify(answer.signature, type: "ceremony", object: try bench.request().encoded())
        }
        for (item, resident) in zip(answer.shares, bench.residents) {
            #expect(item.digest == resident.shares[bench.names[1]]?.digest)
            #expect(throws: CryptoError.self) {
                _ = try SealedShare.open(
                    item.share, x: UInt8(item.x), vault: bench.vault.bytes, resident: item.resident.bytes, set: item.set,
                    with: try bench.keys(1).box)
            }
        }
    }

    @Test func `a share that is another custodian's, altered, or not the right one is refused, and whose it is named`() throws {
        let request = bench.request()
        let good = try bench.page(request, for: 0)
        let mine = try #require(good.lines[0].share)
        let theirs = try #require(bench.residents[0].shares[bench.names[1]])
        var bent = mine.share
        bent[60] ^= 1
        func item(x: Int? = nil, set: [UInt8]? = nil, digest: [UInt8]? = nil, share: [UInt8]? = nil) -> ShareItem {
            ShareItem(
                resident: mine.resident, set: set ?? mine.set, x: x ?? mine.x, digest: digest ?? mine.digest,
                share: share ?? mine.share)
        }
        let wrong = [
            theirs, item(x: mine.x + 1), item(set: Sodium.randomBytes(16)), item(digest: theirs.digest), item(share: bent),
            item(share: []), item(share: [UInt8](repeating: 0, count: 256)),
        ]
        let login = LoginText.grouped(good.lines[0].item.resident.login)
        for share in wrong {
            let page = CeremonyPage(
                custodian: good.custodian, request: good.request, proof: good.proof,
                lines: [CeremonyLine(item: good.lines[0].item, share: share)] + good.lines.dropFirst(), next: nil)
            let checked = try bench.check(page)
            let failure = #expect(throws: Failure.self) {
                _ = try Answering.answer(checked, try bench.own(0), custodian: bench.names[0])
            }
            #expect(failure?.message == Sentence(CeremonyFaults.wrongShare, login))
        }
    }

    @Test func `whoever holds no share of someone still signs, and says so first`() throws {
        let request = bench.request()
        let good = try bench.page(request, for: 0)
        let lines = [CeremonyLine(item: good.lines[0].item, share: nil)] + good.lines.dropFirst()
        let page = CeremonyPage(custodian: good.custodian, request: good.request, proof: good.proof, lines: lines, next: nil)
        let checked = try bench.check(page)
        let words = CeremonyWords(ceremony: checked, console: .english).lines
        #expect(words.contains("For 1 of them your party holds no share."))
        #expect(try Answering.answer(checked, try bench.own(0), custodian: bench.names[0]).shares.count == 2)
    }

    @Test func `an answer goes in parts, each with the signature`() throws {
        let answer = try answer(bench.request(), by: 0)
        let many = CeremonyAnswer(
            ceremony: answer.ceremony, custodian: answer.custodian, signature: answer.signature,
            shares: (0..<1001).map { _ in answer.shares[0] })
        let parts = Answering.parts(many)
        #expect(parts.map(\.shares.count) == [500, 500, 1])
        #expect(parts.allSatisfy { $0.signature == answer.signature && $0.encoded.count < WireLimits.body })
        let none = CeremonyAnswer(
            ceremony: answer.ceremony, custodian: answer.custodian, signature: answer.signature, shares: [])
        #expect(Answering.parts(none) == [none])
    }

    // MARK: - The command

    private func run(_ arguments: [String], passphrase: PassphraseDescriptor = PassphraseDescriptor()) async throws {
        defer { withExtendedLifetime(passphrase) {} }
        let words = ["custodian", "answer"] + arguments + ["--passphrase-fd", passphrase.number, "--lang", "en"]
        let command = try #require(try Rvault.parseAsRoot(words) as? CustodianAnswerCommand)
        try await command.perform(.english)
    }

    private func carried(_ request: CeremonyRequest) throws -> (file: String, key: String, vkey: String) {
        let file = folder.file("ceremony.json")
        try PrivateFile.create(file, CeremonyFile.encoded(try bench.page(request, for: 0)))
        let vkey = folder.write("log.vkey", bench.key.text + "\n", mode: 0o644)
        return (file, try bench.writeKey(0, to: folder), vkey)
    }

    @Test func `a file is answered into a file of the custodian's alone, and the vault's key opens it`() async throws {
        let request = bench.request(.recover(letter: Sodium.randomBytes(32)), items: [bench.items[0]])
        let file = folder.file("ceremony.json")
        try PrivateFile.create(file, CeremonyFile.encoded(try bench.page(request, for: 0, items: [bench.items[0]])))
        let vkey = folder.write("log.vkey", bench.key.text + "\n", mode: 0o644)
        let key = try bench.writeKey(0, to: folder)
        try await run([file, "--key", key, "--vkey", vkey, "--yes"])
        #expect(TestFolder.mode(file + ".answer") == 0o600)
        let text = try #require(folder.text("ceremony.json.answer"))
        let answer = try WireDecoding.decode(Array(text.utf8), as: CeremonyAnswer.self)
        #expect(answer.shares.count == 1 && answer.ceremony == request.id)
        // No second answer over the first.
        await #expect(throws: Failure.self) { try await run([file, "--key", key, "--vkey", vkey, "--yes"]) }
        #expect(folder.text("ceremony.json.answer") == text)
    }

    @Test func `nothing is written where the passphrase is wrong or nobody is there to agree`() async throws {
        let (file, key, vkey) = try carried(bench.request())
        await #expect(throws: Failure.self) {
            try await run(
                [file, "--key", key, "--vkey", vkey, "--yes"], passphrase: PassphraseDescriptor("another phrase\n"))
        }
        let elsewhere = try CeremonyBench()
        let other = folder.write("other.vkey", elsewhere.key.text + "\n", mode: 0o644)
        let failure = await #expect(throws: Failure.self) {
            try await run([file, "--key", key, "--vkey", other, "--yes"])
        }
        #expect(failure?.message.phrase == CeremonyFaults.notProved.phrase)
        #expect(!folder.names().contains { $0.hasSuffix(".answer") })
    }

    @Test func `the vault's own keys: shares come from the party's own file`() async throws {
        let request = bench.request(.keys, items: [])
        let body: JSON = ["type": "keys-request", "request": .string(String(decoding: try request.encoded(), as: UTF8.self))]
        let file = folder.write("keys.request", String(decoding: body.encoded, as: UTF8.self) + "\n")
        let shares = folder.write("key-shares-committee", String(decoding: try bench.keyShares(0), as: UTF8.self))
        let key = try bench.writeKey(0, to: folder)
        try await run([file, "--key", key, "--shares", shares, "--yes"])
        let answer = try WireDecoding.decode(Array(try #require(folder.text("keys.request.answer")).utf8), as: CeremonyAnswer.self)
        #expect(answer.shares.count == 2 && answer.shares.allSatisfy { $0.resident.bytes == bench.vault.bytes })
        for item in answer.shares {
            let share = try SealedShare.open(
                item.share, x: UInt8(item.x), vault: bench.vault.bytes, resident: bench.vault.bytes, set: item.set,
                with: bench.ceremony)
            #expect(
                try ShareDigest.make(resident: bench.vault.bytes, set: item.set, x: UInt8(item.x), y: share) == item.digest)
        }
        // With the log's key it is refused: the log says nothing about it.
        let vkey = folder.write("log.vkey", bench.key.text + "\n", mode: 0o644)
        let failure = await #expect(throws: Failure.self) { try await run([file, "--key", key, "--vkey", vkey, "--yes"]) }
        #expect(failure?.message == Sentence(CeremonyFaults.needsShares, file))
        // A ceremony's file is no request for the vault's keys.
        let ceremony = folder.file("c.json")
        try PrivateFile.create(ceremony, CeremonyFile.encoded(try bench.page(bench.request(), for: 0)))
        await #expect(throws: Failure.self) { try await run([ceremony, "--key", key, "--shares", shares, "--yes"]) }
        // Another party's shares.
        let others = folder.write("key-shares-owners", String(decoding: try bench.keyShares(1), as: UTF8.self))
        await #expect(throws: Failure.self) { try await run([file, "--key", key, "--shares", others, "--yes", "--out", folder.file("x")]) }
        #expect(!folder.exists("x"))
    }

    @Test func `a file of shares that others may read, or that is something else, is refused`() throws {
        let text = String(decoding: try bench.keyShares(0), as: UTF8.self)
        let open = folder.write("open", text, mode: 0o644)
        #expect(throws: Failure.self) { _ = try KeySharesFile(reading: open) }
        #expect(try KeySharesFile(Array(text.utf8), at: "x").shares.map(\.owner) == ["service.key", "pepper"])
        for wrong in [
            "", "{}", text.replacing("key-shares", with: "key-share"), text.replacing("\"pepper\"", with: "\"other\""),
            text.replacing("\"pepper\"", with: "\"service.key\""), text.replacing("\"k\":2", with: "\"k\": 2"),
        ] {
            #expect(throws: Failure.self) { _ = try KeySharesFile(Array(wrong.utf8), at: "x") }
        }
    }
}
