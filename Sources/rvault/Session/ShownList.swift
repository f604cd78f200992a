internal import Foundation
internal import VaultModel

/// What a list last showed under 1, 2, 3 …, so that "approve 2" means the line the person saw, though another request
/// may have come since.
struct ShownList: Equatable, Sendable {
    enum Item: Equatable, Sendable {
        case request(RequestID)
        case grant(GrantID)

        var text: String {
            switch self {
            case .request(let id): id.base64
            case .grant(let id): id.base64
            }
        }
    }

    let items: [Item]

    /// Keeps the list beside the session. Ids are no secrets, but whose they are is nobody's business.
    func keep(_ place: SessionPlace) throws(Failure) {
        var text = items.map { item in
            switch item {
            case .request(let id): "request \(id.base64)\n"
            case .grant(let id): "grant \(id.base64)\n"
            }
        }.joined()
        let outcome = text.withUTF8 { bytes -> Result<Void, Failure> in
            Result { () throws(Failure) in try PrivateFile.replace(place.listing, UnsafeRawBufferPointer(bytes)) }
        }
        try outcome.get()
    }

    /// The list last shown here; nil if there is none.
    static func last(_ place: SessionPlace) -> ShownList? {
        guard let opened = try? PrivateFile.open(place.listing) else { return nil }
        close(opened)
        guard let bytes = try? SourceFile.read(place.listing, limit: 1 << 20) else { return nil }
        var items: [Item] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 2 else { return nil }
            switch words[0] {
            case "request":
                guard let id = RequestID(base64: words[1]) else { return nil }
                items.append(.request(id))
            case "grant":
                guard let id = GrantID(base64: words[1]) else { return nil }
                items.append(.grant(id))
            default: return nil
            }
        }
        return ShownList(items: items)
    }

    /// The item a person named: its number, its whole id, or the beginning of one, six characters at least.
    ///
    /// - Throws: `Failure(.refused)` if nothing, or more than one thing, has that name.
    func item(named name: String) throws(Failure) -> Item {
        if let number = Int(name), name.count <= 5 {
            guard items.indices.contains(number - 1) else {
                throw Failure(.refused, Sentence(Faults.noSuchNumber, name), hint: Sentence(Hints.listConsents))
            }
            return items[number - 1]
        }
        guard name.count >= 6 else {
            throw Failure(.usage, Sentence(Faults.idTooShort, name), hint: Sentence(Hints.listConsents))
        }
        let matches = items.filter { $0.text.hasPrefix(name) }
        guard let match = matches.first else {
            throw Failure(.refused, Sentence(Faults.noSuchID, name), hint: Sentence(Hints.listConsents))
        }
        guard matches.count == 1 else {
            throw Failure(.refused, Sentence(Faults.ambiguousID, name), hint: Sentence(Hints.typeMore))
        }
        return match
    }
}
