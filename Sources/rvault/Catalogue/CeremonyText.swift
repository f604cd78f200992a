internal import VaultModel

/// What custodians and the operator read about ceremonies.
enum CeremonyText: CatalogueKey {
    case doRecover, letterNumber, doIssue, doDelegate, doRekey, doEntrust, doKeys
    case reason, forWhom, pair, leftOut, noShares, howMany, inLog, notInLog, place, isAgreed
    case asked, askedNext, keyInMemory, letterWritten, askIDNumber
    case answered, answeredLive, taken, enough, carriedOut, someFailed, handOverLetter, dropped
    case noneOpen, columnID, columnKind, columnReason, columnPeople, columnAnswers, columnDone, columnUntil
    case progressOpened, progressSent, progressPeople, progressShares

    var phrase: Phrase {
        switch self {
        case .doRecover:
            Phrase(
                zh: "请您同意：给一位居民重做一封激活信。以后只有拿着新信的人能打开这份资料；原来的口令、原来的信全部作废。请先确认来要新信的确实是本人。",
                en: "You are asked to agree: one resident gets a new letter. From then on whoever holds the new letter opens their record, and the old passphrase and letters are void. Be sure that it is the resident who asked.")
        case .letterNumber:
            Phrase(zh: "新信的核对号：{1}（可以打电话和操作员对一遍）", en: "The new letter's check number: {1} (compare it with the operator, over the telephone if you like)")
        case .doIssue:
            Phrase(
                zh: "请您同意：不用居民一个个同意，就让应用 {1} 为“{2}”（第 {3} 版）读取下面这些人的这些内容：{4}。到 {5} 为止。只有合同或法律允许的事才能这样办。",
                en: "You are asked to agree: without asking each resident, the app {1} may read these fields of the people below for the purpose {2} (version {3}): {4}. Until {5}. This is only for what a contract or a law allows.")
        case .doDelegate:
            Phrase(
                zh: "请您同意：让下面这些人替别人办事，能看、能改这些内容：{1}。依据：{2}。到 {3} 为止。",
                en: "You are asked to agree: the people below may act for others, and see and change these fields: {1}. Basis: {2}. Until {3}.")
        case .doRekey:
            Phrase(
                zh: "请您同意：给下面这些人的资料全部换新钥匙。谁能看、能看什么，都不变。",
                en: "You are asked to agree: the records of the people below move to new keys. Who may read what stays as it is.")
        case .doEntrust:
            Phrase(
                zh: "请您同意：把下面这些人的资料重新分给这 {2} 家单位保管：{1}。以后要其中 {3} 家一起才能动用。",
                en: "You are asked to agree: the records of the people below are split anew among these {2} custodians: {1}. From then on {3} of them act together.")
        case .doKeys:
            Phrase(
                zh: "请您同意：把资料库自己的两把总钥匙（service.key 和 pepper）重新拼出来，让资料库能再开起来。这两把钥匙单独打不开居民的资料。",
                en: "You are asked to agree: the vault's own two keys (service.key and pepper) are put together again, so that it can start. They open no resident's record by themselves.")
        case .reason: Phrase(zh: "操作员写的原因：{1}", en: "The reason the operator gave: {1}")
        case .forWhom: Phrase(zh: "为了 {1} 个人，登录名是：", en: "For {1} people, with the login names:")
        case .pair: Phrase(zh: "{1} 替 {2} 办事", en: "{1} acts for {2}")
        case .leftOut: Phrase(zh: "    ……中间还有 {1} 个人……", en: "    … and {1} more in between …")
        case .noShares: Phrase(zh: "其中 {1} 个人的资料，您这家单位没有份额。", en: "For {1} of them your party holds no share.")
        case .howMany:
            Phrase(
                zh: "要有 {1} 家保管单位都同意才会办；到 {2} 还没办完就作废。",
                en: "It is done only if {1} custodians agree, and lapses at {2}.")
        case .inLog:
            Phrase(
                zh: "这个请求记在资料库日志的第 {1} 条（{2}），已经用您这家单位留存的日志公钥核对过。",
                en: "The request stands in the vault's log as entry {1} ({2}); that was checked with the log's key your party keeps.")
        case .notInLog:
            Phrase(
                zh: "注意：日志的钥匙也在要找回的东西里，所以没有日志能给这个请求作证。请当面或打电话和操作员核对这个号码：{1}。对不上就不要同意。",
                en: "Note: the log's key is among what is to come back, so no log can vouch for this request. Compare this number with the operator, in person or over the telephone: {1}. If it differs, do not agree.")
        case .place: Phrase(zh: "资料库 {1}，规则的摘要 {2}", en: "Vault {1}, digest of its rules {2}")
        case .isAgreed:
            Phrase(
                zh: "这就是各方商定的吗？同意请输入 yes，不同意直接按回车：",
                en: "Is this what was agreed? Type yes to agree, or press Enter not to: ")
        case .asked:
            Phrase(
                zh: "请求已经记进日志（第 {3} 条），涉及 {2} 个人。编号：{1}",
                en: "the request stands in the log (entry {3}) and concerns {2} people. Its id: {1}")
        case .askedNext:
            Phrase(
                zh: "{2} 家保管单位里要有 {1} 家各自运行：rvault custodian answer 文件 --key 自己的钥匙 --vkey log.vkey（或 --ceremony {3}）。把答复交上来：rvault custodian submit，然后：rvault custodian carry-out {3}",
                en: "let {1} of {2} custodians each run: rvault custodian answer FILE --key THEIR-KEY --vkey log.vkey (or --ceremony {3}). Bring their answers: rvault custodian submit, then: rvault custodian carry-out {3}")
        case .keyInMemory:
            Phrase(
                zh: "在办完之前不要停资料库：这次请求的钥匙只在它的内存里。",
                en: "do not stop the vault before it is done: this request's key lies in its memory only")
        case .letterWritten:
            Phrase(
                zh: "新的激活信写在 {1}，核对号 {2}。办完之前它什么也打不开。",
                en: "the new letter is in {1}, its check number is {2}; it opens nothing before the ceremony is carried out")
        case .askIDNumber: Phrase(zh: "居民的身份证号（输入时不显示）：", en: "The resident's ID number (not shown while you type): ")
        case .answered:
            Phrase(
                zh: "同意书写在 {1}（{2} 份份额，封给了这一次请求），请交给操作员",
                en: "your agreement is in {1} ({2} shares, sealed to this ceremony alone); give it to the operator")
        case .answeredLive:
            Phrase(zh: "资料库收到了您的同意。已有 {1} 家，需要 {2} 家。", en: "the vault has your agreement; {1} have agreed so far, {2} are needed")
        case .taken:
            Phrase(
                zh: "收下了 {1}（{2}）。已有 {3} 家同意，需要 {4} 家。",
                en: "{1} is taken ({2}); {3} have agreed so far, {4} are needed")
        case .enough: Phrase(zh: "够了，可以办了：rvault custodian carry-out {1}", en: "that is enough: rvault custodian carry-out {1}")
        case .carriedOut: Phrase(zh: "办好了：{1} 个人，没办成 {2} 个", en: "done: {1} people, {2} failed")
        case .someFailed:
            Phrase(
                zh: "没办成的，各种原因各有多少人，记在日志里这次的结束一条（reasons）；多半是份额不够（forbidden），或者资料在这期间换了钥匙（conflict）。请再发起一次。",
                en: "how many of the others failed for which reason stands in the ceremony's closing entry (reasons): mostly too few shares (forbidden), or keys that were replaced meanwhile (conflict). Ask anew for them")
        case .handOverLetter:
            Phrase(
                zh: "请把 {1} 里的信当面交给居民，然后销毁这个文件。",
                en: "hand the letter in {1} to the resident in person, then destroy the file")
        case .dropped: Phrase(zh: "请求 {1} 已经取消", en: "the ceremony {1} is ended")
        case .noneOpen: Phrase(zh: "现在没有等人同意的请求", en: "no ceremony is under way")
        case .columnID: Phrase(zh: "编号", en: "id")
        case .columnKind: Phrase(zh: "要办的事", en: "what")
        case .columnReason: Phrase(zh: "原因", en: "reason")
        case .columnPeople: Phrase(zh: "人数", en: "people")
        case .columnAnswers: Phrase(zh: "同意", en: "agreed")
        case .columnDone: Phrase(zh: "已办", en: "done")
        case .columnUntil: Phrase(zh: "最晚", en: "until")
        case .progressOpened: Phrase(zh: "打开并重新封好份额 {1}", en: "shares opened and sealed: {1}")
        case .progressSent: Phrase(zh: "送出份额 {1}", en: "shares sent: {1}")
        case .progressPeople: Phrase(zh: "办好 {1} 个人", en: "people done: {1}")
        case .progressShares: Phrase(zh: "份额 {1}", en: "shares: {1}")
        }
    }
}

/// What a ceremony is for, in a word.
enum CeremonyKindText: CatalogueKey {
    case recover, issue, delegate, rekey, entrust, keys

    init(_ result: CeremonyRequest.Result) {
        self =
            switch result {
            case .recover: .recover
            case .issue: .issue
            case .delegate: .delegate
            case .rekey: .rekey
            case .entrust: .entrust
            case .keys: .keys
            }
    }

    var phrase: Phrase {
        switch self {
        case .recover: Phrase(zh: "重做激活信", en: "new letter")
        case .issue: Phrase(zh: "发放权限", en: "issue a purpose")
        case .delegate: Phrase(zh: "代办", en: "act for others")
        case .rekey: Phrase(zh: "换钥匙", en: "new keys")
        case .entrust: Phrase(zh: "重新分份额", en: "split anew")
        case .keys: Phrase(zh: "找回总钥匙", en: "the vault's keys")
        }
    }
}
