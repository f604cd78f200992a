/// Everything derived from the service key (`kdf(…, "rvsrv_v1")`), made once at start. None of it opens a field. A class,
/// because a rotation holds two of them and readers keep theirs to the end of a request.
package final class ServiceKeys: Sendable {
    /// 1: signs the log's checkpoints.
    package let log: SigningKeyPair
    /// 2: blind indexes.
    package let index: BlindIndexRoot
    /// 3: row seals.
    package let rows: RowSealKey
    /// 4: signs enrolment grants.
    package let issuing: SigningKeyPair
    /// 5: answers for unknown people that look like known ones.
    package let decoy: DecoyKey
    /// 6: seals the index roots of older service keys.
    package let roots: RootSealKey

    package init(_ key: borrowing ServiceKey) throws(CryptoError) {
        let log = try SigningKeyPair(seed: try key.derive(1, "rvsrv_v1", as: KeyRole.Seed.self))
        let index = try key.derive(2, "rvsrv_v1", as: KeyRole.BlindIndexRoot.self)
        let rows = try key.derive(3, "rvsrv_v1", as: KeyRole.RowSeal.self)
        let issuing = try SigningKeyPair(seed: try key.derive(4, "rvsrv_v1", as: KeyRole.Seed.self))
        let decoy = try key.derive(5, "rvsrv_v1", as: KeyRole.Decoy.self)
        self.log = log
        self.index = index
        self.rows = rows
        self.issuing = issuing
        self.decoy = decoy
        roots = try key.derive(6, "rvsrv_v1", as: KeyRole.RootSeal.self)
    }
}

/// A resident's two key pairs (`kdf(seed, …, "rvres_v1")`). Only the resident ever holds the seed.
package struct ResidentKeys: ~Copyable, Sendable {
    package let box: BoxKeyPair
    private let signingSeed: Seed

    package init(_ seed: borrowing Seed) throws(CryptoError) {
        let box = try BoxKeyPair(seed: try seed.boxSeed())
        let signingSeed = try seed.derive(2, "rvres_v1", as: KeyRole.Seed.self)
        self.box = box
        self.signingSeed = signingSeed
    }

    /// Made when it is asked for: most of what a resident does signs nothing, and making it costs as much as signing.
    package borrowing func signing() throws(CryptoError) -> SigningKeyPair { try SigningKeyPair(seed: signingSeed) }
}

extension SymmetricKey where Role == KeyRole.Seed {
    /// The part of a resident's seed that the custodians keep: with it everything of theirs can be read, and nothing
    /// signed in their name.
    package borrowing func boxSeed() throws(CryptoError) -> Seed { try derive(1, "rvres_v1", as: KeyRole.Seed.self) }
}
