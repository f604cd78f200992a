package import VaultModel

/// What every delegation says, whoever gives it: the part that a policy says for an app's purpose.
package enum DelegationTerms {
    package static let version = 1
    package static let actions: [GrantAction] = [.read, .write, .grant]
    /// More than anyone needs who looks after someone, and little for a program.
    package static let readsPerDay = 1000
    /// So many people one person can act for. A renewal of theirs moves every one in one transaction.
    package static let wardsPerPerson = 200
    /// A resident's own delegation lasts five years at most, then it is thought about again.
    package static let longestSeconds: Int64 = 5 * 366 * 86_400

    /// What a resident is told before they let someone act for them.
    package static let notice = LocalizedText(
        chinese: "这个人可以替您查看和更正所选的信息,可以替您同意、拒绝、暂停和收回别人对这些信息的使用。"
            + "不能改您的口令,不能删除您的档案,也不能再让别人替您办事。每一步都会记下来,您随时可以收回。",
        english: "This person can look at and correct the chosen information for you, and can agree to, refuse, pause and end "
            + "its use by others in your name. They cannot change your passphrase, erase your record or let anyone else act "
            + "for you. Every step is written down, and you can end this at any time.")

    /// What the statement's notice digest is taken over.
    static func notice(of vault: VaultID) -> JSON {
        [
            "type": "notice", "vault": .string(vault.base64), "purpose": .string(PurposeName.delegation.text),
            "version": .integer(Int64(version)), "actions": .array(actions.map { .string($0.rawValue) }),
            "notice": ["zh": .string(notice.chinese), "en": .string(notice.english)],
        ]
    }
}
