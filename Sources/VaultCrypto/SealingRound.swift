internal import Synchronization

/// One ephemeral key for several sealed boxes that are made together, each to another recipient, as in CMS (RFC 5753,
/// section 3.1): it saves a scalar multiplication a box. What one recipient can open says nothing about the others'
/// shared secrets (Bellare, Boldyreva, Staddon, PKC 2003: randomness may be reused over recipients whose keys are their own).
///
/// Two boxes to one recipient must not share it: key and nonce come from both public keys, and would be used twice. So each
/// recipient is served once, and a second box to the same one gets a key of its own.
///
/// For boxes that stand together anyway, such as all of one resident's: equal first halves tell that they were made
/// together.
package final class SealingRound: Sendable {
    let pair: BoxKeyPair
    private let served = Mutex<Set<BoxPublicKey>>([])

    package init() throws(CryptoError) { pair = try BoxKeyPair(ephemeral: ()) }

    /// Whether this is the first box to a recipient.
    func claim(_ key: BoxPublicKey) -> Bool { served.withLock { $0.insert(key).inserted } }
}
