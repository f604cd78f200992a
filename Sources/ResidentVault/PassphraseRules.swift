internal import VaultCrypto

/// What a passphrase must be (design, section 4). Argon2id and the pepper do the rest; these rules keep out what anyone
/// would try first.
enum PassphraseRules {
    static let minimumCharacters = 10
    /// Long enough for any sentence, short enough for one slot of locked memory.
    static let maximumBytes = 512

    /// Takes a passphrase into locked memory, whatever it is.
    static func taken(_ words: [UInt8]) throws -> SecretBytes {
        guard words.count <= maximumBytes else {
            throw VaultError(.badValue, "a passphrase is text of at most \(maximumBytes) bytes")
        }
        return try SecretBytes(copying: words)
    }

    /// Whether it may become one.
    static func check(_ passphrase: borrowing SecretBytes) throws(VaultError) {
        let fault = passphrase.withBytes { bytes -> VaultError? in
            guard let text = String(validating: bytes, as: UTF8.self), bytes.count <= maximumBytes else {
                return VaultError(.badValue, "a passphrase is text of at most \(maximumBytes) bytes")
            }
            guard text.count >= minimumCharacters else {
                return VaultError(
                    .badValue, "a passphrase has at least \(minimumCharacters) characters",
                    hint: "four words are easy to keep and hard to guess")
            }
            let folded = text.lowercased().filter { !$0.isWhitespace }
            if folded.allSatisfy({ $0.isNumber }) {
                return VaultError(.badValue, "digits alone are too easy to guess", hint: "use words: four of them are enough")
            }
            if isCommon(folded) {
                return VaultError(.badValue, "this passphrase is among the first that anyone would try", hint: "use four words of your own")
            }
            return nil
        }
        if let fault { throw fault }
    }

    /// Few different characters, a run of the keyboard or alphabet, or a well-known word with digits around it.
    private static func isCommon(_ text: String) -> Bool {
        if Set(text).count < 5 { return true }
        let runs = [
            "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "q1w2e3r4t5y6u7i8o9p0",
            "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujmikolp",
        ]
        if runs.contains(where: { $0.contains(text) }) { return true }
        let core = text.drop { !$0.isLetter }.reversed().drop { !$0.isLetter }.reversed()
        return words.contains(String(core))
    }

    /// The heads of the published lists of stolen passwords, Chinese ones included; digits around them do not help.
    private static let words: Set<String> = [
        "password", "passw0rd", "p@ssw0rd", "p@ssword", "qwerty", "qwertyuiop", "qwertyui", "asdfgh", "asdfghjkl", "zxcvbnm", "iloveyou", "welcome",
        "admin", "administrator", "letmein", "monkey", "dragon", "football", "baseball", "sunshine", "princess",
        "superman", "master", "shadow", "michael", "charlie", "abc", "abcd", "abcdef", "abcdefg", "woaini", "woaini1314",
        "aini", "wangyi", "taobao", "weixin", "wechat", "alibaba", "zhongguo", "beijing", "shanghai", "nihao", "mima",
        "wodemima", "woshishui", "woaiwojia", "changeme", "secret", "qq", "a", "aa", "aaa", "q", "zhang", "wang", "li",
        "woaizhongguo", "tiananmen", "xiaoqu", "shequ", "trustno", "whatever", "starwars", "computer", "internet",
    ]
}
