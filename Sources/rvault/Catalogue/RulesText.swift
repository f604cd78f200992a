internal import VaultModel

/// Changes of the vault's rules, told to operators and custodians.
enum RulesText: CatalogueKey {
    case proposedAlone, made, ended, notEnded, nothingChanges, needs, needsNobody, byCeremony
    case newKey, authKey, oldKeyUntil, oldKeyEnds, removesApp, addsAuditor, removesAuditor, custodiansBecome, custodianKeys
    case changesPolicies, handsOver, newServiceKey, logKey, issuingKey
    case newParty, changedParty, newField, changedField, newPurpose, changedPurpose, dropsPurpose, dropsField, dropsParty
    case logRetention, backupLife, before, isNew, noLonger, title, contact, apps, type, sensitive, notSensitive, keptDays, keptEnrolled
    case values, lookup, verify, mostForm, maskedAsName, version, recipient, byConsent, withoutConsent, actions, reads, writes
    case fieldRule, limits, appKeeps, oldestVersion, mustState, initiator, caseReference, citations, notice, necessity, impact
    case bands, question, mayWrite, isPresent, contains, atLeastYears, atLeast, equals, oneOf
    case columnCustodian, columnKey, columnApps, columnState, custodiansTogether, partyInForce, partyLeft, isCustodian
    case firstCustodians, newKeyShares, afterHandover, noGrants, together, canRecover, handedOver, heldTokens

    var phrase: Phrase {
        switch self {
        case .proposedAlone:
            Phrase(
                zh: "更改写在 {1}。这只是收紧，或者要再问居民，不用保管人签字：用 --change 就能生效",
                en: "the change is in {1}; it only narrows or asks residents anew, so no custodian must sign it: make it with --change")
        case .made: Phrase(zh: "已生效，现在是第 {1} 号规则", en: "done; these are rules number {1}")
        case .ended: Phrase(zh: "随之结束了 {1} 份权限", en: "{1} permissions ended with it")
        case .notEnded:
            Phrase(
                zh: "另有 {1} 份权限的记录损坏，没能结束；它们打不开任何东西。请运行 rvault audit verify --data",
                en: "the rows of {1} more are damaged and could not be ended; they open nothing. Look with: rvault audit verify --data")
        case .nothingChanges: Phrase(zh: "和现在的政策一样，没有什么要改", en: "these are the policies in force; nothing changes")
        case .needs: Phrase(zh: "需要保管人签字：{1}（{2}）", en: "needs the custodians: {1} ({2})")
        case .needsNobody:
            Phrase(zh: "只是收紧，或者要再问居民：操作员一人就能改", en: "it only narrows or asks residents anew: the operator alone may do it")
        case .byCeremony:
            Phrase(
                zh: "用途 {1} 不问居民，现在还没有给出任何权限；要由保管人一起签发（issued by a ceremony）",
                en: "the purpose {1} asks no resident, and nobody has access by it yet: it is issued by a ceremony of the custodians")
        case .newKey: Phrase(zh: "这份更改：{2} 的应用 {1} 换新钥匙。", en: "This change gives the app {1} of the party {2} new keys.")
        case .authKey: Phrase(zh: "它的登录指纹：{1}", en: "The fingerprint of its credential: {1}")
        case .oldKeyUntil: Phrase(zh: "旧令牌还能用到 {1}。", en: "Its old token counts until {1}.")
        case .oldKeyEnds: Phrase(zh: "旧令牌马上失效。", en: "Its old token ends at once.")
        case .removesApp: Phrase(zh: "这份更改：撤掉应用 {1}，结束它的全部权限。", en: "This change removes the app {1} and ends all its permissions.")
        case .addsAuditor: Phrase(zh: "这份更改：让审计人 {1} 查看日志（看不到资料）。", en: "This change lets the auditor {1} read the log, and no data.")
        case .removesAuditor: Phrase(zh: "这份更改：审计人 {1} 不能再看日志。", en: "This change takes the log from the auditor {1}.")
        case .custodiansBecome:
            Phrase(
                zh: "这份更改：保管人改成下面 {2} 家，其中 {1} 家一起签字才算数。不在下面的就不再是保管人。",
                en: "This change makes these {2} the custodians, {1} of whom act together. Whoever is not named is none any more.")
        case .custodianKeys: Phrase(zh: "  {1}，公钥 {2}", en: "  {1}, public keys {2}")
        case .changesPolicies: Phrase(zh: "这份更改：改政策，内容如下。", en: "This change alters the policies, as follows.")
        case .handsOver:
            Phrase(
                zh: "这份更改：{1} 离开，由 {2} 接手。{1} 的应用马上停用，给它的权限全部结束；新单位要重新得到权限。政策同时改成：",
                en: "This change lets {2} take the place of {1}. The apps of {1} stop at once and all its permissions end; the new party gets its own anew. The policies become:")
        case .newServiceKey:
            Phrase(zh: "这份更改：资料库换服务钥匙，以后由新钥匙签日志和权限。", en: "This change gives the vault a new service key, which signs its log and its grants from now on.")
        case .logKey: Phrase(zh: "日志公钥：{1}", en: "The log's public key: {1}")
        case .issuingKey: Phrase(zh: "签发公钥：{1}", en: "The issuing public key: {1}")
        case .newParty: Phrase(zh: "新单位：{1}", en: "New party: {1}")
        case .changedParty: Phrase(zh: "单位有变：{1}", en: "Changed party: {1}")
        case .newField: Phrase(zh: "新项目：{1}", en: "New field: {1}")
        case .changedField: Phrase(zh: "项目有变：{1}", en: "Changed field: {1}")
        case .newPurpose: Phrase(zh: "新用途：{1}", en: "New purpose: {1}")
        case .changedPurpose: Phrase(zh: "用途有变：{1}", en: "Changed purpose: {1}")
        case .dropsPurpose: Phrase(zh: "取消用途：{1}；给它的权限全部结束", en: "Dropped purpose: {1}; all permissions for it end")
        case .dropsField: Phrase(zh: "取消项目：{1}", en: "Dropped field: {1}")
        case .dropsParty: Phrase(zh: "取消单位：{1}", en: "Dropped party: {1}")
        case .logRetention:
            Phrase(zh: "日志在库里留 {1} 天（原来 {2} 天）", en: "The log stays in the database for {1} days (before: {2})")
        case .backupLife:
            Phrase(
                zh: "备份最多留 {1} 天（原来 {2} 天）；删除了的资料，要等最后一份备份到期才全部消失",
                en: "backups live for {1} days at most (before: {2}); what is erased is wholly gone when the last one ends")
        case .before: Phrase(zh: "原来：{1}", en: "before: {1}")
        case .isNew: Phrase(zh: "（新加的）", en: "(new)")
        case .noLonger: Phrase(zh: "不再有：{1}", en: "no longer: {1}")
        case .title: Phrase(zh: "名称：{1}", en: "title: {1}")
        case .contact: Phrase(zh: "联系：{1}", en: "contact: {1}")
        case .apps: Phrase(zh: "它的应用：{1}", en: "its apps: {1}")
        case .type: Phrase(zh: "类型：{1}", en: "type: {1}")
        case .sensitive: Phrase(zh: "敏感信息", en: "sensitive")
        case .notSensitive: Phrase(zh: "一般信息", en: "not sensitive")
        case .keptDays: Phrase(zh: "没人更新的，{1} 天后删除", en: "deleted after {1} days without an update")
        case .keptEnrolled: Phrase(zh: "登记期间一直保存", en: "kept while the person is enrolled")
        case .values: Phrase(zh: "可选：{1}", en: "one of: {1}")
        case .lookup: Phrase(zh: "可以按它找人", en: "people can be found by it")
        case .verify: Phrase(zh: "应用可以核对它", en: "apps may compare it with a value of their own")
        case .mostForm: Phrase(zh: "最多给到：{1}", en: "at most: {1}")
        case .maskedAsName: Phrase(zh: "遮挡时像姓名那样", en: "hidden as a name is")
        case .version: Phrase(zh: "第 {1} 版", en: "version {1}")
        case .recipient: Phrase(zh: "给谁：应用 {1}，单位 {2}", en: "for: the app {1} of {2}")
        case .byConsent: Phrase(zh: "依据：{1}。每位居民自己决定", en: "basis: {1}; each resident decides")
        case .withoutConsent: Phrase(zh: "依据：{1}。不问居民", en: "basis: {1}; NO resident is asked")
        case .actions: Phrase(zh: "可以：{1}", en: "it may: {1}")
        case .reads: Phrase(zh: "看", en: "read")
        case .writes: Phrase(zh: "改", en: "write")
        case .fieldRule: Phrase(zh: "项目 {1}：{2}", en: "field {1}: {2}")
        case .limits:
            Phrase(
                zh: "权限最长 {1} 天，每位居民每天最多看 {2} 次，一次最多 {3} 人",
                en: "lasts {1} days at most, {2} reads of a resident a day, {3} residents a request")
        case .appKeeps: Phrase(zh: "应用拿到的可以留 {1} 天", en: "the app may keep what it got for {1} days")
        case .oldestVersion: Phrase(zh: "第 {1} 版之前给的权限都不算了", en: "permissions of versions before {1} no longer count")
        case .mustState: Phrase(zh: "每次必须写明：{1}", en: "each request must state: {1}")
        case .initiator: Phrase(zh: "经手人", en: "who asks")
        case .caseReference: Phrase(zh: "事由编号", en: "the case")
        case .citations: Phrase(zh: "依据条文：{1}", en: "citations: {1}")
        case .notice: Phrase(zh: "告知居民：{1}", en: "residents are told: {1}")
        case .necessity: Phrase(zh: "为什么需要：{1}", en: "why it is needed: {1}")
        case .impact: Phrase(zh: "可能的影响：{1}", en: "what could happen: {1}")
        case .bands: Phrase(zh: "分段从 {1} 开始", en: "ranges begin at {1}")
        case .question: Phrase(zh: "问：{1}", en: "the question: {1}")
        case .mayWrite: Phrase(zh: "可以改", en: "may be written")
        case .isPresent: Phrase(zh: "有没有内容", en: "is there anything")
        case .contains: Phrase(zh: "里面有没有 {1}", en: "does it contain {1}")
        case .atLeastYears: Phrase(zh: "满不满 {1} 年", en: "is it {1} years ago or more")
        case .atLeast: Phrase(zh: "到不到 {1}", en: "is it {1} or more")
        case .equals: Phrase(zh: "是不是 {1}", en: "is it {1}")
        case .oneOf: Phrase(zh: "是不是其中之一：{1}", en: "is it one of {1}")
        case .columnCustodian: Phrase(zh: "保管人", en: "Custodian")
        case .columnKey: Phrase(zh: "签名公钥", en: "Signing key")
        case .columnApps: Phrase(zh: "应用", en: "Apps")
        case .columnState: Phrase(zh: "状态", en: "State")
        case .custodiansTogether: Phrase(zh: "其中 {1} 家一起签字才算数", en: "{1} of them act together")
        case .partyInForce: Phrase(zh: "在册", en: "in force")
        case .partyLeft: Phrase(zh: "已离开，由 {1} 接手", en: "left; {1} came after")
        case .isCustodian: Phrase(zh: "在册，保管人", en: "in force, custodian")
        case .firstCustodians:
            Phrase(
                zh: "这是第一批保管人：之前没有人可以签字，所以操作员一人设了他们。居民下次登录时，他们的钥匙备份才分给保管人。",
                en: "these are the first custodians: nobody was there to sign, so the operator alone named them. Each resident's key is split among them at that resident's next login.")
        case .newKeyShares:
            Phrase(
                zh: "资料库的钥匙已按新的保管人重新分好：请把 {1}/key-shares-名字 文件分别交给每一位保管人，旧文件只对以前的备份有用。居民的钥匙在各自下次登录时重分；不登录的用：rvault custodian request entrust",
                en: "the vault's keys are split anew: hand each custodian their new file {1}/key-shares-NAME; the older ones serve only backups from before. Residents' keys are split anew at each one's next login, or for all of them by: rvault custodian request entrust")
        case .afterHandover:
            Phrase(
                zh: "接下来：1）新单位的应用：rvault app keygen 和 rvault app add --propose；2）{1} 如果是保管人：rvault custodian replace {1} 新单位的公钥；3）不问居民的用途由保管人一起签发。",
                en: "next: 1) the new party's apps: rvault app keygen, then rvault app add --propose; 2) if {1} is a custodian: rvault custodian replace {1} NEW.custodian.pub; 3) what asks no resident is issued by a ceremony of the custodians")
        case .noGrants:
            Phrase(zh: "应用 {1} 的用途 {2} 还没有任何权限", en: "the app {1} holds no permission for its purpose {2}")
        case .together:
            Phrase(
                zh: "规则由 {2} 家保管人管，其中 {1} 家一起签字才能放宽：{3}。操作员一人只能收紧。",
                en: "the rules rest on {1} of {2} custodians: {3}. The operator alone can only narrow them")
        case .canRecover:
            Phrase(
                zh: "{1} 家一起可以给居民做新的激活信，但不能替居民签字",
                en: "{1} of them together can make a resident a new letter; they cannot sign as a resident")
        case .handedOver:
            Phrase(
                zh: "{1} 换成了 {2}：给 {1} 的权限已在 {3} 全部结束。",
                en: "{2} took the place of {1} on {3}: the access of {1} ended.")
        case .heldTokens:
            Phrase(
                zh: "这些应用的令牌是操作员做的，操作员经手过：{1}",
                en: "the operator made and held the tokens of these apps: {1}")
        }
    }
}

/// The legal bases as those who sign rules say them.
enum RulesTerms: CatalogueKey {
    case consent, separate, written, guardian, contract, statutory, emergency, publicData, law

    init(_ basis: LegalBasis) {
        self =
            switch basis {
            case .consent: .consent
            case .consentSeparate: .separate
            case .consentWritten: .written
            case .consentGuardian: .guardian
            case .contract: .contract
            case .statutory: .statutory
            case .emergency: .emergency
            case .publicData: .publicData
            case .law: .law
            }
    }

    var phrase: Phrase {
        switch self {
        case .consent: Phrase(zh: "居民同意", en: "consent")
        case .separate: Phrase(zh: "居民单独同意", en: "separate consent")
        case .written: Phrase(zh: "居民书面同意", en: "written consent")
        case .guardian: Phrase(zh: "监护人同意", en: "a guardian's consent")
        case .contract: Phrase(zh: "合同需要", en: "a contract")
        case .statutory: Phrase(zh: "法定职责", en: "a duty by law")
        case .emergency: Phrase(zh: "紧急救助", en: "an emergency")
        case .publicData: Phrase(zh: "居民自己公开的", en: "made public by the person")
        case .law: Phrase(zh: "法律规定", en: "the law")
        }
    }
}

enum RulesFaults: CatalogueKey {
    case otherChange, custodianKnown, custodianUnknown, badThreshold, unknownPart

    var phrase: Phrase {
        switch self {
        case .otherChange: Phrase(zh: "{1} 写的是别的更改", en: "{1} holds another change")
        case .custodianKnown: Phrase(zh: "{1} 已经是保管人", en: "{1} is a custodian already")
        case .custodianUnknown: Phrase(zh: "{1} 不是保管人", en: "{1} is no custodian")
        case .badThreshold: Phrase(zh: "{2} 家保管人，{1} 家签字：不行", en: "{1} of {2} custodians is not possible")
        case .unknownPart: Phrase(zh: "两边的政策里都没有用途 {1}", en: "neither these policies nor those in force have a purpose {1}")
        }
    }
}

enum RulesHints: CatalogueKey {
    case sameCommand, listCustodians, threshold, inParts

    var phrase: Phrase {
        switch self {
        case .sameCommand: Phrase(zh: "用写出它的那个命令来生效", en: "make it with the command that wrote it")
        case .listCustodians: Phrase(zh: "看看有谁：rvault custodian list", en: "see who they are: rvault custodian list")
        case .threshold: Phrase(zh: "2 到 16 家，签字的至少 2 家：--threshold", en: "2 to 16 custodians, and at least 2 of them: --threshold")
        case .inParts: Phrase(zh: "太大就分几次：--purpose 名字", en: "load it in parts: --purpose NAME")
        }
    }
}
