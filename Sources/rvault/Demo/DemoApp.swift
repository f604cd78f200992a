internal import Glibc
internal import VaultAPI
internal import VaultClient
internal import VaultCrypto
internal import VaultModel

/// One of the demo's apps, speaking HTTP over the socket with its own token.
struct DemoApp: ~Copyable {
    let name: String
    private let client: VaultClient
    private let token: SecretBytes
    private let stage: DemoStage

    /// Reads the token that `rvault app keygen` wrote, and puts it into a header file for `curl`, as the shown commands
    /// have it: whoever keeps the directory can repeat them.
    init(_ name: String, _ stage: DemoStage) throws {
        guard let descriptor = try PrivateFile.open(stage.path("\(name).token")) else {
            throw DemoStage.Stop(description: "no token of \(name)")
        }
        defer { close(descriptor) }
        let token = try SecretInput.line(from: descriptor)
        let label = Array("Authorization: \(Wire.bearer)".utf8)
        var header = try SecretBytes(zeroed: label.count + token.count)
        header.withMutableBytes { target in
            target.copyBytes(from: label)
            token.withBytes { UnsafeMutableRawBufferPointer(rebasing: target[label.count...]).copyMemory(from: $0) }
        }
        try PrivateFile.create(stage.path("\(name).header"), header)
        self.name = name
        self.stage = stage
        self.token = token
        client = VaultClient(socketPath: stage.vault + "/rvault.sock")
    }

    /// Makes a call, shows it as `curl` would make it, and gives back status and answer.
    borrowing func call(_ route: Route, id: String = "", _ body: JSON? = nil) async throws -> (status: Int, json: JSON)
    {
        let request = VaultClient.request(route, id: id, body: body?.encoded)
        let data = body.map { " --json '\(String(decoding: $0.encoded, as: UTF8.self))'" } ?? ""
        stage.showCommand("curl --unix-socket vault/rvault.sock -H @\(name).header http://rvault\(request.path)\(data)")
        let response = try await client.send(request, credential: { token.withBytes($0) })
        let json = try WireDecoding.parse(response.body)
        stage.showAnswer("\(response.status) " + String(decoding: response.body, as: UTF8.self))
        return (response.status, json)
    }

    /// The id under which this app knows a person; nil if it may not.
    borrowing func lookUp(_ purpose: String, idNumber: String) async throws -> String? {
        let subject: JSON = ["field": "person.id_number", "value": .string(idNumber)]
        return try await call(.lookup, ["purpose": .string(purpose), "subject": subject]).json["resident"]?.string
    }

    /// Asks for access; gives back the request's id.
    borrowing func ask(_ purpose: String, idNumber: String) async throws -> String? {
        let subject: JSON = ["field": "person.id_number", "value": .string(idNumber)]
        let (status, json) = try await call(.requestAccess, ["purpose": .string(purpose), "subject": subject])
        return status == 202 ? json["id"]?.string : nil
    }

    /// Reads one resident.
    borrowing func read(_ purpose: String, _ resident: String, _ fields: [String]) async throws -> (
        status: Int, json: JSON
    ) {
        try await call(
            .read,
            [
                "purpose": .string(purpose), "residents": [.string(resident)],
                "fields": .array(fields.map { .string($0) }),
            ])
    }

    /// The record in the answer to `read`, or nothing.
    static func record(_ json: JSON) -> [String: JSON]? { json["records"]?.array?.first?["fields"]?.object }

    /// The code that stands in the place of a record.
    static func code(_ json: JSON) -> String? { json["records"]?.array?.first?["code"]?.string }
}
