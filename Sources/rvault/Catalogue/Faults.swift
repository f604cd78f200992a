/// What went wrong: lower case, no final stop, never a resident's value.
enum Faults: CatalogueKey {
    case menuNeedsTerminal, noTerminal, cancelled, secretTooLong, nothingOnDescriptor, noLockedMemory
    case passphraseNotText, passphraseTooShort, passphraseDigits, passphrasesDiffer
    case cannotCreate, cannotWrite, cannotRead, notPrivate, notDirectory, fileTooLong, openToOthers, otherOwner,
        cannotRun
    case notLoggedIn, sessionOver, loginRefused, codeRefused, malformedLogin, malformedCode, malformedToken
    case noSuchNumber, noSuchID, ambiguousID, idTooShort, isGrant, isRequest, notByConsent, guardianNeeded, badReceipt
    case noProposal, malformedField, malformedDate, malformedApp, badLimit
    case noSocket, nobodyListens, socketForbidden, socketPathTooLong, cannotConnect, interrupted, timedOut
    case noPolicies, notAppKey, otherAppKey, outWithPublic
    case lettersInUse, loginsTaken, badImportAnswer, notRejects, tokenWithoutApp, tokenNeeded, otherToken,
        lettersWithApp

    var phrase: Phrase {
        switch self {
        case .menuNeedsTerminal: Phrase(zh: "菜单要在终端上用", en: "the menu needs a terminal")
        case .noTerminal: Phrase(zh: "没有终端可以问您", en: "there is no terminal to ask at")
        case .cancelled: Phrase(zh: "没有输入，已取消", en: "nothing was entered")
        case .secretTooLong: Phrase(zh: "输入太长了", en: "what was entered is too long")
        case .nothingOnDescriptor: Phrase(zh: "{1} {2}：读不到内容", en: "{1} {2}: nothing to read there")
        case .noLockedMemory:
            Phrase(zh: "系统不给锁定内存，密钥没有安全的地方放", en: "the system gives no locked memory to keep secrets in")
        case .passphraseNotText: Phrase(zh: "口令不是文字", en: "the passphrase is not text")
        case .passphraseTooShort:
            Phrase(zh: "口令太短，至少 {1} 个字符", en: "the passphrase is too short: at least {1} characters")
        case .passphraseDigits: Phrase(zh: "口令不能全是数字", en: "digits alone are too easy to guess")
        case .passphrasesDiffer: Phrase(zh: "两遍不一样，请重来", en: "the two are not the same; once more")
        case .cannotCreate: Phrase(zh: "建不了文件 {1}：{2}", en: "cannot make {1}: {2}")
        case .cannotWrite: Phrase(zh: "写不了文件 {1}：{2}", en: "cannot write {1}: {2}")
        case .cannotRead: Phrase(zh: "读不了 {1}：{2}", en: "cannot read {1}: {2}")
        case .notPrivate: Phrase(zh: "{1} 不是只有您自己能读的", en: "{1} is not yours alone to read")
        case .notDirectory: Phrase(zh: "{1} 不是目录", en: "{1} is not a directory")
        case .fileTooLong: Phrase(zh: "文件太大：{1}", en: "{1} is too large")
        case .openToOthers: Phrase(zh: "{1} 别人也能访问（权限 {2}）", en: "{1} is open to others (mode {2})")
        case .otherOwner: Phrase(zh: "{1} 的主人和目录不一样", en: "{1} belongs to another user than its directory")
        case .cannotRun: Phrase(zh: "运行不了 {1}：{2}", en: "cannot run {1}: {2}")
        case .notLoggedIn: Phrase(zh: "还没有登录", en: "you are not logged in here")
        case .sessionOver: Phrase(zh: "登录已经过期", en: "your session is over")
        case .loginRefused: Phrase(zh: "登录名或口令不对", en: "login name or passphrase is not right")
        case .codeRefused: Phrase(zh: "激活码不对、用过了，或过期了", en: "the code is not right, has been used, or has run out")
        case .malformedLogin:
            Phrase(
                zh: "登录名不对：应是九位数字",
                en: "this is not a login name: it has nine digits, the last of which checks the others")
        case .malformedCode: Phrase(zh: "激活码有地方抄错了", en: "this is not an activation code: a symbol is wrong or missing")
        case .malformedToken: Phrase(zh: "令牌不完整或有错", en: "this is not a whole token")
        case .noSuchNumber: Phrase(zh: "列表里没有第 {1} 项", en: "the list has no number {1}")
        case .noSuchID: Phrase(zh: "没有以 {1} 开头的编号", en: "no id begins with {1}")
        case .ambiguousID: Phrase(zh: "以 {1} 开头的编号不止一个", en: "more than one id begins with {1}")
        case .idTooShort: Phrase(zh: "编号 {1} 太短，至少六个字符", en: "{1} is too short for an id: six characters or more")
        case .isGrant: Phrase(zh: "{1} 不是请求，是已经给出的权限", en: "{1} is a permission, not a request")
        case .isRequest: Phrase(zh: "{1} 不是权限，是等您答复的请求", en: "{1} is a request, not a permission")
        case .notByConsent:
            Phrase(
                zh: "这一项是合同或法律需要的，不能单独收回或暂停",
                en: "this rests on a contract or a law, so it cannot be taken back or paused by itself")
        case .guardianNeeded: Phrase(zh: "未满十四岁，不能自己同意", en: "somebody under 14 cannot agree alone")
        case .badReceipt: Phrase(zh: "回执的签名不对", en: "the receipt's signature is not right")
        case .noProposal: Phrase(zh: "没有人提议改 {1}", en: "nobody proposes a change of {1}")
        case .malformedField: Phrase(zh: "{1} 不是字段名", en: "{1} is not a field name")
        case .malformedDate: Phrase(zh: "{1} 不是日期", en: "{1} is not a date")
        case .malformedApp: Phrase(zh: "{1} 不是应用名", en: "{1} is not an app's name")
        case .badLimit: Phrase(zh: "--limit 至少是 1", en: "--limit is 1 or more")
        case .noSocket: Phrase(zh: "连不上资料库：没有 {1}", en: "cannot reach the vault: there is no {1}")
        case .nobodyListens: Phrase(zh: "连不上资料库：{1} 没有程序在听", en: "cannot reach the vault: nobody listens at {1}")
        case .socketForbidden: Phrase(zh: "连不上资料库：您没有权限使用 {1}", en: "cannot reach the vault: you may not use {1}")
        case .socketPathTooLong: Phrase(zh: "路径太长：{1}", en: "the socket's path is longer than 103 bytes: {1}")
        case .cannotConnect: Phrase(zh: "连不上资料库：{1}（错误 {2}）", en: "cannot reach the vault at {1} (error {2})")
        case .interrupted:
            Phrase(zh: "连接断了，不知道做没做成", en: "the connection ended before the answer; it may or may not have been done")
        case .timedOut: Phrase(zh: "等太久没有答复，不知道做没做成", en: "no answer in time; it may or may not have been done")
        case .noPolicies: Phrase(zh: "找不到规则目录，找过：{1}", en: "no policies found; looked in {1}")
        case .notAppKey: Phrase(zh: "{1} 不是应用的公开钥匙文件", en: "{1} is not an app's public key file")
        case .otherAppKey: Phrase(zh: "{1} 是应用 {2} 的", en: "{1} is the key of app {2}")
        case .outWithPublic:
            Phrase(
                zh: "--out 不能和 --public 一起用：令牌在应用自己手里",
                en: "--out does not go with --public: the app has its token already")
        case .lettersInUse: Phrase(zh: "{1} 正被另一次导入使用", en: "{1} is in use by another import")
        case .loginsTaken:
            Phrase(zh: "登录名一再重复，没有导入完", en: "login names were taken again and again; the import is not complete")
        case .badImportAnswer:
            Phrase(zh: "资料库的答复和发出的行对不上", en: "the vault's answer does not fit the lines that were sent")
        case .notRejects: Phrase(zh: "{1} 已经存在，而且不是上次的拒收文件", en: "{1} exists and is not an earlier file of rejects")
        case .tokenWithoutApp: Phrase(zh: "有令牌，却没有说是哪个应用", en: "there is a token, and no app it is for")
        case .tokenNeeded: Phrase(zh: "需要应用的令牌，只要一个", en: "one token of the app is needed")
        case .otherToken: Phrase(zh: "这是 {1} 的令牌，不是 {2} 的", en: "this is a token of {1}, not of {2}")
        case .lettersWithApp: Phrase(zh: "平台自己的导入不会产生激活信", en: "a platform's own import makes no letters")
        }
    }
}
