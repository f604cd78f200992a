/// What the operator, the apps' keepers and auditors read.
enum OperatorText: CatalogueKey {
    case keyMade, keyNext, appAdded, tokenShown, tokenWritten, appRemoved, grantsFailed
    case columnApp, columnParty, columnLive, columnOperatorHeld, columnAdded
    case statusVault, statusResidents, statusEntries, statusApps, statusConfig, statusCustodians, statusVersion
    case statusKeys, keysInFiles, keysInCredentials, keysLocked
    case noCustodians, tokenWasHeld, allWell, notWell, policiesGood, policiesBad
    case columnNumber, columnTime, columnAction, columnWho, columnPurpose, columnOutcome, columnResidents

    var phrase: Phrase {
        switch self {
        case .keyMade: Phrase(zh: "钥匙写好了：{1}（保密）和 {2}（交给操作员）", en: "wrote {1} (secret) and {2} (for the operator)")
        case .keyNext:
            Phrase(
                zh: "下一步，由操作员运行：rvault app add {1} --public {2}",
                en: "next, the operator runs: rvault app add {1} --public {2}")
        case .appAdded: Phrase(zh: "应用 {1} 已注册，属于 {2}", en: "app {1} is registered for party {2}")
        case .tokenWritten:
            Phrase(
                zh: "{1} 的令牌写在 {2}（保密）。日志会注明操作员经手过它。",
                en: "the token of {1} is in {2} (secret); the log says that the operator has held it")
        case .tokenShown:
            Phrase(
                zh: "{1} 的令牌只显示这一次。日志会注明操作员经手过它。",
                en: "the token of {1} is shown this once; the log says that the operator has held it")
        case .appRemoved: Phrase(zh: "应用 {1} 已撤销，结束了 {2} 份权限", en: "app {1} is removed; {2} permissions ended")
        case .grantsFailed:
            Phrase(
                zh: "另有 {1} 份权限的记录损坏，没能结束；应用已撤销，它们打不开任何东西。请运行 rvault audit verify --data",
                en: "the rows of {1} more are damaged and could not be ended; the app is gone, so they open nothing. Look with: rvault audit verify --data")
        case .columnApp: Phrase(zh: "应用", en: "App")
        case .columnParty: Phrase(zh: "单位", en: "Party")
        case .columnLive: Phrase(zh: "在用", en: "Live")
        case .columnOperatorHeld: Phrase(zh: "操作员经手", en: "Operator-held")
        case .columnAdded: Phrase(zh: "注册时间", en: "Added")
        case .statusVault: Phrase(zh: "资料库", en: "vault")
        case .statusResidents: Phrase(zh: "居民", en: "residents")
        case .statusEntries: Phrase(zh: "日志条数", en: "log entries")
        case .statusApps: Phrase(zh: "应用", en: "apps")
        case .statusConfig: Phrase(zh: "配置", en: "config")
        case .statusCustodians: Phrase(zh: "保管人", en: "custodians")
        case .statusKeys: Phrase(zh: "服务密钥", en: "service key")
        case .keysInFiles: Phrase(zh: "在文件里，启动时直接读取", en: "in files that a start reads by itself")
        case .keysInCredentials: Phrase(zh: "由 systemd 交给（credentials）", en: "handed over by systemd as credentials")
        case .keysLocked: Phrase(zh: "用口令锁着，每次启动都要口令", en: "locked; each start asks for the passphrase")
        case .statusVersion: Phrase(zh: "版本", en: "version")
        case .noCustodians:
            Phrase(
                zh: "没有设保管人：规则由操作员一人管，忘了口令也不能恢复",
                en: "no custodians: the rules are in the operator's hands alone, and no passphrase can be recovered")
        case .tokenWasHeld:
            Phrase(zh: "应用 {1} 的令牌是操作员做的，操作员经手过", en: "the token of app {1} was made by the operator, who has held it")
        case .allWell: Phrase(zh: "没有发现问题", en: "nothing is wrong")
        case .notWell: Phrase(zh: "有问题，见上", en: "something is wrong, see above")
        case .policiesGood:
            Phrase(zh: "{1}：没有问题，{2} 个用途，{3} 个案例都符合", en: "{1}: good, {2} purposes, {3} cases decided as expected")
        case .policiesBad: Phrase(zh: "{1}：{2} 处问题", en: "{1}: {2} findings")
        case .columnNumber: Phrase(zh: "序号", en: "No.")
        case .columnTime: Phrase(zh: "时间", en: "Time")
        case .columnAction: Phrase(zh: "动作", en: "Action")
        case .columnWho: Phrase(zh: "谁", en: "Who")
        case .columnPurpose: Phrase(zh: "用途", en: "Purpose")
        case .columnOutcome: Phrase(zh: "结果", en: "Outcome")
        case .columnResidents: Phrase(zh: "人数", en: "Residents")
        }
    }
}
