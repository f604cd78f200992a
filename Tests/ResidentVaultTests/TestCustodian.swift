import Foundation
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// A party's tool: the keys that never meet the vault.
final class TestCustodian: Sendable {
    let name: CustodianName
    /// What their key file holds, for tests in which someone stole it.
    let seed: Seed
    let keys: CustodianKeys
    let record: CustodianRecord

    init(_ name: String) throws {
        self.name = try required(CustodianName(name))
        seed = try Seed.random()
        keys = try CustodianKeys(seed)
        record = CustodianRecord(
            name: self.name, box: keys.box.publicKey.bytes, sign: keys.signing.publicKey.bytes, auth: try keys.authDigest)
    }

    func approve(_ change: ConfigChange) -> ConfigChange.Approval {
        ConfigChange.Approval(custodian: name, signature: keys.signing.sign(type: "change", object: change.bytes))
    }

    func sign(_ request: [UInt8]) -> [UInt8] { keys.signing.sign(type: CeremonyRequest.type, object: request) }

    /// Opens a share of one's own and seals it to a ceremony's key, as the tool does.
    func answer(_ share: CustodianShare, vault: VaultID, to box: [UInt8]) throws -> CustodianShare {
        let opened = try SealedShare.open(
            share.blob, x: share.x, vault: vault.bytes, resident: share.resident.bytes, set: share.set, with: keys.box)
        return CustodianShare(
            resident: share.resident, set: share.set, x: share.x, digest: share.digest,
            blob: try SealedShare.seal(
                opened, x: share.x, vault: vault.bytes, resident: share.resident.bytes, set: share.set,
                to: try BoxPublicKey(box)))
    }
}

extension TestCustodian {
    /// What the tool makes of their own file of shares of the vault's keys.
    func keyShares(_ file: [UInt8], _ vault: VaultID, to box: [UInt8]) throws -> [CustodianShare] {
        let json = try JSONParser.parse(file.dropLast())
        let owner = try required(ResidentID(vault.bytes))
        return try required(json["shares"]?.array).map { share in
            let sealed = CustodianShare(
                resident: owner, set: try required(share["set"]?.string.flatMap(Base64URL.decode)),
                x: UInt8(try required(share["x"]?.integer)),
                digest: try required(share["digest"]?.string.flatMap(Base64URL.decode)),
                blob: try required(share["share"]?.string.flatMap(Base64URL.decode)))
            return try answer(sealed, vault: vault, to: box)
        }
    }
}

/// Lost key files.
extension TemporaryVault {
    func keyShareFile(of custodian: TestCustodian) throws -> [UInt8] {
        try FileBytes.read(VaultDirectory(path).keyShares(of: custodian.name.text))
    }

    private var keyPaths: [String] {
        let directory = VaultDirectory(path)
        return ["", ".old"].flatMap { [directory.serviceKey + $0, directory.pepper + $0] }
    }

    /// The key files that are there: the pair in force, and the one before.
    func keyFiles() throws -> [[UInt8]] { try keyPaths.filter(VaultDirectory.exists).map(FileBytes.read) }

    /// Removes them and returns what they held.
    func loseKeys(alsoOld: Bool = false) throws -> [[UInt8]] {
        let lost = alsoOld ? keyPaths : Array(keyPaths.prefix(2))
        let kept = try lost.filter(VaultDirectory.exists).map { try FileBytes.read($0) }
        for path in lost where VaultDirectory.exists(path) { try FileManager.default.removeItem(atPath: path) }
        return kept
    }

    /// Lets custodians answer a restoring of the keys from their files.
    func answer(_ restore: KeyRestore, by custodians: [TestCustodian]) throws {
        for custodian in custodians {
            try restore.take(
                custodian.name, signature: custodian.sign(restore.bytes),
                shares: try custodian.keyShares(keyShareFile(of: custodian), vault.id, to: restore.request.box))
        }
    }

    /// Puts other custodians in place of those in force.
    func change(to next: [TestCustodian], threshold: Int, signedBy signers: [TestCustodian]) throws {
        let change = try vault.propose(.custodians(try Custodianship(next.map(\.record), threshold: threshold)))
        try vault.change(change.bytes, approvals: signers.map { $0.approve(change) }, uid: 0)
    }
}

extension TemporaryVault {
    static let parties = ["committee", "owners", "property"]

    /// A vault with custodians, in which some apps were approved by all of them.
    static func withCustodians(
        _ names: [String] = parties, threshold: Int = 2, apps: [String] = ["parking", "property", "committee"]
    ) throws -> (TemporaryVault, [TestCustodian]) {
        let custodians = try names.map { try TestCustodian($0) }
        let vault = try TemporaryVault(
            apps: [], custodianship: try Custodianship(custodians.map(\.record), threshold: threshold))
        for app in apps { try vault.register(app) { change in custodians.map { $0.approve(change) } } }
        return (vault, custodians)
    }

    /// Lets a custodian answer a ceremony for everyone on its list.
    @discardableResult
    func answer(_ ceremony: CeremonyStatus, by custodian: TestCustodian) throws -> CeremonyStatus {
        var (from, last) = (0, ceremony)
        while true {
            let page = try vault.ceremonyPage(ceremony.request.id, for: custodian.name, from: from, limit: 2, reader: reader)
            let shares = try page.lines.compactMap { line in
                try line.share.map { try custodian.answer($0, vault: vault.id, to: ceremony.request.box) }
            }
            last = try vault.answer(
                ceremony.request.id, by: custodian.name, signature: custodian.sign(page.bytes), shares: shares, reader: reader)
            guard let next = page.next else { return last }
            from = next
        }
    }

    /// Asks, lets some custodians answer, and carries it out to its end.
    @discardableResult
    func ceremony(
        _ ask: CeremonyAsk, _ custodians: [TestCustodian], code: [UInt8]? = nil
    ) throws -> CeremonyStatus {
        let opened = try vault.openCeremony(ask, uid: 0, reader: reader)
        for custodian in custodians { try answer(opened, by: custodian) }
        var status = opened
        while !status.isClosed { status = try vault.carryOut(opened.request.id, code: code, uid: 0, reader: reader) }
        return status
    }

    /// A new letter's code, and the digest that a request names it by.
    static func newLetter() throws -> (code: [UInt8], digest: [UInt8]) {
        let code = try ActivationCode.random()
        let text = try code.text().withBytes { Array($0.prefix { $0 != 0 }) }
        return (text, try Envelope.authDigest(of: try EnvelopeKey.activation(code.secret)))
    }
}
