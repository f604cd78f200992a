internal import ArgumentParser
internal import VaultAPI
internal import VaultAudit
internal import VaultClient
internal import VaultModel

struct MeEraseCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase data of yours, for good.",
        discussion: """
            What a contract or a law still needs stays; who to ask is said. The certificate proves that it was erased.

            Example: rvault me erase --field health.medication
            Example: rvault me erase --category health --certificate erased.txt
            Example: rvault me erase --everything --certificate erased.txt
            """)

    @OptionGroup var options: ResidentOptions
    @OptionGroup var erasure: ErasureOptions
    var global: GlobalOptions { options.global }

    func perform(_ console: Console) async throws {
        let target = try erasure.target()
        let erasing = Erasing(console: console)
        let calls = try options.calls()
        if !erasure.yes { try erasing.confirm(erasing.sentence(target)) }
        let result = try await calls.erase(target)
        if result.fields == nil { try options.sessionFile().remove() }
        try erasing.report(result, file: erasure.certificate)
    }
}

struct ResidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resident",
        abstract: "Residents who move away, die or ask in writing.",
        discussion: "Example: rvault resident erase 123456788 --everything --reason moved_out",
        subcommands: [ResidentEraseCommand.self, ResidentCertificateCommand.self])
}

struct ResidentEraseCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase a resident, or some of their data, for good.",
        discussion: """
            The reason stands in the log: moved_out, died, asked (in writing) or unlawful (it should not be here).

            Example: rvault resident erase 123456788 --everything --reason moved_out --certificate erased.txt
            Example: rvault resident erase 123456788 --field health.note --reason unlawful
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var erasure: ErasureOptions

    @Argument(help: ArgumentHelp("The login name of the resident's letter.", valueName: "login"))
    var login: String

    @Option(help: ArgumentHelp("moved_out, died, asked or unlawful.", valueName: "reason"))
    var reason: String

    func perform(_ console: Console) async throws {
        let target = try erasure.target()
        let login = try LoginText.read(login)
        guard ResidentErasure.reasons.contains(reason) else { throw Failure(.usage, Sentence(ErasureFaults.badReason, reason)) }
        let erasing = Erasing(console: console)
        if !erasure.yes {
            let what = erasing.sentence(target).text(in: console.language)
            try erasing.confirm(Sentence(ErasureText.whatOther, LoginText.grouped(login), what))
        }
        let message = ResidentErasure(login: login, target: target, reason: reason)
        let result = try await global.operatorClient.call(.eraseResident, body: message.encoded, as: ErasureResult.self)
        try erasing.report(result, file: erasure.certificate)
    }
}

struct ResidentCertificateCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate",
        abstract: "Make the certificate of an erasure again, from its entry in the log.",
        discussion: "Example: rvault resident certificate 4711 --out erased.txt")

    @OptionGroup var global: GlobalOptions

    @Argument(help: ArgumentHelp("The entry's number.", valueName: "number"))
    var number: String

    @Option(help: ArgumentHelp("The file to write (printed if absent).", valueName: "file"))
    var out: String?

    func perform(_ console: Console) async throws {
        let number = try AuditIndex.read(number)
        let bytes = try await global.operatorClient.call(VaultClient.request(.certificate, id: "\(number)")).body
        guard let out else { return console.say(String(decoding: bytes, as: UTF8.self)) }
        try PrivateFile.create(out, bytes)
        if console.json { return console.answer(["certificate": .string(out)]) }
        console.say(ErasureText.certificateWritten, out)
    }
}

struct AuditCheckCertificateCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-certificate",
        abstract: "Check a certificate of erasure, without the vault.",
        discussion: """
            The log's key alone decides: the entry holds the certificate's digest, so that a certificate which the log does
            not know is refused, whoever signed it. A restore of the vault can lose entries that the copy of the log did not
            hold: with --tiles the certificate is held against an export of the log as it is now.

            Example: rvault audit check-certificate erased.txt --vkey log.vkey
            Example: rvault audit check-certificate erased.txt --vkey log.vkey --tiles ./log
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: ArgumentHelp("The certificate.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The log's key, from the notice board or an export.", valueName: "file"))
    var vkey: String

    @Option(help: ArgumentHelp("An export of the log as it is now, which must still hold the entry.", valueName: "dir"))
    var tiles: String?

    func perform(_ console: Console) async throws {
        guard let key = try KeyFile.read(vkey).first else { return }
        let bytes = try SourceFile.read(file, limit: CertificateFile.byteLimit)
        let certificate: CertificateFile
        do { certificate = try CertificateFile(parsing: bytes) } catch {
            throw Failure(.refused, Sentence(ErasureFaults.notCertificate, file))
        }
        let (certified, checkpoint): (ErasureCertificate, Checkpoint)
        do { (certified, checkpoint) = try certificate.verify(key: key, anyEpoch: true) } catch {
            throw Failure(.refused, Sentence(ErasureFaults.certificateBad, error.description))
        }
        let number = "\(certificate.proof.index)"
        if let tiles {
            try requireEntry(certificate, in: TileDirectory(tiles), key)
        } else if checkpoint.origin != key.name {
            // Under its older name the log can have gone further than what was carried over.
            throw Failure(
                .refused, Sentence(ErasureFaults.certificateEnded, number, checkpoint.origin),
                hint: Sentence(ErasureText.certifyAnew, number))
        }
        if console.json {
            return console.answer([
                "good": true, "log": .string(checkpoint.origin), "in_log_of_now": tiles == nil ? .null : true, "index": .integer(Int64(certificate.proof.index)), "backups_end": .string(certified.backupsEnd),
                "everything": .bool(certified.fields == nil),
            ])
        }
        console.say(ErasureText.certificateGood, number, certified.time.localMinute)
        if let fields = certified.fields {
            console.say(ErasureText.certifiedFields, fields.map(\.text).joined(separator: " "))
        } else {
            console.say(ErasureText.certifiedEverything)
        }
        let who = console.text(certified.role == .resident ? ErasureText.byResident : .byOperator)
        console.say(ErasureText.certifiedBy, who, certified.ground ?? "")
        console.say(ErasureText.proves, certified.backupsEnd)
        console.say(ErasureText.provesNot)
        if tiles == nil { console.say(ErasureText.provesThen, checkpoint.origin) }
    }

    /// - Throws: `Failure(.refused)` unless the log in the directory verifies and has this entry in its place.
    private func requireEntry(_ certificate: CertificateFile, in directory: TileDirectory, _ key: VerifierKey) throws {
        let found = try TileVerification(key: key).verify(directory)
        guard found.isSound else {
            throw Failure(.refused, Sentence(ErasureFaults.logNotSound, directory.path, found.findings.first?.description ?? ""))
        }
        let index = certificate.proof.index
        guard index < found.size, let entry = certificate.proof.entry,
            try directory.entry(index, size: found.size) == entry
        else { throw Failure(.refused, Sentence(ErasureFaults.certificateLost, "\(index)")) }
    }
}
