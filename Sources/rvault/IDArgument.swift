/// Ids are base64url, so one in 64 begins with a hyphen, which the parser would take for an option. Such an argument
/// of `consent`, `delegate` and `custodian` is marked before parsing and unmarked where it is read.
enum IDArgument {
    private static let mark = "id:"
    /// 16 bytes in base64url.
    private static let length = 22

    /// The arguments with ids marked.
    static func marked(_ arguments: [String]) -> [String] {
        guard !Set(arguments).isDisjoint(with: ["consent", "delegate", "custodian"]) else { return arguments }
        return arguments.map { isID($0) ? mark + $0 : $0 }
    }

    /// What the person typed.
    static func unmarked(_ argument: String) -> String {
        argument.hasPrefix(mark) ? String(argument.dropFirst(mark.count)) : argument
    }

    /// A whole id, or the beginning of one with a single hyphen: no option of ours is written like either. (All have
    /// two hyphens, none has 22 characters; values joined with `=` are not base64url.)
    private static func isID(_ argument: String) -> Bool {
        let isWord = argument.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: "_")
        }
        guard isWord, argument.hasPrefix("-"), argument.count <= length else { return false }
        return argument.count == length || argument.count >= 6 && !argument.hasPrefix("--")
    }
}
