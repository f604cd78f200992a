/// The report on the log, as auditors, custodians and residents at the notice board read it.
enum ReportText: CatalogueKey {
    case title, vault, range, covered, nothingCovered, nobodyNamed
    case unit, tagsDiffer, daysLeftOut, barsOfDays, noReleases, noPermissions, noRequests, noEmergency
    case sectionUnusual, sectionApps, sectionPurposes, sectionHours, sectionDays, sectionPermissions, sectionEmergency
    case sectionEntries, sectionRules
    case columnRequests, columnReleased, columnRefused, columnLookUps, columnWritten, columnProposed, columnEmergency
    case columnBusiest, columnGranted, columnHour, columnDay, columnAsked, columnGiven, columnDenied, columnWithdrawn
    case columnPaused, columnResumed, columnEnded, columnEntries, columnUsual, together, unknownCallers
    case restored
    case auditorReadings, unusualCount, noPast, usualUpTo, labelled
    case nothingUnusual, volume, night, refusals, unknownHour, emergencyUse
    case ruleVolume, ruleNight, ruleRefusals, ruleUnknown, ruleEmergency, ruleMeaning
    case plotHours, plotDays, hourValue, dayValue, nightBand, aboveUsual, usualLine, limitLine

    var phrase: Phrase {
        switch self {
        case .title: Phrase(zh: "日志报告", en: "Report on the log")
        case .vault: Phrase(zh: "资料库 {1}", en: "Vault {1}")
        case .range:
            Phrase(zh: "从 {1} 到 {2} 之前（东八区时间）", en: "From {1} to before {2}, in the vault's zone (UTC+8)")
        case .covered: Phrase(zh: "日志覆盖其中 {1} 至 {2}，共 {3} 条", en: "The log covers {1} to {2} of it, with {3} entries")
        case .nothingCovered: Phrase(zh: "这段时间里日志没有内容", en: "The log holds nothing of this time")
        case .nobodyNamed:
            Phrase(
                zh: "报告里没有任何人的姓名、证件号码和资料内容：日志里本来就没有这些。",
                en: "This report names nobody. The log holds no names, no ID numbers and no values.")
        case .unit:
            Phrase(
                zh: "“提供”和“拒绝”按人次计：一次请求最多可以涉及 500 位居民。",
                en: "Released and refused are counted by resident: one request may ask for up to 500 of them.")
        case .tagsDiffer:
            Phrase(
                zh: "人数按应用分别计算。同一位居民在两个应用里的代号不同，所以各应用的人数不能相加。",
                en:
                    "Residents are counted for each app by itself. Two apps know one person under different marks, so these numbers cannot be added up to people."
            )
        case .daysLeftOut: Phrase(zh: "没有提供过资料的日子不列出。", en: "Days without a release are left out.")
        case .barsOfDays: Phrase(zh: "每根柱代表 {1} 天。", en: "Each bar is {1} days.")
        case .noReleases: Phrase(zh: "这段时间没有提供过资料。", en: "Nothing was released in this time.")
        case .noPermissions: Phrase(zh: "这段时间权限没有变化。", en: "No permission changed in this time.")
        case .noRequests: Phrase(zh: "这段时间没有应用来请求。", en: "No app asked for anything in this time.")
        case .noEmergency: Phrase(zh: "没有用过紧急用途。", en: "No emergency purpose was used.")
        case .sectionUnusual: Phrase(zh: "值得留意", en: "Unusual")
        case .sectionApps: Phrase(zh: "各应用", en: "By app")
        case .sectionPurposes: Phrase(zh: "按单位、应用和用途", en: "By party, app and purpose")
        case .sectionHours: Phrase(zh: "一天中的时段", en: "By hour of the day")
        case .sectionDays: Phrase(zh: "各应用每天提供的人次", en: "Releases of each app by day")
        case .sectionPermissions: Phrase(zh: "请求同意与权限", en: "Requests for consent and permissions")
        case .sectionEmergency: Phrase(zh: "紧急用途的每次使用", en: "Every use of an emergency purpose")
        case .sectionEntries: Phrase(zh: "日志条目", en: "Entries of the log")
        case .sectionRules: Phrase(zh: "什么算值得留意", en: "What counts as unusual")
        case .columnRequests: Phrase(zh: "读取请求", en: "Reads")
        case .columnReleased: Phrase(zh: "提供", en: "Released")
        case .columnRefused: Phrase(zh: "拒绝", en: "Refused")
        case .columnLookUps: Phrase(zh: "查找", en: "Look-ups")
        case .columnWritten: Phrase(zh: "写入", en: "Written")
        case .columnProposed: Phrase(zh: "提议", en: "Proposed")
        case .columnEmergency: Phrase(zh: "紧急", en: "Emergency")
        case .columnBusiest: Phrase(zh: "最忙（点）", en: "Busiest hours")
        case .columnGranted: Phrase(zh: "放行", en: "Let through")
        case .columnHour: Phrase(zh: "时段", en: "Hour")
        case .columnDay: Phrase(zh: "日期", en: "Day")
        case .columnAsked: Phrase(zh: "请求同意", en: "Consent asked")
        case .columnGiven: Phrase(zh: "给予", en: "Given")
        case .columnDenied: Phrase(zh: "居民拒绝", en: "Denied")
        case .columnWithdrawn: Phrase(zh: "收回", en: "Taken back")
        case .columnPaused: Phrase(zh: "暂停", en: "Paused")
        case .columnResumed: Phrase(zh: "恢复", en: "Resumed")
        case .columnEnded: Phrase(zh: "其他结束", en: "Ended otherwise")
        case .columnEntries: Phrase(zh: "条数", en: "Entries")
        case .columnUsual: Phrase(zh: "平时每天", en: "Usual a day")
        case .together: Phrase(zh: "合计", en: "Together")
        case .restored:
            Phrase(
                zh: "{1} 从 {2} 的备份恢复过：日志从第 {3} 条起改名为 {4}，那之后原来记下的已经丢失",
                en: "restored on {1} from the backup of {2}: the log went on from {3} entries as {4}; what had been logged after them is lost")
        case .unknownCallers: Phrase(zh: "无效凭证", en: "Unknown callers")
        case .auditorReadings: Phrase(zh: "查阅日志（每人每小时计一次）", en: "Readings of the log, one for a reader and an hour")
        case .unusualCount: Phrase(zh: "值得留意", en: "Unusual")
        case .noPast: Phrase(zh: "往日记录不足", en: "no past yet")
        case .usualUpTo: Phrase(zh: "{1}（至 {2}）", en: "{1} (to {2})")
        case .labelled: Phrase(zh: "{1}：{2}", en: "{1}: {2}")
        case .nothingUnusual: Phrase(zh: "按下面的规则，没有值得留意的情况。", en: "Nothing is unusual by the rules below.")
        case .volume:
            Phrase(
                zh: "{1} 在 {3} 提供了 {2} 人次；之前 {5} 天它平均每天 {4} 人次，{6} 以内算平常",
                en:
                    "{1} released {2} on {3}; in the {5} days before the report it had {4} a day, and up to {6} is usual"
            )
        case .night:
            Phrase(
                zh: "{1} 提供的 {3} 人次里，{2} 人次（{4}%）在夜间",
                en: "{1} released {2} of {3} ({4} %) at night")
        case .refusals:
            Phrase(
                zh: "{1} 请求的 {3} 人次里，{2} 人次（{4}%）被拒绝",
                en: "{1} was refused {2} of the {3} it asked for ({4} %)")
        case .unknownHour:
            Phrase(
                zh: "{1} 起的一小时里，有 {2} 次访问没有有效凭证",
                en: "In the hour from {1}, {2} calls came without a valid credential")
        case .emergencyUse:
            Phrase(zh: "{1} 用了 {2} 次紧急用途，逐次列在下面", en: "Emergency purposes used by {1}: {2}; each use is listed below")
        case .ruleVolume:
            Phrase(
                zh: "提供量：某天的人次多于 {1}，并且多于该应用之前 {2} 天的平均值加 {3} 倍标准差。至少要有 {4} 天的记录。",
                en:
                    "Volume: a day with more than {1} releases, and more than the mean and {3} standard deviations of the app's own {2} days before the report. It needs {4} days of past."
            )
        case .ruleNight:
            Phrase(
                zh: "夜间：{1} 到 {2} 之间提供多于 {3} 人次，并且多于该应用总数的 {4}%。",
                en: "Night: more than {3} releases between {1} and {2}, and more than {4} % of the app's.")
        case .ruleRefusals:
            Phrase(
                zh: "拒绝：至少 {1} 人次，并且多于该应用请求总数的 {2}%。",
                en: "Refusals: {1} or more, and more than {2} % of what the app asked for.")
        case .ruleUnknown:
            Phrase(
                zh: "无效凭证：钟点的一小时里至少 {1} 次。", en: "Unknown callers: {1} or more calls in an hour of the clock.")
        case .ruleEmergency: Phrase(zh: "紧急用途：每次都列出。", en: "Emergency purposes: every use.")
        case .ruleMeaning:
            Phrase(
                zh: "列出来的不一定是错，没有列出来的也不一定对：要去问那个单位。",
                en: "What is listed need not be wrong, and what is not listed need not be right: ask the party.")
        case .plotHours:
            Phrase(zh: "所有应用在一天各小时放行和拒绝的人次", en: "What all apps were let through and refused, by hour of the day")
        case .plotDays: Phrase(zh: "{1} 每天提供的人次", en: "Releases of {1} by day")
        case .hourValue: Phrase(zh: "{1}：放行 {2}，拒绝 {3}", en: "{1}: {2} let through, {3} refused")
        case .dayValue: Phrase(zh: "{1}：{2} 人次", en: "{1}: {2} released")
        case .nightBand: Phrase(zh: "夜间", en: "night")
        case .aboveUsual: Phrase(zh: "多于平时", en: "above the usual")
        case .limitLine: Phrase(zh: "平常的上限", en: "most that is usual")
        case .usualLine: Phrase(zh: "平常不超过 {1}", en: "usual up to {1}")
        }
    }
}
