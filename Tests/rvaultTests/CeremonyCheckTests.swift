import Foundation
import Testing
import VaultAPI
import VaultAudit
import VaultCrypto
import VaultModel

@testable import rvault

/// What a custodian's tool believes of a file that somebody brought: nothing that the log does not prove.
@Suite struct CeremonyCheckTests {
    private let bench: CeremonyBench

    init() throws { bench = try CeremonyBench() }

    private func refusal(_ page: CeremonyPage, as place: Int = 0, now: Instant = CheckedCeremony.now) -> Sentence? {
        let failure = #expect(throws: Failure.self) { _ = try bench.check(page, as: place, now: now) }
        return failure?.message
    }

    @Test func `a request that stands in the log is shown, with its place`() throws {
        let request = bench.request()
        let checked = try bench.check(try bench.page(request, for: 0))
        #expect(checked.request == request)
        #expect(checked.voucher == .log(index: 0))
        #expect(checked.lines.count == 3)
    }

    @Test func `a request of which one member differs from the logged one is refused`() throws {
        let request = bench.request()
        let object = try #require(request.json.object)
        let changes: [String: JSON] = [
            "reason": "other-reason", "k": 3, "until": .integer(request.until.milliseconds - 1),
            "created": .integer(request.created.milliseconds - 1), "config": .string(Base64URL.encode([UInt8](repeating: 1, count: 32))),
            "box": .string(Base64URL.encode(try BoxKeyPair(seed: try Seed.random()).publicKey.bytes)),
            "ceremony": .string(CeremonyID.random().base64), "kind": "keys",
        ]
        for (key, value) in changes {
            var members = object
            members[key] = value
            let text = String(decoding: JSON.object(members).encoded, as: UTF8.self)
            let good = try bench.page(request, for: 0)
            let page = CeremonyPage(custodian: good.custodian, request: text, proof: good.proof, lines: good.lines, next: nil)
            let message = refusal(page)
            #expect(message == Sentence(key == "kind" ? CeremonyFaults.notTold : .otherEntry), "\(key)")
        }
    }

    @Test func `a request in other words than the canonical ones is not signed`() throws {
        let good = try bench.page(bench.request(), for: 0)
        for text in [good.request + " ", "{}", "", good.request.replacing("{\"box\"", with: "{\"also\":1,\"box\"")] {
            let page = CeremonyPage(custodian: good.custodian, request: text, proof: good.proof, lines: good.lines, next: nil)
            #expect(refusal(page) == Sentence(CeremonyFaults.notTold))
        }
    }

    @Test func `a list that is not the one the log names is refused`() throws {
        let request = bench.request()
        let good = try bench.page(request, for: 0)
        let other = try CeremonyBench(residents: 1).items[0]
        let lines = good.lines
        let renamed = CeremonyItem(resident: .init(id: lines[0].item.resident.id, login: other.resident.login))
        let lists: [[CeremonyLine]] = [
            Array(lines.dropLast()), lines + [CeremonyLine(item: other, share: nil)], lines + [lines[0]], [],
            Array(lines.dropLast()) + [CeremonyLine(item: other, share: nil)],
            [CeremonyLine(item: renamed, share: lines[0].share)] + lines.dropFirst(),
            [CeremonyLine(item: CeremonyItem(resident: lines[0].item.resident, delegate: other.resident), share: nil)] + lines.dropFirst(),
            // A share of one resident in the line of another.
            [CeremonyLine(item: lines[0].item, share: lines[1].share)] + lines.dropFirst(),
        ]
        for list in lists {
            let page = CeremonyPage(custodian: good.custodian, request: good.request, proof: good.proof, lines: list, next: nil)
            #expect(refusal(page) == Sentence(CeremonyFaults.otherList))
        }
    }

    @Test func `a recovery of two, and a delegation without delegates, are refused even if the log holds them`() throws {
        for result: CeremonyRequest.Result in [
            .recover(letter: Sodium.randomBytes(32)),
            .delegate(fields: [], basis: .consentGuardian, until: CheckedCeremony.now.advanced(bySeconds: 1000)),
        ] {
            let request = bench.request(result)
            #expect(throws: Failure.self) { _ = try bench.check(try bench.page(request, for: 0)) }
        }
    }

    @Test func `a proof of another log, another entry, or none, is refused`() throws {
        let request = bench.request()
        let good = try bench.page(request, for: 0)
        func page(_ proof: [UInt8]) -> CeremonyPage {
            CeremonyPage(
                custodian: good.custodian, request: good.request, proof: String(decoding: proof, as: UTF8.self),
                lines: good.lines, next: nil)
        }
        let stranger = try SigningKeyPair(seed: try Seed.random())
        #expect(refusal(page(try bench.proof(request.json, by: stranger)))?.phrase == CeremonyFaults.notProved.phrase)
        #expect(refusal(page([]))?.phrase == CeremonyFaults.notProved.phrase)
        #expect(refusal(page(Array(good.proof.utf8.dropLast(30))))?.phrase == CeremonyFaults.notProved.phrase)
        // The entry exists, but is about something else: of another action, or another request.
        #expect(refusal(page(try bench.proof(request.json, action: .config, by: bench.log))) == Sentence(CeremonyFaults.otherEntry))
        #expect(refusal(page(try bench.proof(bench.request().json, by: bench.log))) == Sentence(CeremonyFaults.otherEntry))
        // An entry that the checkpoint does not hold.
        let file = try ProofFile(parsing: try bench.proof(request.json, by: bench.log))
        let other = try ProofFile(parsing: try bench.proof(bench.request().json, by: bench.log))
        let mixed = ProofFile(entry: file.entry, index: 0, hashes: [], note: other.note)
        #expect(refusal(page(mixed.encoded))?.phrase == CeremonyFaults.notProved.phrase)
        let bare = ProofFile(entry: nil, index: 0, hashes: [], note: file.note)
        #expect(refusal(page(bare.encoded))?.phrase == CeremonyFaults.notProved.phrase)
    }

    @Test func `a request of another vault fails, whichever log it is brought with`() throws {
        let other = try CeremonyBench()
        let page = try other.page(other.request(), for: 0)
        #expect(refusal(page)?.phrase == CeremonyFaults.notProved.phrase)
        // Its id in a log that is ours.
        let request = bench.request(vault: other.vault)
        #expect(refusal(try bench.page(request, for: 0)) == Sentence(CeremonyFaults.otherEntry))
    }

    @Test func `without a key to check the log by nothing is proved`() throws {
        let page = try bench.page(bench.request(), for: 0)
        let failure = #expect(throws: Failure.self) {
            _ = try CheckedCeremony(page, custodian: bench.names[0], keys: [], now: CheckedCeremony.now)
        }
        #expect(failure?.message.phrase == CeremonyFaults.notProved.phrase)
    }

    @Test func `one of several keys of the log is enough`() throws {
        let old = try VerifierKey(name: bench.key.name, publicKey: try SigningKeyPair(seed: try Seed.random()).publicKey)
        let page = try bench.page(bench.request(), for: 0)
        for keys in [[old, bench.key], [bench.key, old]] {
            _ = try CheckedCeremony(page, custodian: bench.names[0], keys: keys, now: CheckedCeremony.now)
        }
    }

    @Test func `a request whose time is over, not yet come, or too long is refused`() throws {
        let now = CheckedCeremony.now
        let request = bench.request(created: now, seconds: 3600)
        let page = try bench.page(request, for: 0)
        _ = try bench.check(page, now: now.advanced(bySeconds: 3599))
        #expect(refusal(page, now: request.until)?.phrase == CeremonyFaults.expired.phrase)
        #expect(refusal(page, now: now.advanced(bySeconds: 999_999))?.phrase == CeremonyFaults.expired.phrase)
        _ = try bench.check(page, now: now.advanced(bySeconds: -300))
        #expect(refusal(page, now: now.advanced(bySeconds: -301))?.phrase == CeremonyFaults.fromFuture.phrase)
        let long = bench.request(seconds: CeremonyRequest.longestSeconds + 1)
        #expect(refusal(try bench.page(long, for: 0)) == Sentence(CeremonyFaults.tooLong))
        _ = try bench.check(try bench.page(bench.request(seconds: CeremonyRequest.longestSeconds), for: 0))
    }

    /// Points of low order: whatever is sealed to them opens to anyone (RFC 7748, section 6.1).
    @Test(arguments: [
        [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31),
        Base64URL.decode("4Ot6fDtBuK4WVuP68Z_EatoJjeucMrH9hmIFFl9JuAA") ?? [],
        Base64URL.decode("X5yVvKNQjCSx0LFVnIPvWwREXMRYHI6G2CJO3dCfEVc") ?? [],
    ])
    func `a ceremony's key of low order is refused, before anyone agrees`(_ key: [UInt8]) throws {
        try #require(key.count == 32)
        let request = bench.request(box: key)
        #expect(refusal(try bench.page(request, for: 0)) == Sentence(CeremonyFaults.badKey))
    }

    @Test func `another custodian's file is refused by name`() throws {
        let page = try bench.page(bench.request(), for: 1)
        #expect(refusal(page, as: 0) == Sentence(CeremonyFaults.otherCustodian, "owners", "committee"))
    }

    @Test func `a request for the vault's own keys is not taken from a ceremony's file`() throws {
        let request = bench.request(.keys, items: [])
        #expect(refusal(try bench.page(request, for: 0, items: [])) == Sentence(CeremonyFaults.notTold))
    }

    @Test func `a request for the vault's own keys is taken for the vault of one's own shares alone`() throws {
        let request = bench.request(.keys, items: [])
        let bytes = try request.encoded()
        let checked = try CheckedCeremony(keysRequest: bytes, vault: bench.vault, now: CheckedCeremony.now)
        #expect(checked.voucher == .nobody)
        let other = #expect(throws: Failure.self) {
            _ = try CheckedCeremony(keysRequest: bytes, vault: .random(), now: CheckedCeremony.now)
        }
        #expect(other?.message == Sentence(CeremonyFaults.otherVault))
        for wrong in [bench.request(.rekey, items: []), bench.request(.keys)] {
            #expect(throws: Failure.self) {
                _ = try CheckedCeremony(keysRequest: try wrong.encoded(), vault: bench.vault, now: CheckedCeremony.now)
            }
        }
        let late = #expect(throws: Failure.self) {
            _ = try CheckedCeremony(keysRequest: bytes, vault: bench.vault, now: request.until)
        }
        #expect(late?.message.phrase == CeremonyFaults.expired.phrase)
    }
}
