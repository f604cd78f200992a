import Testing
import VaultCrypto
import VaultModel

@testable import VaultAudit

/// A log whose key changed: who may follow it, and who may not.
@Suite struct LogKeyChainTests {
    private final class Pair: Sendable {
        let keys: SigningKeyPair
        init() throws { keys = try SigningKeyPair(seed: try Seed.random()) }
        var bytes: [UInt8] { keys.publicKey.bytes }
        func verifier() throws -> VerifierKey { try VerifierKey(name: "log.example/a", publicKey: keys.publicKey) }
        func note(size: UInt64) throws -> [UInt8] {
            try Checkpoint(origin: "log.example/a", size: size, root: Hash.sha256([UInt8(size)])).signedNote(with: keys)
        }
        func change(to next: Pair, vault: VaultID, signedBy signer: Pair? = nil) throws -> JSON {
            let object = try LogKeyChain.object(vault: vault, from: bytes, to: next.bytes)
            let cross = (signer ?? self).keys.sign(type: LogKeyChain.type, object: object)
            return [
                "op": "service_key", "log": .string(Base64URL.encode(next.bytes)),
                "cross": .string(Base64URL.encode(cross)),
            ]
        }
        var initial: JSON { ["keys": ["log": .string(Base64URL.encode(bytes))]] }
    }

    private let vault = VaultID.random()

    /// Three keys: the second since entry 10, the third since entry 20.
    private func made() throws -> (LogKeyChain, [Pair]) {
        let pairs = try (0..<3).map { _ in try Pair() }
        var chain = LogKeyChain()
        #expect(chain.take(0, .initialized, vault: vault, change: pairs[0].initial) == nil)
        #expect(chain.take(10, .config, vault: vault, change: try pairs[0].change(to: pairs[1], vault: vault)) == nil)
        #expect(chain.take(11, .config, vault: vault, change: ["op": "app_add"]) == nil)
        #expect(chain.take(20, .config, vault: vault, change: try pairs[1].change(to: pairs[2], vault: vault)) == nil)
        #expect(chain.keys == pairs.map(\.bytes))
        return (chain, pairs)
    }

    @Test func `whoever trusts an old key follows to the newest, and whoever trusts the newest takes old checkpoints`() throws {
        let (chain, pairs) = try made()
        for pair in pairs {
            #expect(try chain.open(pairs[2].note(size: 30), trusting: pair.verifier()).size == 30)
            for (signer, size) in [(0, UInt64(10)), (1, 20), (2, 21)] {
                let kept = try chain.open(pairs[signer].note(size: size), trusting: pair.verifier(), within: 30)
                #expect(kept.size == size)
            }
        }
    }

    @Test func `a key signs nothing of a tree in which another has taken its place`() throws {
        let (chain, pairs) = try made()
        for (signer, size) in [(0, UInt64(11)), (0, 30), (1, 21)] {
            #expect(throws: AuditError.supersededKey) {
                try chain.open(pairs[signer].note(size: size), trusting: pairs[0].verifier(), within: 30)
            }
        }
    }

    @Test func `an earlier key counts only within a tree that is vouched for`() throws {
        let (chain, pairs) = try made()
        // The newest key's owner never said that the first was theirs: anybody could have named it their successor.
        for vouched in [UInt64(0), 20] {
            #expect(throws: AuditError.unknownSigner) {
                try chain.open(pairs[0].note(size: 10), trusting: pairs[2].verifier(), within: vouched)
            }
        }
        #expect(try chain.open(pairs[0].note(size: 10), trusting: pairs[2].verifier(), within: 21).size == 10)
    }

    @Test func `a change without the word of the key before is a finding, and its key signs nothing`() throws {
        let (first, thief) = (try Pair(), try Pair())
        let other = VaultID.random()
        for change in [
            try first.change(to: thief, vault: vault, signedBy: thief), try first.change(to: thief, vault: other),
            try thief.change(to: thief, vault: vault), ["op": "service_key", "log": .string(Base64URL.encode(thief.bytes))],
            ["op": "service_key"],
        ] {
            var chain = LogKeyChain()
            #expect(chain.take(0, .initialized, vault: vault, change: first.initial) == nil)
            #expect(chain.take(1, .config, vault: vault, change: change) != nil)
            #expect(throws: AuditError.unknownSigner) {
                try chain.open(thief.note(size: 5), trusting: first.verifier(), within: 5)
            }
        }
    }

    @Test func `a log never goes back to a key it had`() throws {
        var (chain, pairs) = try made()
        #expect(chain.take(30, .config, vault: vault, change: try pairs[2].change(to: pairs[0], vault: vault)) != nil)
        #expect(chain.keys == pairs.map(\.bytes))
    }

    @Test func `a key that the log does not name opens its own notes and no others`() throws {
        let (chain, pairs) = try made()
        let stranger = try Pair()
        #expect(try chain.open(stranger.note(size: 3), trusting: stranger.verifier()).size == 3)
        #expect(throws: AuditError.unknownSigner) { try chain.open(pairs[2].note(size: 30), trusting: stranger.verifier(), within: 30) }
        #expect(throws: AuditError.unknownSigner) { try chain.open(stranger.note(size: 3), trusting: pairs[0].verifier(), within: 30) }
    }
}
