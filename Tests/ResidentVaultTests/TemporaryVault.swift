import Foundation
import GRDB
import Synchronization
import VaultCrypto
import VaultModel

@testable import ResidentVault

/// A vault in a directory of its own, with the default policies, a clock that tests move, and apps whose tokens the
/// tests hold. It is removed with the value.
///
/// `@unchecked Sendable`: its own variables change only in its test's main line, before tasks share it or after.
final class TemporaryVault: @unchecked Sendable {
    let path: String
    private(set) var vault: Vault
    /// Stays on an old view for as long as it may, so that every test here is one of what an old view does.
    private(set) var reader: VaultReader
    let clock: MovableClock
    private var tokens: [String: [UInt8]] = [:]

    static let policies = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Policies").path

    init(
        apps: [String] = ["parking", "health", "education", "property", "committee"], custodianship: Custodianship = .none
    ) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "rvault-test-\(UUID().uuidString)").path
        clock = MovableClock()
        try Vault.create(at: path, policyDirectory: Self.policies, custodianship: custodianship)
        vault = try Vault(openingAt: path, clocks: clock.clocks)
        reader = try vault.reader(keepsViews: true)
        for app in apps { try register(app) }
    }

    /// Another directory's vault with the same apps and clock, such as a restored one.
    init(at path: String, of other: TemporaryVault) throws {
        self.path = path
        clock = other.clock
        tokens = other.tokens
        vault = try Vault(openingAt: path, clocks: clock.clocks)
        reader = try vault.reader(keepsViews: true)
    }

    deinit {
        reader.endView()
        try? vault.close()
        try? FileManager.default.removeItem(atPath: path)
    }

    /// - Parameter sign: custodians' signatures of the change, where the vault has custodians.
    func register(_ app: String, sign: ((ConfigChange) throws -> [ConfigChange.Approval])? = nil) throws {
        let credential = try Credential.random(.app, name: app)
        let keys = try AppKeys(credential.secret)
        let name = try required(AppName(app))
        if let sign {
            let change = try vault.proposeApp(
                name, box: keys.box.publicKey.bytes, auth: keys.authDigest, operatorHeld: false)
            _ = try vault.change(change.bytes, approvals: try sign(change), uid: 0)
        } else {
            _ = try vault.addApp(name, box: keys.box.publicKey.bytes, auth: keys.authDigest, operatorHeld: false, uid: 0)
        }
        tokens[app] = try credential.text().withBytes { Array($0) }
    }

    func caller(_ app: String) throws -> AppCaller {
        try vault.authenticate(app: try required(tokens[app]), uid: 1000)
    }

    /// Lets an app use another token.
    func hold(_ app: String, _ token: [UInt8]) { tokens[app] = token }

    func token(_ app: String) throws -> [UInt8] { try required(tokens[app]) }

    /// Closes and opens again, as a restart does; `between` may alter the files.
    func reopen(acceptingClock: Bool = false, remakingTiles: Bool = false, _ between: () throws -> Void = {}) throws {
        reader.endView()
        try vault.close()
        try between()
        vault = try Vault(openingAt: path, clocks: clock.clocks, acceptingClock: acceptingClock, remakingTiles: remakingTiles)
        reader = try vault.reader(keepsViews: true)
    }

    /// Opens again after an opening that was refused.
    func reopenAfterFailure(_ before: () throws -> Void) throws {
        try before()
        vault = try Vault(openingAt: path, clocks: clock.clocks)
        reader = try vault.reader(keepsViews: true)
    }

    /// Changes the database behind the daemon's back.
    func alter(_ sql: String) throws {
        try reopen {
            let queue = try DatabaseQueue(path: path + "/vault.db")
            try queue.write { try $0.execute(sql: sql) }
            try queue.close()
        }
    }

    /// Enrols one person and returns what their letter says.
    @discardableResult
    func enrol(_ person: SamplePerson = .adult) throws -> (login: LoginName, code: [UInt8]) {
        let code = try ActivationCode.random().text().withBytes { Array($0.prefix { $0 != 0 }) }
        let login = LoginName.random()
        let fields = try person.fields.reduce(into: [FieldName: JSON]()) { $0[try required(FieldName($1.key))] = $1.value }
        let source = try required(AppName("committee"))
        let (outcomes, _) = try vault.enrol(
            [EnrolmentRequest(fields: fields, sources: fields.mapValues { _ in source }, login: login, code: code)], uid: 0)
        guard outcomes == [.enrolled(login)] else { throw Unexpected("enrolment: \(outcomes)") }
        return (login, code)
    }

    /// Enrols, activates and logs in.
    func resident(_ person: SamplePerson = .adult, passphrase: String = "correct horse battery") throws -> ResidentCaller {
        let letter = try enrol(person)
        _ = try vault.activate(code: letter.code, passphrase: Array(passphrase.utf8), uid: 1001)
        let opened = try vault.logIn(letter.login, passphrase: Array(passphrase.utf8), uid: 1001)
        return try vault.authenticate(resident: opened.session, uid: 1001)
    }

    /// Reads as an app and waits for the answer.
    func read(_ app: String, _ purpose: String, _ residents: [String], _ fields: [String], form: DisclosureForm? = nil, initiator: String? = nil) throws -> JSON {
        let outcome = Mutex<Result<[UInt8], any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        vault.read(
            ReadRequest(
                purpose: try required(PurposeName(purpose)), residents: residents,
                fields: try fields.map { try required(FieldName($0)) }, form: form, initiator: initiator, caseReference: nil),
            caller: try caller(app), reader: reader, resume: { again in DispatchQueue.global().async(execute: again) },
            finish: { result in
                outcome.withLock { $0 = result }
                done.signal()
            })
        done.wait()
        return try JSONParser.parse(try required(outcome.withLock { $0 }).get())
    }

    /// The one item of a read about one resident.
    func item(
        _ app: String, _ purpose: String, _ resident: String, _ fields: [String], form: DisclosureForm? = nil,
        initiator: String? = nil
    ) throws -> JSON {
        try required(try read(app, purpose, [resident], fields, form: form, initiator: initiator)["records"]?.array?.first)
    }

    /// The pairwise id under which an app may look a person up by phone; needs a live grant.
    func pairwise(_ app: String, _ purpose: String, phone: String = "13800138000") throws -> String {
        let found = try vault.lookUp(
            field: try required(FieldName("contact.phone")), value: phone, purpose: try required(PurposeName(purpose)),
            caller: try caller(app))
        return try required(found).base32
    }

    /// Asks by phone.
    @discardableResult
    func ask(_ app: String, _ purpose: String, _ fields: [String] = [], phone: String = "13800138000", until: Instant? = nil) throws -> RequestID {
        try vault.ask(
            ConsentAsk(
                field: try required(FieldName("contact.phone")), value: phone, purpose: try required(PurposeName(purpose)),
                fields: try fields.map { try required(FieldName($0)) }, form: nil, until: until),
            caller: try caller(app))
    }

    /// Asks and agrees; returns the grant and the app's id for the resident.
    func agreed(
        _ resident: ResidentCaller, _ app: String, _ purpose: String, _ fields: [String]? = nil, until: Instant? = nil
    ) throws -> (grant: GrantID, pairwise: String) {
        let request = try ask(app, purpose)
        let grant = try vault.approve(
            request, fields: try fields?.map { try required(FieldName($0)) }, until: until, caller: resident)
        let state = try vault.requestState(request, caller: try caller(app), reader: reader)
        return (grant, try required(state.resident).base32)
    }

    /// All entries of the log.
    func entries() throws -> [JSON] {
        try vault.logEntries(from: 0, limit: 100_000, reader: reader).map(\.entry)
    }
}

/// A clock that stands until it is moved.
final class MovableClock: Sendable {
    private let milliseconds = Mutex<Int64>(Int64(Date().timeIntervalSince1970 * 1000) + 1000)
    private let passed = Mutex<Int64>(0)

    var now: @Sendable () -> Instant { { Instant(milliseconds: self.milliseconds.withLock { $0 }) } }
    var clocks: Clocks { Clocks(wall: now, elapsed: { .seconds(self.passed.withLock { $0 }) }) }

    /// Time passes.
    func advance(seconds: Int64) {
        passed.withLock { $0 += seconds }
        leap(seconds: seconds)
    }

    /// Someone sets the clock.
    func leap(seconds: Int64) { milliseconds.withLock { $0 += seconds * 1000 } }
}

/// A number that threads share.
final class Counter: Sendable {
    private let number = Mutex(0)
    var value: Int { number.withLock { $0 } }
    func add(_ amount: Int) { number.withLock { $0 += amount } }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// `#require` outside of a test body.
func required<Value>(_ value: Value?, line: Int = #line) throws -> Value {
    guard let value else { throw Unexpected("nothing where something was expected, line \(line)") }
    return value
}

/// Invented people; the area code of the ID numbers is unassigned, their check digit is right.
struct SamplePerson {
    var fields: [String: JSON]

    /// An adult with a value in every default purpose.
    static let adult = make("赵娟志", phone: "13800138000", born: "2000-01-16", sequence: 206)
    /// Ten years old, with a phone of their own.
    static let child = make("小明", phone: "13900139000", born: "2016-03-01", sequence: 11)

    static func make(_ name: String, phone: String, born: String, sequence: Int) -> SamplePerson {
        SamplePerson(fields: [
            "person.name": .string(name), "person.id_number": .string(idNumber(born: born, sequence: sequence)),
            "person.birth_date": .string(born), "contact.phone": .string(phone), "home.building": "11栋",
            "home.unit": "3单元", "home.room": "2301", "vehicle.plates": ["湘G12345"], "vehicle.spaces": ["B1-810"],
            "health.chronic": ["高血压"], "health.allergies": ["青霉素", "花生"], "education.school": "崇文小学",
        ])
    }

    /// GB 11643: ISO 7064 MOD 11-2 over 17 digits.
    static func idNumber(born: String, sequence: Int) -> String {
        let tail = String(sequence)
        let digits = "999901" + born.filter { $0 != "-" } + String(repeating: "0", count: 3 - tail.count) + tail
        let remainder = digits.utf8.reduce(0) { ($0 + Int($1 - 48)) * 2 % 11 }
        let check = (12 - remainder) % 11
        return digits + (check == 10 ? "X" : String(check))
    }
}
