import Foundation
import ResidentVault
import Synchronization
import VaultCrypto
import VaultModel

struct BenchFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A vault for measuring, as a directory tree that is made once and copied for each run:
/// `vault/`, `tokens/APP`, `people/APP` (the app's ids of residents, a line each), `logins` (of those who consented).
///
/// It is made as a real one is: custodians sign the apps in, residents are enrolled through the library, and some of them
/// activate their letter and agree to a request.
struct BenchVault: Sendable {
    let root: String

    var vault: String { root + "/vault" }
    static let passphrase = Array("seven plain words for measuring".utf8)
    /// Each activation and each login costs an Argon2 hash, so not everybody does.
    static let consenting = 32

    func token(_ app: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: root + "/tokens/" + app))) }

    func lines(_ file: String) throws -> [String] {
        try String(contentsOfFile: root + "/" + file, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// The vault of this size in the work directory, made if there is none.
    static func made(residents: Int, in work: String, log: (String) -> Void) throws -> BenchVault {
        let made = BenchVault(root: "\(work)/made-\(residents)")
        let stamp = made.root + "/done-2"
        // One that this version of the store cannot open is made again.
        if FileManager.default.fileExists(atPath: stamp), let vault = try? Vault(openingAt: made.vault) {
            try vault.close()
            return made
        }
        try? FileManager.default.removeItem(atPath: made.root)
        try FileManager.default.createDirectory(atPath: made.root, withIntermediateDirectories: true)
        log("making a vault of \(residents) residents …")
        try made.create()
        let vault = try Vault(openingAt: made.vault)
        let enrolled = try made.enrol(residents, into: vault, log: log)
        try made.consent(enrolled.letters, vault: vault)
        try made.warm(vault)
        try vault.close()
        try Data().write(to: URL(filePath: stamp))
        return made
    }

    /// A copy to measure on.
    func copy(to place: String) throws -> BenchVault {
        try? FileManager.default.removeItem(atPath: place)
        try Command.run(["cp", "-r", "--reflink=auto", root, place])
        return BenchVault(root: place)
    }

    /// Makes the vault with three custodians, two of whom must agree, and registers the apps.
    ///
    /// - Returns: the custodians.
    @discardableResult
    func create() throws -> [BenchSigner] {
        let policies = root + "/policies"
        try Community.writePolicies(to: policies)
        for folder in ["tokens", "people"] {
            try FileManager.default.createDirectory(atPath: root + "/" + folder, withIntermediateDirectories: true)
        }
        let custodians = try Community.parties.map { try BenchSigner($0) }
        try Vault.create(
            at: vault, policyDirectory: policies,
            custodianship: try Custodianship(custodians.map { try $0.record }, threshold: 2))
        let vault = try Vault(openingAt: self.vault)
        for app in Community.apps {
            let credential = try Credential.random(.app, name: app)
            let keys = try AppKeys(credential.secret)
            guard let name = AppName(app) else { throw BenchFailure("no app's name: \(app)") }
            let change = try vault.proposeApp(
                name, box: keys.box.publicKey.bytes, auth: keys.authDigest, operatorHeld: false)
            try vault.change(change.bytes, approvals: custodians.map { $0.approve(change) }, uid: 0)
            let text = try credential.text().withBytes { Data($0.prefix { $0 != 0 }) }
            try text.write(to: URL(filePath: root + "/tokens/" + app))
        }
        let auditor = try Credential.random(.auditor, name: "scan")
        guard let name = AuditorName("scan") else { throw BenchFailure("no auditor's name") }
        _ = try vault.addAuditor(name, auth: try auditor.secret.authDigest(), operatorHeld: false, uid: 0)
        try auditor.text().withBytes { Data($0.prefix { $0 != 0 }) }.write(to: URL(filePath: root + "/tokens/auditor"))
        try vault.close()
        return custodians
    }

    struct Letter: Sendable {
        let index: Int
        let login: LoginName
        let code: [UInt8]
    }

    struct Enrolled: Sendable {
        var letters: [Letter] = []
        var seconds = 0.0
    }

    /// Enrols people on both cores, in chunks, so that memory stays bounded.
    ///
    /// - Parameter pausing: called before each chunk.
    func enrol(
        _ residents: Int, from first: Int = 0, into vault: Vault, log: (String) -> Void = { _ in },
        pausing: @Sendable () -> Void = {}
    ) throws -> Enrolled {
        let next = Mutex(first)
        let result = Mutex(Enrolled())
        let failure = Mutex<(any Error)?>(nil)
        let begun = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            do {
                while true {
                    let start = next.withLock { next in
                        defer { next += Self.chunk }
                        return next
                    }
                    if start >= first + residents { return }
                    pausing()
                    let letters = try Self.enrol(start..<min(start + Self.chunk, first + residents), into: vault)
                    if start < Self.consenting { result.withLock { $0.letters += letters } }
                }
            } catch { failure.withLock { $0 = error } }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        var enrolled = result.withLock { $0 }
        enrolled.seconds = begun.duration(to: .now).inSeconds
        log("enrolled \(residents) in \(FigureTable.number(enrolled.seconds)) s")
        return enrolled
    }

    private static let chunk = 64

    private static func enrol(_ range: Range<Int>, into vault: Vault) throws -> [Letter] {
        guard let source = AppName(Community.statutory.app) else { return [] }
        var letters: [Letter] = []
        var left = Array(range)
        // Login names are random, so one can be taken: those people are tried again, as an import does.
        while !left.isEmpty {
            let drafts = try left.map { index in
                let code = try ActivationCode.random().text().withBytes { Array($0.prefix { $0 != 0 }) }
                return Letter(index: index, login: .random(), code: code)
            }
            let people = drafts.map { letter in
                let fields = Community.person(letter.index)
                return EnrolmentRequest(
                    fields: fields, sources: fields.mapValues { _ in source }, login: letter.login, code: letter.code)
            }
            left = []
            for (letter, outcome) in zip(drafts, try vault.enrol(people, uid: 0).0) {
                switch outcome {
                case .enrolled: letters.append(letter)
                case .loginTaken: left.append(letter.index)
                // A making that was cut off is taken up a little before its end.
                case .known: break
                case .rejected: throw BenchFailure("person \(letter.index) was not enrolled: \(outcome)")
                }
            }
        }
        return letters
    }

    /// Some residents agree to a clinic's request.
    func consent(_ letters: [Letter], vault: Vault) throws {
        let caller = try vault.authenticate(app: try token(Community.consent.app), uid: 0)
        guard let field = FieldName("contact.phone"), let purpose = PurposeName(Community.consent.purpose) else { return }
        var logins = ""
        for letter in letters.sorted(by: { $0.index < $1.index }).prefix(Self.consenting) {
            _ = try vault.activate(code: letter.code, passphrase: Self.passphrase, uid: UInt32(letter.index))
            let opened = try vault.logIn(letter.login, passphrase: Self.passphrase, uid: UInt32(letter.index))
            let resident = try vault.authenticate(resident: opened.session, uid: UInt32(letter.index))
            let request = try vault.ask(
                ConsentAsk(
                    field: field, value: Community.phone(letter.index), purpose: purpose, fields: [], form: nil, until: nil),
                caller: caller)
            _ = try vault.approve(request, fields: nil, until: nil, caller: resident)
            logins += "\(letter.login.text) \(letter.index)\n"
        }
        try Data(logins.utf8).write(to: URL(filePath: root + "/logins"))
    }

    /// Notes each app's ids of its residents, and reads everybody once: at its first use a bundle is wrapped anew, which
    /// happens once in a grant's life.
    func warm(_ vault: Vault) throws {
        let reader = try vault.reader()
        for (app, purpose) in [Community.statutory, Community.contract, Community.consent] {
            let caller = try vault.authenticate(app: try token(app), uid: 0)
            var people: [String] = []
            var after: GrantID?
            repeat {
                let page = try vault.grants(caller: caller, after: after, limit: 500, reader: reader)
                people += page.map(\.statement.resident.base32)
                after = page.count == 500 ? page.last?.statement.grant : nil
            } while after != nil
            try Data((people.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: root + "/people/" + app))
            for start in stride(from: 0, to: people.count, by: 500) {
                let part = Array(people[start..<min(start + 500, people.count)])
                try InProcess.read(part, purpose: purpose, caller: caller, vault: vault, reader: reader)
            }
        }
    }
}

/// One party's keys.
final class BenchSigner {
    private let name: CustodianName
    private let keys: CustodianKeys

    init(_ name: String) throws {
        guard let name = CustodianName(name) else { throw BenchFailure("no custodian's name: \(name)") }
        self.name = name
        keys = try CustodianKeys(try Seed.random())
    }

    var record: CustodianRecord {
        get throws {
            CustodianRecord(
                name: name, box: keys.box.publicKey.bytes, sign: keys.signing.publicKey.bytes, auth: try keys.authDigest)
        }
    }

    func approve(_ change: ConfigChange) -> ConfigChange.Approval {
        ConfigChange.Approval(custodian: name, signature: keys.signing.sign(type: "change", object: change.bytes))
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
