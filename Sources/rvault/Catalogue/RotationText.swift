/// What is said of keys that are changed for new ones.
enum RotationText: CatalogueKey {
    case fieldsBegun, fieldsMarked, pepperBegun, progress, seedRenewed
    case underWay, standsStill, keyIsOld, pepperIsOld, underOldPepper, fieldsWait, backupIsDue
    case serviceKeyBegun, keyWithdrawn, keyChanged, keysMoved, keysFailed, appBetween, appWaits

    var phrase: Phrase {
        switch self {
        case .fieldsBegun:
            Phrase(
                zh: "开始了：{1} 位居民的资料在各自下次登录（或应用写入）时换用新钥匙",
                en: "begun: the fields of {1} residents move to new keys, each at the resident's next login or when an app writes them")
        case .fieldsMarked:
            Phrase(
                zh: "已标记 {1} 位居民：资料在下次登录（或应用写入）时换用新钥匙",
                en: "{1} resident marked: the fields move to new keys at the next login, or when an app writes them")
        case .pepperBegun:
            Phrase(
                zh: "新的胡椒值已启用；还有 {1} 位居民的口令要等下次登录才换过来",
                en: "the new pepper is in force; the passphrases of {1} residents move to it at their next login")
        case .progress: Phrase(zh: "正在更换：{1}", en: "rotating: {1}")
        case .seedRenewed: Phrase(zh: "您的资料都换上了新钥匙，口令不变", en: "everything of yours is under new keys; your passphrase is the same")
        case .underWay: Phrase(zh: "正在更换 {1}：完成 {2}，跳过损坏的 {3}", en: "a rotation of {1} is under way: {2} done, {3} skipped as damaged")
        case .standsStill:
            Phrase(zh: "上次更换 {1} 时，有 {2} 条损坏的记录没有动：rvault audit verify --data", en: "the last rotation of {1} left {2} damaged rows as they are: rvault audit verify --data")
        case .keyIsOld: Phrase(zh: "服务钥匙用了 {1} 天，该换了：rvault rotate service-key", en: "the service key is {1} days old; change it: rvault rotate service-key")
        case .pepperIsOld: Phrase(zh: "胡椒值用了 {1} 天，该换了：rvault rotate pepper", en: "the pepper is {1} days old; change it: rvault rotate pepper")
        case .underOldPepper:
            Phrase(zh: "{1} 位居民的口令还在旧胡椒值下，等他们下次登录", en: "{1} residents' passphrases are still under the old pepper, until their next login")
        case .backupIsDue:
            Phrase(
                zh: "最近一次备份之后换过钥匙：请马上再做一份备份（rvault backup），旧备份没有到期之前旧钥匙也要留着",
                en: "keys were changed since the last backup: make a new one now (rvault backup), and keep the old keys until the older backups have run out")
        case .serviceKeyBegun:
            Phrase(
                zh: "新的服务钥匙已启用，资料正在后台换过来；日志的公钥也换了，请重新公布 {1}/log.vkey，并把 key-shares 文件交给各保管人",
                en: "the new service key is in force and rows move to it in the background; the log's public key is new too: hand out {1}/log.vkey again, and the key-shares files to the custodians")
        case .keyWithdrawn: Phrase(zh: "准备好的新服务钥匙已销毁，没有启用", en: "the next service key is destroyed; it never was in force")
        case .keyChanged: Phrase(zh: "应用 {1} 的新令牌已生效", en: "the new token of app {1} is in force")
        case .keysMoved: Phrase(zh: "{1} 份权限换到了新令牌", en: "{1} permissions moved to the new token")
        case .keysFailed:
            Phrase(zh: "{1} 份没能换，等居民下次登录时重做", en: "{1} could not be moved; each is made anew at its resident's next login")
        case .appBetween:
            Phrase(zh: "应用 {1} 的旧令牌到 {2} 为止还有效，还有 {3} 份权限没换过来", en: "the old token of app {1} counts until {2}; {3} permissions are still under it")
        case .appWaits:
            Phrase(zh: "应用 {1} 有 {2} 份权限还在旧令牌下，等居民下次登录", en: "{2} permissions of app {1} are under a token that no longer counts, until their residents' next login")
        case .fieldsWait: Phrase(zh: "{1} 位居民有资料等着换新钥匙，等他们下次登录", en: "{1} residents have fields that wait for new keys, until their next login")
        }
    }
}
