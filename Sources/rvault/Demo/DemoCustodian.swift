internal import Glibc
internal import VaultCrypto
internal import VaultModel

/// One of the demo's custodians: a party with a key file and its passphrase, which the vault never sees.
struct DemoCustodian: ~Copyable {
    let name: String
    private let passphrase: SecretBytes
    private let stage: DemoStage

    init(_ name: String, _ stage: DemoStage) throws {
        self.name = name
        self.stage = stage
        passphrase = try SecretBytes(copying: Array(PassphraseOffer().text.utf8))
    }

    private var key: String { stage.path("\(name).custodian") }
    var publicFile: String { key + ".pub" }

    borrowing func makeKey() throws {
        try run(["custodian", "keygen", name, "--out", stage.directory], lines: 1)
    }

    /// Reads a change in words and signs it.
    ///
    /// - Returns: the signature's file.
    borrowing func approve(_ change: String, lines: Int) throws -> String {
        try run(["custodian", "approve", change, "--key", key, "--yes"], lines: lines)
        return "\(change).\(name).approval"
    }

    /// Reads what is asked of the custodians and answers it.
    ///
    /// - Returns: the answer's file.
    borrowing func answer(_ file: String, lines: Int) throws -> String {
        try run(
            ["custodian", "answer", file, "--key", key, "--vkey", stage.vault + "/log.vkey", "--yes", "--out", file + ".answer"],
            lines: lines)
        return file + ".answer"
    }

    private borrowing func run(_ arguments: [String], lines: Int) throws {
        var inputs = ChildInputs()
        try inputs.add(passphrase)
        let status = try stage.rvault(
            arguments + ["--passphrase-fd", "3"], secrets: ["passphrase"], inputs: inputs, lines: lines).status
        guard status == 0 else { throw DemoStage.Stop(description: "rvault \(arguments[0]) \(arguments[1]): \(status)") }
    }
}

/// The demo's three custodians, of whom two act together.
struct DemoCustodians: ~Copyable {
    let committee: DemoCustodian
    let owners: DemoCustodian
    let property: DemoCustodian

    init(_ stage: DemoStage) throws {
        // All three first: parts of a value that cannot be copied are not given up one by one when the next fails.
        let first = try DemoCustodian("committee", stage)
        let second = try DemoCustodian("owners", stage)
        let third = try DemoCustodian("property", stage)
        committee = first
        owners = second
        property = third
    }

    borrowing func makeKeys() throws {
        try committee.makeKey()
        try owners.makeKey()
        try property.makeKey()
    }

    var publicFiles: [String] { [committee.publicFile, owners.publicFile, property.publicFile] }
}
