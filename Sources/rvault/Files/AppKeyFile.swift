internal import VaultCrypto
internal import VaultModel

/// The public part of an app's key as a file: canonical JSON and a line end.
struct AppKeyFile: Equatable, Sendable {
    let app: AppName
    /// The box public key.
    let box: [UInt8]
    /// H(auth key).
    let auth: [UInt8]

    init(app: AppName, keys: borrowing AppKeys) {
        self.app = app
        box = keys.box.publicKey.bytes
        auth = keys.authDigest
    }

    var encoded: [UInt8] {
        let json: JSON = [
            "type": "app-key", "app": .string(app.text), "box": .string(Base64URL.encode(box)),
            "auth": .string(Base64URL.encode(auth)),
        ]
        return json.encoded + [UInt8(ascii: "\n")]
    }

    /// - Throws: `Failure(.refused)` for a file that is anything else, a token by mistake included.
    init(reading path: String) throws(Failure) {
        let bytes = try SourceFile.read(path, limit: 65_536)
        let text = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        guard let json = try? CanonicalJSON.decode(Array(text)), json.object?.count == 4,
            json["type"]?.string == "app-key",
            let app = json["app"]?.string.flatMap(AppName.init),
            let box = json["box"]?.string.flatMap(Base64URL.decode),
            let auth = json["auth"]?.string.flatMap(Base64URL.decode), box.count == 32, auth.count == 32
        else { throw Failure(.refused, Sentence(Faults.notAppKey, path), hint: Sentence(Hints.makeAppKey)) }
        self.app = app
        self.box = box
        self.auth = auth
    }
}
