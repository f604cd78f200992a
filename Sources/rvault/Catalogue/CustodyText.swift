/// What custodians read, and what is said about them.
enum CustodyText: CatalogueKey {
    case keyMade, keyNext, custodiansAre

    var phrase: Phrase {
        switch self {
        case .keyMade:
            Phrase(
                zh: "钥匙写好了：{1}（留在本单位，忘了口令就打不开）和 {2}（交给建库的人）",
                en: "wrote {1} (stays with the party; without its passphrase nothing opens it) and {2} (for whoever makes the vault)")
        case .keyNext:
            Phrase(
                zh: "建库时：rvault init --custodian {1} --custodian 其他单位的公钥 --threshold 2",
                en: "when the vault is made: rvault init --custodian {1} --custodian ANOTHER-PARTY'S --threshold 2")
        case .custodiansAre:
            Phrase(
                zh: "这个资料库由 {2} 家单位共同保管，其中 {1} 家一起才能为您找回口令；任何一家单独都打不开您的资料。",
                en: "This vault has {2} custodians. Any {1} of them together can help you back in if you forget your passphrase; none of them alone can open your data.")
        }
    }
}

enum CustodyFaults: CatalogueKey {
    case malformedName, keyExists

    var phrase: Phrase {
        switch self {
        case .malformedName: Phrase(zh: "“{1}”不能作保管人的名字", en: "{1} cannot be a custodian's name")
        case .keyExists: Phrase(zh: "已经有钥匙 {1}", en: "there is a key in {1} already")
        }
    }
}

enum CustodyHints: CatalogueKey {
    case partyNames, keepKey

    var phrase: Phrase {
        switch self {
        case .partyNames: Phrase(zh: "用政策里单位的名字，例如 committee", en: "use the party's name in the policies, such as committee")
        case .keepKey: Phrase(zh: "别覆盖它：没有它，本单位保管的份额就打不开了", en: "keep it: without it the shares this party holds open to nobody")
        }
    }
}
