import ArgumentParser
import Foundation
import Synchronization
import Testing
import VaultAPI
import VaultAudit
import VaultCrypto
import VaultModel

@testable import rvault

/// The operator's commands and a custodian's live ones, against a socket that answers as a vault does.
@Suite struct CeremonyCommandTests {
    private let folder = TestFolder()
    private let bench: CeremonyBench

    init() throws { bench = try CeremonyBench() }

    private func http(_ message: some WireMessage, _ status: String = "200 OK") -> FakeSocket.Answer {
        http(String(decoding: message.encoded, as: UTF8.self), status)
    }

    private func http(_ body: String, _ status: String) -> FakeSocket.Answer {
        .bytes("HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private let none = ItemList<CeremonyView>(items: [])

    private func view(
        _ request: CeremonyRequest, state: String = "open", answered: Int = 0, done: Int = 0, failed: Int = 0
    ) throws -> CeremonyView {
        CeremonyView(
            state: state, request: String(decoding: try request.encoded(), as: UTF8.self), index: 0,
            custodians: bench.names, answered: Array(bench.names.prefix(answered)), done: done, failed: failed)
    }

    /// What a socket has seen.
    private final class Seen: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        var lines: [String] { all.map { String($0.prefix { $0 != "\r\n" && $0 != "\r" }) } }
        func add(_ text: String) { texts.withLock { $0.append(text) } }

        /// The body of a request as JSON.
        func body(_ place: Int) throws -> JSON {
            let parts = all[place].components(separatedBy: "\r\n\r\n")
            return try JSONParser.parse(Array(parts.dropFirst().joined(separator: "\r\n\r\n").utf8))
        }
    }

    private func run<Command: VaultCommand>(
        _ type: Command.Type, _ words: [String], _ answers: [FakeSocket.Answer],
        seeing: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Seen {
        let seen = Seen()
        let path = folder.file("s\(UUID().uuidString.prefix(6)).sock")
        let server = try FakeSocket(path, answers) { text, _ in
            seen.add(text)
            seeing(text)
        }
        defer { withExtendedLifetime(server) {} }
        let all = ["custodian"] + words + ["--socket", path, "--admin-socket", path]
        try await #require(try Rvault.parseAsRoot(all) as? Command).perform(.english)
        return seen
    }

    // MARK: - Requests

    @Test func `a recovery's letter is durable before anyone is asked, and holds the code that is asked for`() async throws {
        let item = bench.items[0]
        let request = bench.request(.recover(letter: Sodium.randomBytes(32)), items: [item])
        let pages = try (0..<3).map { try bench.page(request, for: $0, items: [item]) }
        let letter = folder.file("letter.txt")
        let digests = Mutex<[JSON?]>([])
        let before = Mutex<[Bool]>([])
        let login = item.resident.login
        let seen = try await run(
            CustodianRequestRecoverCommand.self,
            [
                "request", "recover", "--login", login.text, "--reason", "lost-passphrase", "--letter", letter, "--out",
                folder.file("out"),
            ],
            [http(none), http(try view(request), "201 Created")] + pages.map { http($0) }
        ) { text in
            guard text.hasPrefix("POST /v1/ceremonies ") else { return }
            let body = try? JSONParser.parse(Array((text.components(separatedBy: "\r\n\r\n").last ?? "").utf8))
            digests.withLock { $0.append(body?["letter"]) }
            before.withLock { $0.append(FileManager.default.fileExists(atPath: letter)) }
        }
        #expect(before.withLock { $0 } == [true])
        #expect(TestFolder.mode(letter) == 0o600)
        let code = try RecoveryLetter.code(in: letter)
        let typed = try ActivationCode(typed: code)
        let key = try EnvelopeKey.activation(typed.secret)
        let digest = Base64URL.encode(try Envelope.authDigest(of: key))
        #expect(digests.withLock { $0 } == [.string(digest)])
        #expect(folder.text("letter.txt")?.contains(LoginText.grouped(login)) == true)
        // The code itself was sent to nobody.
        let text = code.withBytes { String(decoding: $0, as: UTF8.self) }
        #expect(!seen.all.joined().contains(text))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).sorted()
        #expect(names == bench.names.map { CeremonyFile.name(request.id, $0) })
        for name in names { #expect(TestFolder.mode(folder.file("out/" + name)) == 0o600) }
        #expect(TestFolder.mode(folder.file("out")) == 0o700)
    }

    @Test func `by ID number the login name comes from the vault's answer into the letter`() async throws {
        let item = bench.items[0]
        let request = bench.request(.recover(letter: Sodium.randomBytes(32)), items: [item])
        let number = PassphraseDescriptor("999903198001010013\n")
        defer { withExtendedLifetime(number) {} }
        let seen = try await run(
            CustodianRequestRecoverCommand.self,
            ["request", "recover", "--id-number-fd", number.number, "--reason", "lost-letter", "--letter", folder.file("l")],
            [http(none), http(try view(request), "201 Created"), http(try bench.page(request, for: 0, items: [item]))])
        #expect(try seen.body(1)["id_number"] == "999903198001010013")
        #expect(try seen.body(1)["logins"] == nil)
        #expect(!seen.lines.joined().contains("999903198001010013"))
        #expect(folder.text("l")?.contains(LoginText.grouped(item.resident.login)) == true)
        #expect(TestFolder.mode(folder.file("l")) == 0o600)
        _ = try ActivationCode(typed: try RecoveryLetter.code(in: folder.file("l")))
        #expect(folder.names().filter { $0.hasPrefix("l") } == ["l"])
    }

    @Test func `a refused recovery leaves no letter, one that may have been taken leaves it`() async throws {
        let words = ["request", "recover", "--login", "123456788", "--reason", "lost-passphrase", "--letter", folder.file("l")]
        let problem = http(ProblemBody(.notFound, detail: "there is no such resident"), "404 Not Found")
        await #expect(throws: Failure.self) {
            _ = try await run(CustodianRequestRecoverCommand.self, words, [http(none), problem])
        }
        #expect(!folder.exists("l"))
        let failure = await #expect(throws: Failure.self) {
            _ = try await run(CustodianRequestRecoverCommand.self, words, [http(none), .last("")])
        }
        #expect(failure?.hint == Sentence(CeremonyHints.keepLetter, folder.file("l")))
        #expect(folder.exists("l"))
        // And it is not written over.
        await #expect(throws: Failure.self) {
            _ = try await run(CustodianRequestRecoverCommand.self, words, [http(none)])
        }
    }

    @Test func `no letter is made where no daemon is`() async throws {
        let words = [
            "custodian", "request", "recover", "--login", "123456788", "--reason", "lost-passphrase", "--letter",
            folder.file("l"), "--admin-socket", folder.file("none.sock"),
        ]
        let command = try #require(try Rvault.parseAsRoot(words) as? CustodianRequestRecoverCommand)
        await #expect(throws: (any Error).self) { try await command.perform(.english) }
        #expect(!folder.exists("l"))
    }

    @Test(arguments: ["Zhang San", "lost_passphrase", "", "9lives"])
    func `a reason that could be about a person is refused here`(_ reason: String) async throws {
        let failure = await #expect(throws: Failure.self) {
            _ = try await run(
                CustodianRequestRekeyCommand.self, ["request", "rekey", "--all", "--reason", reason], [http(none)])
        }
        #expect(failure?.message == Sentence(CeremonyFaults.malformedReason))
    }

    @Test func `a list of guardians becomes pairs, and a bad line is named by number alone`() async throws {
        let request = bench.request()
        let list = folder.write("g.csv", "ward,delegate\n123456788, 100000008\r\n\n202611236,999999995\n")
        let seen = try await run(
            CustodianRequestDelegateCommand.self,
            [
                "request", "delegate", "--list", list, "--field", "person.name", "--until", "2030-08-31", "--reason", "guardians",
            ], [http(try view(request), "201 Created")])
        #expect(
            try seen.body(0) == [
                "kind": "delegate", "reason": "guardians", "fields": ["person.name"], "basis": "consent.guardian",
                "until": "2030-08-31T15:59:59.999Z",
                "pairs": [
                    ["ward": "123456788", "delegate": "100000008"], ["ward": "202611236", "delegate": "999999995"],
                ],
            ])
        for (text, line) in [
            ("123456788,100000009\n", 1), ("123456788,100000008\n123456788\n", 2), ("123456788,123456788\n", 1),
            ("123456788,100000008\nward,delegate\n", 2),
        ] {
            let path = folder.write("bad.csv", text)
            let failure = #expect(throws: Failure.self) { _ = try PairList.read(path) }
            #expect(failure?.message == Sentence(CeremonyFaults.badPair, path, "\(line)"))
        }
        let twice = folder.write("twice.csv", "123456788,100000008\n123456788,999999995\n")
        #expect(throws: Failure.self) { _ = try PairList.read(twice) }
        #expect(throws: Failure.self) { _ = try PairList.read(folder.write("empty.csv", "ward,delegate\n")) }
    }

    // MARK: - Pages

    @Test func `pages are joined in their order, and pages that do not go on are refused`() async throws {
        let good = try bench.page(bench.request(), for: 0)
        func part(_ lines: ArraySlice<CeremonyLine>, next: Int?, request: String? = nil) -> CeremonyPage {
            CeremonyPage(
                custodian: good.custodian, request: request ?? good.request, proof: good.proof, lines: Array(lines), next: next)
        }
        let pages = [0: part(good.lines[..<1], next: 1), 1: part(good.lines[1..<2], next: 2), 2: part(good.lines[2...], next: nil)]
        func page(_ start: Int, of pages: [Int: CeremonyPage]) throws -> CeremonyPage {
            guard let page = pages[start] else { throw CocoaError(.fileNoSuchFile) }
            return page
        }
        let joined = try await CeremonyFile.join { try page($0, of: pages) }
        #expect(joined == good)
        let wrong: [[Int: CeremonyPage]] = [
            [0: part(good.lines[..<1], next: 0)], [0: part(good.lines[..<1], next: 2), 2: part(good.lines[2...], next: nil)],
            [0: part(good.lines[..<1], next: 1), 1: part([], next: 2)],
            [0: part(good.lines[..<1], next: 1), 1: part(good.lines[1...], next: nil, request: "{}")],
        ]
        for pages in wrong {
            await #expect(throws: Failure.self) { _ = try await CeremonyFile.join { try page($0, of: pages) } }
        }
    }

    // MARK: - Answers

    @Test func `a custodian answers live under the credential of their key, and only after the log's proof`() async throws {
        let request = bench.request()
        let key = try bench.writeKey(0, to: folder)
        let vkey = folder.write("log.vkey", bench.key.text + "\n", mode: 0o644)
        let (first, second) = (PassphraseDescriptor(), PassphraseDescriptor())
        defer { withExtendedLifetime((first, second)) {} }
        let words = [
            "answer", "--ceremony=\(request.id.base64)", "--key", key, "--vkey", vkey, "--yes", "--passphrase-fd",
        ]
        let seen = try await run(
            CustodianAnswerCommand.self, words + [first.number],
            [http(try bench.page(request, for: 0)), http(try view(request, answered: 1))])
        #expect(seen.lines[0].hasPrefix("GET /v1/custody/ceremonies/\(request.id.base64)?from=0 "))
        #expect(seen.lines[1].hasPrefix("POST /v1/custody/ceremonies/\(request.id.base64):answer "))
        let credential = try bench.keys(0).credential("committee").text().withBytes { String(decoding: $0, as: UTF8.self) }
        #expect(seen.all.allSatisfy { $0.contains("\r\nAuthorization: Bearer \(credential)\r\n") })
        let answer = try CeremonyAnswer(json: try seen.body(1))
        #expect(answer.shares.count == 3)
        // Another request than the one asked for is not answered.
        let failure = await #expect(throws: Failure.self) {
            _ = try await run(
                CustodianAnswerCommand.self, words + [second.number], [http(try bench.page(bench.request(), for: 0))])
        }
        #expect(failure?.message == Sentence(CeremonyFaults.otherCeremony))
    }

    @Test func `answers are brought in parts, and what is no answer is not sent`() async throws {
        let request = bench.request()
        let checked = try bench.check(try bench.page(request, for: 0))
        let answer = try Answering.answer(checked, try bench.own(0), custodian: bench.names[0])
        let many = CeremonyAnswer(
            ceremony: answer.ceremony, custodian: answer.custodian, signature: answer.signature,
            shares: (0..<501).map { _ in answer.shares[0] })
        let file = folder.write("a.answer", String(decoding: many.encoded, as: UTF8.self) + "\n")
        let seen = try await run(
            CustodianSubmitCommand.self, ["submit", file],
            [http(try view(request)), http(try view(request, answered: 1))])
        #expect(seen.lines.allSatisfy { $0.hasPrefix("POST /v1/ceremonies/\(request.id.base64):answer ") })
        #expect(try (0..<2).map { try CeremonyAnswer(json: try seen.body($0)).shares.count } == [500, 1])
        let page = folder.write("p.json", String(decoding: try bench.page(request, for: 0).encoded, as: UTF8.self))
        let failure = await #expect(throws: Failure.self) {
            _ = try await run(CustodianSubmitCommand.self, ["submit", page], [http(none)])
        }
        #expect(failure?.message == Sentence(CeremonyFaults.notAnswer, page))
    }

    // MARK: - Carrying out

    @Test func `carrying out goes on until the ceremony is closed, with the letter's code`() async throws {
        let request = bench.request(.recover(letter: Sodium.randomBytes(32)), items: [bench.items[0]])
        let letter = try RecoveryLetter.make(folder.file("letter"), login: bench.items[0].resident.login)
        let busy = http(ProblemBody(.busy, detail: "busy"), "503 Service Unavailable")
        let seen = try await run(
            CustodianCarryOutCommand.self,
            Array(IDArgument.marked(["custodian", "carry-out", request.id.base64]).dropFirst()) + ["--letter", letter.path],
            [busy, http(try view(request)), http(try view(request, state: "closed", done: 1))])
        #expect(seen.lines.count == 3)
        #expect(seen.lines.allSatisfy { $0.hasPrefix("POST /v1/ceremonies/\(request.id.base64):carry-out ") })
        let code = try RecoveryLetter.code(in: letter.path).withBytes { String(decoding: $0, as: UTF8.self) }
        #expect(try (0..<3).allSatisfy { try seen.body($0) == ["code": .string(code)] })
    }

    @Test func `a file without one letter, or that others may read, gives no code`() throws {
        let letter = try RecoveryLetter.make(folder.file("letter"), login: bench.items[0].resident.login)
        let text = try #require(folder.text("letter"))
        for (name, content, mode) in [("two", text + text, mode_t(0o600)), ("none", "no letter\n", 0o600), ("open", text, 0o644)] {
            let path = folder.write(name, content, mode: mode)
            #expect(throws: Failure.self, "\(name)") { _ = try RecoveryLetter.code(in: path) }
        }
        _ = try RecoveryLetter.code(in: letter.path)
    }

    @Test func `a vault that no longer moves is not asked for ever`() async throws {
        let still = try view(bench.request(), done: 1)
        var count = 0
        do {
            _ = try await CarryingOut(console: .english).run {
                count += 1
                return still
            }
            Issue.record("it ended")
        } catch { #expect(Failure(error).message == Sentence(CeremonyFaults.stuck, "1")) }
        #expect(count > 10 && count < 1000)
        // One that moves is, however long it takes.
        var done = 0
        let request = bench.request()
        let last = try await CarryingOut(console: .english).run {
            done += 1
            return try view(request, state: done < 1000 ? "open" : "closed", done: done)
        }
        #expect(last.done == 1000)
    }

    // MARK: - Handover

    @Test func `a custodian's shares are exported a page a line`() async throws {
        let shares = bench.residents.compactMap { $0.shares[bench.names[1]] }
        func page(_ shares: ArraySlice<ShareItem>, next: Int?) -> SharePage {
            SharePage(vault: bench.vault, custodian: bench.names[1], shares: Array(shares), next: next)
        }
        let seen = try await run(
            CustodianSharesCommand.self, ["shares", "owners", "--out", folder.file("o")],
            [http(page(shares[..<2], next: 17)), http(page(shares[2...], next: nil))])
        #expect(seen.lines.map { $0.split(separator: " ")[1] } == ["/v1/shares/owners", "/v1/shares/owners?after=17"])
        #expect(TestFolder.mode(folder.file("o")) == 0o600)
        var read: [ShareItem] = []
        try HandoverFile.lines(Array(try #require(folder.text("o")).utf8), at: "o", as: SharePage.self) { page, _ in
            read += page.shares
        }
        #expect(read == shares)
        // A vault that goes in a circle, or gives another's, is not believed; nothing stays behind.
        for answers in [[page(shares[...], next: 3), page(shares[...], next: 3)]] {
            await #expect(throws: Failure.self) {
                _ = try await run(
                    CustodianSharesCommand.self, ["shares", "owners", "--out", folder.file("x")], answers.map { http($0) })
            }
        }
        await #expect(throws: Failure.self) {
            _ = try await run(
                CustodianSharesCommand.self, ["shares", "committee", "--out", folder.file("x")], [http(page([], next: nil))])
        }
        #expect(!folder.exists("x"))
    }

    @Test func `accepted shares are taken line by line`() async throws {
        let lines = [0, 1].map { _ in
            ShareHandover(
                vault: bench.vault, from: bench.names[0], to: bench.names[1], shares: [],
                release: [UInt8](repeating: 2, count: 64), signature: [UInt8](repeating: 1, count: 64))
        }
        let file = folder.write("t", String(decoding: WireDecoding.ndjson(lines), as: UTF8.self))
        let seen = try await run(
            CustodianTakeCommand.self, ["take", file],
            [http(SharesTaken(taken: 2, outdated: 1)), http(SharesTaken(taken: 3, outdated: 0))])
        #expect(seen.lines.allSatisfy { $0.hasPrefix("POST /v1/shares:take ") } && seen.lines.count == 2)
    }

    @Test func `an id that begins with a hyphen is an id`() throws {
        let id = "-AECAwQFBgcICQoLDA0ODw"
        for words in [["custodian", "drop", id], ["custodian", "carry-out", id]] {
            #expect(throws: Never.self) { _ = try Rvault.parseAsRoot(IDArgument.marked(words)) }
        }
        let marked = IDArgument.marked(["custodian", "drop", id])
        let command = try #require(try Rvault.parseAsRoot(marked) as? CustodianDropCommand)
        #expect(try CeremonyArgument.read(command.id).base64 == id)
        // No option of ours is mistaken for one.
        let line = ["custodian", "answer", "f", "--key", "k", "--vkey", "v", "--passphrase-fd", "3", "--yes", "--out", "o"]
        #expect(IDArgument.marked(line) == line)
    }
}
