/// What happened to a resident's record, told to them.
enum HistoryText: CatalogueKey {
    case enrolled, given, activated, passphrase, login, viewed, requested, denied, declined, withdrawn, paused, resumed, expired
    case terminated, invalidated, rekeyed, read, readNothing, written, proposed, imported, lookedUp, lookedUpNothing
    case refused, erased, fieldsErased, keptLongEnough, letterEnded, custody, recovered, rotated, rebased, other
    case appRemoved, purposeDropped, recipientChanged, versionWithdrawn, handover
    case forPurpose, fields, withheld, who, emergency, differs, vault, yourself, delegate, byDelegate

    var phrase: Phrase {
        switch self {
        case .enrolled: Phrase(zh: "{1}把您登记进来", en: "{1} enrolled you")
        case .given: Phrase(zh: "{1}得到了使用您资料的权限", en: "{1} got permission to use your data")
        case .activated: Phrase(zh: "{1}用激活信设了口令", en: "{1} set the passphrase with the letter")
        case .passphrase: Phrase(zh: "{1}换了口令", en: "{1} changed the passphrase")
        case .login: Phrase(zh: "{1}登录", en: "{1} logged in")
        case .viewed: Phrase(zh: "{1}看了自己的资料", en: "{1} looked at the record")
        case .requested: Phrase(zh: "{1}请求使用您的资料", en: "{1} asked to use your data")
        case .denied: Phrase(zh: "您拒绝了{1}", en: "you refused {1}")
        case .declined: Phrase(zh: "您没有采纳{1}建议的更改", en: "you declined a change that {1} proposed")
        case .withdrawn: Phrase(zh: "您收回了给{1}的权限", en: "you took back the permission of {1}")
        case .paused: Phrase(zh: "您暂停了给{1}的权限", en: "you paused the permission of {1}")
        case .resumed: Phrase(zh: "您恢复了给{1}的权限", en: "you resumed the permission of {1}")
        case .expired: Phrase(zh: "给{1}的权限到期了", en: "the permission of {1} ran out")
        case .terminated: Phrase(zh: "给{1}的权限结束了", en: "the permission of {1} was ended")
        case .appRemoved: Phrase(zh: "{1}撤走了，给它的权限结束了", en: "{1} was removed, and its permission ended")
        case .purposeDropped: Phrase(zh: "这个用途取消了，给{1}的权限结束了", en: "the purpose was dropped, and the permission of {1} ended")
        case .recipientChanged: Phrase(zh: "这个用途换了应用，给{1}的权限结束了", en: "the purpose went to another app, and the permission of {1} ended")
        case .versionWithdrawn: Phrase(zh: "旧的规则作废了，给{1}的权限结束了", en: "the rule was withdrawn, and the permission of {1} ended")
        case .handover: Phrase(zh: "换了单位，给{1}的权限结束了", en: "another party took over, and the permission of {1} ended")
        case .invalidated: Phrase(zh: "给{1}的权限作废了", en: "the permission of {1} was declared void")
        case .rekeyed: Phrase(zh: "您的资料换了新锁，旧权限打不开了", en: "your data got new locks; what ended cannot open it")
        case .read: Phrase(zh: "{1}看了您的资料", en: "{1} read your data")
        case .readNothing: Phrase(zh: "{1}想看您的资料，没有给", en: "{1} tried to read your data and got nothing")
        case .written: Phrase(zh: "{1}更新了您的资料", en: "{1} updated your data")
        case .proposed: Phrase(zh: "{1}建议更改您的资料，等您决定", en: "{1} proposes a change of your data; you decide")
        case .imported: Phrase(zh: "{1}导入了您的资料", en: "{1} imported data of yours")
        case .lookedUp: Phrase(zh: "{1}按号码找到了您", en: "{1} found you by a number")
        case .lookedUpNothing: Phrase(zh: "{1}按号码找人，没有告诉它", en: "{1} looked for a number and was told nothing")
        case .refused: Phrase(zh: "{1}的要求被拒绝了", en: "a request of {1} was refused")
        case .erased: Phrase(zh: "资料被删除了", en: "data was erased")
        case .fieldsErased: Phrase(zh: "{1}删除了您的几项资料", en: "{1} erased some of your data")
        case .keptLongEnough: Phrase(zh: "您的几项资料到了保存期限，已经删除", en: "some of your data was kept as long as it may be, and was erased")
        case .letterEnded: Phrase(zh: "您的激活信过期了", en: "your activation letter ran out")
        case .custody: Phrase(zh: "您钥匙的备份重新分给了各保管单位", en: "the spare of your key was split among the custodians anew")
        case .recovered: Phrase(zh: "几家保管单位一起给您做了新的激活信", en: "custodians together made you a new letter")
        case .rotated: Phrase(zh: "资料库换了钥匙，您的资料内容没有变", en: "the vault changed its keys; your data stayed the same")
        case .rebased: Phrase(zh: "资料库从备份恢复过，您的资料已核对", en: "the vault was restored from a backup, and your record was checked")
        case .other: Phrase(zh: "{1}：{2}", en: "{1}: {2}")
        case .forPurpose: Phrase(zh: "用途：{1}", en: "for: {1}")
        case .fields: Phrase(zh: "内容：{1}", en: "fields: {1}")
        case .withheld: Phrase(zh: "没有给的：{1}", en: "not given: {1}")
        case .who: Phrase(zh: "经手人编号：{1}", en: "their staff id: {1}")
        case .emergency: Phrase(zh: "紧急救助时打开的", en: "opened in an emergency")
        case .differs:
            Phrase(
                zh: "当时您的资料和日志对不上，请告诉居委会",
                en: "your data did not fit the log at that time; tell the residents' committee")
        case .vault: Phrase(zh: "资料库", en: "the vault")
        case .yourself: Phrase(zh: "您", en: "you")
        case .delegate: Phrase(zh: "替您办事的人", en: "someone who acts for you")
        case .byDelegate: Phrase(zh: "由替您办事的人操作", en: "done by someone who acts for you")
        }
    }
}
