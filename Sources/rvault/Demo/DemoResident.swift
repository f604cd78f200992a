internal import Glibc
internal import VaultCrypto
internal import VaultModel

/// One of the demo's residents at the terminal: a letter, a passphrase, and commands of `rvault`.
struct DemoResident: ~Copyable {
    let name: String
    private let passphrase: SecretBytes
    private let stage: DemoStage
    private(set) var login = ""

    init(_ name: String, _ stage: DemoStage) throws {
        self.name = name
        self.stage = stage
        passphrase = try SecretBytes(copying: Array(PassphraseOffer().text.utf8))
    }

    /// Opens the letter and activates with its code.
    mutating func activate(letters: String) throws -> Bool { try activate(Self.code(in: Self.page(of: name, in: letters))) }

    /// The same with a letter of custodians', which names nobody.
    mutating func activate(recovery letter: String) throws -> Bool {
        try activate(Self.code(in: SourceFile.read(letter)[...]))
    }

    private mutating func activate(_ code: borrowing SecretBytes) throws -> Bool {
        var inputs = ChildInputs()
        try inputs.add(code)
        try inputs.add(passphrase)
        let json = try stage.rvaultJSON(
            stage.at(["activate", "--code-fd", "3", "--passphrase-fd", "4"]), secrets: ["code", "passphrase"],
            inputs: inputs)
        login = json["login"]?.string ?? ""
        return LoginName(login) != nil
    }

    borrowing func logIn() throws -> Bool {
        var inputs = ChildInputs()
        try inputs.add(passphrase)
        let arguments = stage.at(["login", login, "--passphrase-fd", "3"]) + session
        return try stage.rvault(arguments, secrets: ["passphrase"], inputs: inputs).status == 0
    }

    /// Runs a command in this resident's session.
    borrowing func run(_ arguments: [String], lines: Int = 12) throws -> (status: Int32, output: String) {
        try stage.rvault(stage.at(arguments) + session, lines: lines)
    }

    /// The same in JSON, behind the scenes.
    borrowing func answer(_ arguments: [String]) throws -> JSON { try stage.ask(stage.at(arguments) + session) }

    private var session: [String] { ["--session", stage.path("\(login).session")] }

    /// The login name in someone's letter.
    static func login(of name: String, letters: String) throws -> String {
        let page = try page(of: name, in: letters)
        let label = Array(Letter.loginLabel.utf8)
        guard let start = position(of: label, in: page) else { throw DemoStage.Stop(description: "no login for \(name)") }
        let text = page[start...].dropFirst(label.count).prefix { $0 != UInt8(ascii: "\n") }
        return LoginName(String(decoding: text, as: UTF8.self))?.text ?? ""
    }

    /// The letter that names a resident.
    private static func page(of name: String, in letters: String) throws -> ArraySlice<UInt8> {
        let mine = Array("  \(name)\n".utf8)
        for page in try SourceFile.read(letters).split(separator: 0x0c) where position(of: mine, in: page) != nil { return page }
        throw DemoStage.Stop(description: "no letter for \(name)")
    }

    private static func code(in page: ArraySlice<UInt8>) throws -> SecretBytes {
        let label = Array(Letter.codeLabel.utf8)
        guard let start = position(of: label, in: page) else { throw DemoStage.Stop(description: "a letter without a code") }
        return try SecretBytes(
            copying: Array(page[start...].dropFirst(label.count).prefix { $0 != UInt8(ascii: "\n") }))
    }

    private static func position(of part: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= part.count else { return nil }
        return (bytes.startIndex...(bytes.endIndex - part.count)).first { bytes[$0...].starts(with: part) }
    }
}

extension DemoStage {
    /// The arguments and the vault they are for.
    func at(_ arguments: [String]) -> [String] { arguments + ["--dir", vault] }
}
