/// What custodians read, and what is said about them.
enum CustodyText: CatalogueKey {
    case keyMade, keyNext, custodiansAre, changeAddsApp, changeKey, changeHeld, changePlace, isAgreed, approved, proposed

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
        case .changeAddsApp:
            Phrase(
                zh: "这份更改：让 {2} 的应用 {1} 进来。它按政策能得到的权限，从下一位登记的居民开始有效。",
                en: "This change lets the app {1} of the party {2} in. What the policies give it holds from the next resident who is enrolled.")
        case .changeKey: Phrase(zh: "它的公钥：{1}", en: "Its public key: {1}")
        case .changeHeld: Phrase(zh: "注意：它的令牌是操作员做的，操作员经手过。", en: "Note: its token was made by the operator, who has held it.")
        case .changePlace: Phrase(zh: "资料库 {1}，第 {2} 号规则", en: "Vault {1}, rules number {2}")
        case .isAgreed: Phrase(zh: "这就是各方商定的吗？同意请输入 yes：", en: "Is this what was agreed? Type yes to sign: ")
        case .approved: Phrase(zh: "签名写在 {1}，请交给操作员", en: "the signature is in {1}; give it to the operator")
        case .proposed:
            Phrase(
                zh: "更改写在 {1}。请 {2} 家保管人各自运行：rvault custodian approve {1} --key 自己的钥匙",
                en: "the change is in {1}. Let {2} custodians each run: rvault custodian approve {1} --key THEIR-KEY")
        case .custodiansAre:
            Phrase(
                zh: "这个资料库由 {2} 家单位共同保管（{3}）：没有其中 {1} 家签字，规则不能放宽，新的应用进不来；任何一家单独都打不开您的资料。万一忘了口令，请本人到居委会说明：有 {1} 家单位一起同意，就能给您重做一封激活信，资料一样不少。",
                en: "This vault has {2} custodians ({3}): without the signatures of {1} of them no rule is widened and no new app comes in, and none of them alone can open your data. Should you forget your passphrase, go to the residents' committee in person: if {1} of them agree together, you get a new letter and your data is all there.")
        }
    }
}

enum CustodyFaults: CatalogueKey {
    case malformedName, keyExists, notCustodianKey, wrongPassphrase, notChange, notApproval

    var phrase: Phrase {
        switch self {
        case .malformedName: Phrase(zh: "“{1}”不能作保管人的名字", en: "{1} cannot be a custodian's name")
        case .notCustodianKey: Phrase(zh: "{1} 不是保管人的钥匙", en: "{1} is not a custodian's key")
        case .wrongPassphrase: Phrase(zh: "口令不对", en: "the passphrase is not right")
        case .notChange: Phrase(zh: "{1} 不是能看懂的更改，不签", en: "{1} is not a change that can be told in words, so it is not signed")
        case .notApproval: Phrase(zh: "{1} 不是对这份更改的签名", en: "{1} is not a signature of this change")
        case .keyExists: Phrase(zh: "已经有钥匙 {1}", en: "there is a key in {1} already")
        }
    }
}

enum CustodyHints: CatalogueKey {
    case partyNames, keepKey, ownKey, proposeAnew, sayYes, approveFirst

    var phrase: Phrase {
        switch self {
        case .partyNames: Phrase(zh: "用政策里单位的名字，例如 committee", en: "use the party's name in the policies, such as committee")
        case .ownKey: Phrase(zh: "用本单位的钥匙和它的口令", en: "use your party's own key, and its passphrase")
        case .proposeAnew: Phrase(zh: "让操作员用 --propose 重新写", en: "let the operator write it anew with --propose")
        case .sayYes: Phrase(zh: "没有终端时用 --yes", en: "without a terminal, say --yes")
        case .approveFirst: Phrase(zh: "先让保管人签名：rvault custodian approve", en: "let custodians sign it first: rvault custodian approve")
        case .keepKey: Phrase(zh: "别覆盖它：没有它，本单位保管的份额就打不开了", en: "keep it: without it the shares this party holds open to nobody")
        }
    }
}
