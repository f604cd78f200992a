/// Why something of a ceremony is refused.
enum CeremonyFaults: CatalogueKey {
    case notTold, expired, fromFuture, tooLong, otherList, otherVault, otherCustodian, otherCeremony, badKey
    case notProved, otherEntry, wrongShare
    case notCeremony, notAnswer, notKeyShares, notKeysRequest, needsShares, notPublicFile, notLetter, notHandover
    case badHandover, notAccepted, badPages, stuck
    case malformedID, malformedReason, malformedPurpose, badPair, wardTwice, pairCount

    var phrase: Phrase {
        switch self {
        case .notTold:
            Phrase(
                zh: "这个请求里有本程序看不懂的内容，说不清楚的事不签",
                en: "this request holds something that cannot be told in words, so it is not signed")
        case .expired: Phrase(zh: "这个请求 {1} 就过期了", en: "the time of this request ran out at {1}")
        case .fromFuture:
            Phrase(zh: "请求的时间是 {1}，这台机器现在是 {2}", en: "the request was made at {1}, and this machine's clock says {2}")
        case .tooLong: Phrase(zh: "这个请求的期限超过七天，不合规矩", en: "this request would stay open for more than seven days")
        case .otherList:
            Phrase(
                zh: "名单和日志里记的不一样：有人改过名单", en: "the list of people is not the one that the log names: somebody has changed it")
        case .otherVault: Phrase(zh: "这是另一个资料库的", en: "this is of another vault")
        case .otherCustodian: Phrase(zh: "这是给 {1} 的，钥匙却是 {2} 的", en: "this is for {1}, and the key is that of {2}")
        case .otherCeremony: Phrase(zh: "资料库给的是另一个请求", en: "the vault gave another request than the one asked for")
        case .badKey: Phrase(zh: "请求里的公钥是假的：封给它等于谁都能打开", en: "the key in this request is no real key: what is sealed to it opens to anyone")
        case .notProved:
            Phrase(
                zh: "没有证据说明这个请求记在资料库的日志里（{1}）", en: "it is not proved that this request stands in the vault's log ({1})")
        case .otherEntry:
            Phrase(zh: "日志里记的不是这个请求：有人改过它", en: "the log's entry holds another request: somebody has changed this one")
        case .wrongShare:
            Phrase(
                zh: "{1} 的份额不对：不是封给您这把钥匙的，或者被改过", en: "the share for {1} is not right: it was not sealed to your key, or was changed")
        case .notCeremony: Phrase(zh: "{1} 不是给保管单位的请求文件", en: "{1} is not a ceremony's file for a custodian")
        case .notAnswer: Phrase(zh: "{1} 不是保管单位的答复", en: "{1} is not a custodian's answer")
        case .notKeyShares: Phrase(zh: "{1} 不是总钥匙的份额文件", en: "{1} is not a file of shares of the vault's own keys")
        case .notKeysRequest: Phrase(zh: "{1} 不是找回总钥匙的请求", en: "{1} is not a request for the vault's own keys")
        case .needsShares: Phrase(zh: "{1} 是找回总钥匙的请求", en: "{1} is a request for the vault's own keys")
        case .notPublicFile: Phrase(zh: "{1} 不是保管单位的公钥文件", en: "{1} is not a custodian's public file")
        case .notLetter: Phrase(zh: "{1} 里没有一封激活信", en: "{1} does not hold one letter")
        case .notHandover: Phrase(zh: "{1} 第 {2} 行不是交接的份额", en: "{1}, line {2}, holds no shares of a handover")
        case .badHandover: Phrase(zh: "交给的是自己，或者一行太长", en: "the successor is the same custodian, or a line holds too many shares")
        case .notAccepted: Phrase(zh: "{1} 还没有经接替的单位核对签字", en: "the successor has not yet checked and signed {1}")
        case .badPages: Phrase(zh: "资料库的答复前后对不上", en: "the vault's answers do not fit together")
        case .stuck: Phrase(zh: "办到第 {1} 个人就不动了", en: "the vault has stopped after {1} people")
        case .malformedID: Phrase(zh: "这不是请求的编号", en: "this is not a ceremony's id")
        case .malformedReason: Phrase(zh: "原因不对", en: "this is no reason that may stand in the log")
        case .malformedPurpose: Phrase(zh: "{1} 不是用途的名字", en: "{1} is not a purpose's name")
        case .badPair: Phrase(zh: "{1} 第 {2} 行不是两个不同的登录名", en: "{1}, line {2}, is not two different login names")
        case .wardTwice: Phrase(zh: "{1} 第 {2} 行：被代办的人前面已经有了", en: "{1}, line {2}: this ward stands there already")
        case .pairCount: Phrase(zh: "{1} 有 {2} 行，应是 1 到 {3} 行", en: "{1} has {2} pairs; 1 to {3} are taken")
        }
    }
}

/// What to do about it.
enum CeremonyHints: CatalogueKey {
    case doNotSign, askAnew, setClock, ownFile, askOperator, tellOperator, keepKeyShares, keysRequest, giveShares
    case publicFile, letterOrCode, handoverSteps, listCeremonies, reasonForm, pairForm, giveLogin, keepLetter, answerFirst

    var phrase: Phrase {
        switch self {
        case .doNotSign:
            Phrase(
                zh: "不要同意；打电话告诉其他保管单位，留着这个文件作证据",
                en: "do not agree; tell the other custodians by telephone, and keep the file as evidence")
        case .askAnew: Phrase(zh: "让操作员重新发起：rvault custodian request", en: "let the operator ask anew: rvault custodian request")
        case .setClock: Phrase(zh: "先看看这台机器的日期和时间对不对", en: "look whether this machine's date and time are right")
        case .ownFile: Phrase(zh: "用写着自己单位名字的文件和自己单位的钥匙", en: "take the file in your own party's name, and your party's key")
        case .askOperator: Phrase(zh: "让操作员再拷一份", en: "let the operator copy it once more")
        case .tellOperator:
            Phrase(
                zh: "如果钥匙没拿错，告诉操作员和其他保管单位：这个人可能要先登录一次", en: "if it is the right key, tell the operator and the other custodians; the resident's next login makes new shares")
        case .keepKeyShares:
            Phrase(
                zh: "用建库时给您这家单位的 key-shares-名字", en: "take the file key-shares-NAME that your party got when the vault was made")
        case .keysRequest: Phrase(zh: "它由 rvault custodian restore-keys 写出", en: "rvault custodian restore-keys writes it")
        case .giveShares: Phrase(zh: "用 --shares key-shares-名字，不用 --vkey", en: "give --shares key-shares-NAME in the place of --vkey")
        case .publicFile: Phrase(zh: "用接替单位的 名字.custodian.pub", en: "take the successor's NAME.custodian.pub")
        case .letterOrCode: Phrase(zh: "或者用 --code-fd N 给出激活码", en: "or give the code with --code-fd N")
        case .handoverSteps:
            Phrase(
                zh: "交接分四步：shares（操作员）、reseal（离开的单位）、accept（接替的单位）、take（操作员）",
                en: "a handover takes four steps: shares (operator), reseal (who leaves), accept (who follows), take (operator)")
        case .listCeremonies: Phrase(zh: "看一下列表：rvault custodian ceremonies", en: "look at the list: rvault custodian ceremonies")
        case .reasonForm:
            Phrase(
                zh: "用小写字母、数字和横线，例如 lost-passphrase；不要写人名",
                en: "lower-case letters, digits and hyphens, such as lost-passphrase, and nothing about a person")
        case .pairForm: Phrase(zh: "每行：被代办人的登录名,代办人的登录名", en: "each line is: the ward's login name,the delegate's login name")
        case .giveLogin: Phrase(zh: "没有终端时用 --login 或 --id-number-fd N", en: "without a terminal use --login or --id-number-fd N")
        case .keepLetter:
            Phrase(
                zh: "不知道请求记下没有：先看 rvault custodian ceremonies；没有就删掉 {1} 再来一次",
                en: "it may or may not have been asked: look at rvault custodian ceremonies; if it is not there, remove {1} and ask once more")
        case .answerFirst: Phrase(zh: "保管单位先运行：rvault custodian answer", en: "let the custodian run: rvault custodian answer")
        }
    }
}
