import VaultModel

/// A value of a policy text together with where it stands, so that YAML files and the config row are read by one
/// reader and every fault has its line.
struct SourceNode {
    enum Content {
        case scalar(JSON)
        case list([SourceNode])
        case object([Member])
    }

    struct Member {
        let key: String
        let place: SourcePlace
        let value: SourceNode
    }

    let content: Content
    let place: SourcePlace
}

/// A line of a file, or a place in a JSON text.
struct SourcePlace {
    let file: String
    /// 0 where there are no lines.
    let line: Int
}

extension SourceNode {
    /// A JSON value; its file is its path, for example `/purposes/parking.permit/basis`.
    init(json: JSON, path: String) {
        place = SourcePlace(file: path.isEmpty ? "/" : path, line: 0)
        switch json {
        case .array(let items): content = .list(items.map { SourceNode(json: $0, path: path) })
        case .object(let members):
            content = .object(
                members.sorted { $0.key < $1.key }.map { key, value in
                    let node = SourceNode(json: value, path: "\(path)/\(key)")
                    return Member(key: key, place: node.place, value: node)
                })
        default: content = .scalar(json)
        }
    }
}
