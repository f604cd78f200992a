/// What auditors, witnesses and readers of the notice board see.
enum AuditText: CatalogueKey {
    case exported, exportProgress, verifyProgress
    case verifiedBreak
    case verified, verifiedRoot, verifiedKept, verifiedWitness, failed, leftOut, onlyInside
    case proofWritten, consistencyWritten, proofGood, consistencyGood
    case auditorAdded, auditorRemoved, auditorKeyNext, columnAuditor
    case archived, nothingToArchive, reportWritten, witnessMade, witnessWord, witnessFollows
    case noHistory, historyMore

    var phrase: Phrase {
        switch self {
        case .exported:
            Phrase(zh: "{1} 里有日志 {2} 条，这次新增 {3} 条", en: "{1} holds {2} entries of the log, {3} of them new")
        case .exportProgress: Phrase(zh: "正在导出 {1}", en: "exporting {1}")
        case .verifyProgress: Phrase(zh: "正在核对 {1}", en: "verifying {1}")
        case .verifiedBreak:
            Phrase(
                zh: "恢复过：用 {1} 的备份，日志从第 {2} 条起改名为 {3}；那之后原来记下的已经丢失",
                en: "restored from the backup of {1}: the log went on from {2} entries as {3}; what had been logged after them is lost")
        case .verified: Phrase(zh: "核对无误：{1} 条", en: "verified: {1} entries, nothing was changed")
        case .verifiedRoot: Phrase(zh: "树根：{1}", en: "root: {1}")
        case .verifiedKept:
            Phrase(zh: "它是从留存的检查点（{1} 条）一路接下来的", en: "it continues the checkpoint of {1} entries that was kept")
        case .verifiedWitness: Phrase(zh: "见证人 {1} 已联署", en: "cosigned by the witness {1}")
        case .failed: Phrase(zh: "核对不通过：{1} 处问题", en: "FAILED: {1} findings")
        case .leftOut: Phrase(zh: "另有 {1} 处没有列出", en: "… and {1} more")
        case .onlyInside:
            Phrase(
                zh: "只和日志自己的检查点比过。谁拿着日志的钥匙，就能整本重写：请用 --old 和公告栏上或回执里留存的检查点比。",
                en: "compared with the log's own checkpoint alone. Whoever holds the log's key could have rewritten all of it: compare with one from the notice board or a receipt, by --old.")
        case .proofWritten: Phrase(zh: "第 {1} 条的证明写在 {2}", en: "the proof of entry {1} is in {2}")
        case .consistencyWritten: Phrase(zh: "{1} 条到 {2} 条的证明写在 {3}", en: "the proof from {1} to {2} entries is in {3}")
        case .proofGood:
            Phrase(zh: "证明无误：第 {1} 条在 {2} 条的日志里", en: "good: entry {1} stands in the log of {2} entries")
        case .consistencyGood:
            Phrase(zh: "证明无误：{2} 条的日志接着 {1} 条的日志", en: "good: the log of {2} entries continues the one of {1}")
        case .auditorAdded: Phrase(zh: "审计员 {1} 可以看日志了", en: "the auditor {1} may read the log")
        case .auditorRemoved: Phrase(zh: "审计员 {1} 不能再看日志了", en: "the auditor {1} may no longer read the log")
        case .auditorKeyNext:
            Phrase(
                zh: "下一步，由操作员运行：rvault auditor add {1} --public {2}",
                en: "next, the operator runs: rvault auditor add {1} --public {2}")
        case .columnAuditor: Phrase(zh: "审计员", en: "Auditor")
        case .archived:
            Phrase(zh: "移出 {1} 条旧日志；数据库里从第 {2} 条开始", en: "moved {1} old entries; the database begins at entry {2}")
        case .nothingToArchive: Phrase(zh: "没有到期的日志", en: "no entries are old enough")
        case .reportWritten: Phrase(zh: "报告写在 {1}", en: "the report is in {1}")
        case .witnessFollows: Phrase(zh: "以后认这个公钥：{1}", en: "from now on it trusts this key: {1}")
        case .witnessMade:
            Phrase(zh: "见证人的钥匙做好了，请把这一行交给操作员：", en: "made the witness's key; give the operator this line:")
        case .witnessWord: Phrase(zh: "见证的日志：{1}", en: "it watches the log {1}")
        case .noHistory: Phrase(zh: "还没有记录", en: "there are no entries yet")
        case .historyMore: Phrase(zh: "更早的：rvault me history --before {1}", en: "for earlier ones: rvault me history --before {1}")
        }
    }
}

/// What can go wrong when a log is copied and checked.
enum AuditFaults: CatalogueKey {
    case notAnExport, logShorter, tileMissing, exportDamaged, notContinued, otherKey, badCheckpoint, notKey, noCheckpoint
    case keyNeeded, proofBad, oldNeeded, entryOfOther, notProof, malformedIndex, malformedAuditor, notAuditorKey
    case notFile, witnessExists, noWitness, witnessRefused, badFilter, cosignedOlder, otherEpoch, noWayToKey

    var phrase: Phrase {
        switch self {
        case .notAnExport: Phrase(zh: "{1} 不是导出的日志，里面有 {2}", en: "{1} is not an exported log: {2} lies in it")
        case .noWayToKey:
            Phrase(
                zh: "{1} 里的日志不能从见证人认的公钥一路引到新的公钥",
                en: "the log in {1} does not lead from the key that the witness trusts to the new one")
        case .logShorter:
            Phrase(
                zh: "日志现在只有 {1} 条，以前导出过 {2} 条：被退回过",
                en: "the log has {1} entries now, and {2} were exported before: it was rolled back")
        case .tileMissing: Phrase(zh: "缺少 {1}", en: "{1} is missing")
        case .exportDamaged: Phrase(zh: "{1} 里的文件和它的检查点对不上", en: "the files in {1} do not fit their checkpoint")
        case .notContinued:
            Phrase(
                zh: "日志不是接着导出的 {1} 条写的：历史被改过",
                en: "the log does not continue the {1} entries that were exported: its history was changed")
        case .otherKey: Phrase(zh: "日志的公钥和以前不同", en: "the log's key is not the one known before")
        case .badCheckpoint: Phrase(zh: "检查点不对：{1}", en: "the checkpoint does not open: {1}")
        case .notKey: Phrase(zh: "{1} 里没有合适的公钥", en: "{1} does not hold the key needed")
        case .notFile: Phrase(zh: "{1} 不是文件", en: "{1} is not a file")
        case .noCheckpoint: Phrase(zh: "{1} 里没有检查点", en: "there is no checkpoint in {1}")
        case .keyNeeded: Phrase(zh: "需要日志的公钥：--vkey", en: "the log's key is needed: --vkey")
        case .proofBad: Phrase(zh: "证明不成立：{1}", en: "the proof fails: {1}")
        case .oldNeeded: Phrase(zh: "这种证明要和旧的检查点一起看：--old", en: "this kind of proof is checked with the older checkpoint: --old")
        case .entryOfOther: Phrase(zh: "证明里的条目不是给出的那一条", en: "the proof carries another entry than the one given")
        case .notProof: Phrase(zh: "{1} 不是证明", en: "{1} is not a proof")
        case .malformedIndex: Phrase(zh: "“{1}”不是日志的序号", en: "{1} is not an entry's number or a log's size")
        case .malformedAuditor: Phrase(zh: "“{1}”不能作审计员的名字", en: "{1} cannot be an auditor's name")
        case .notAuditorKey: Phrase(zh: "{1} 不是审计员的公钥", en: "{1} is not an auditor's public part")
        case .witnessExists: Phrase(zh: "{1} 里已有见证人", en: "there is a witness in {1} already")
        case .noWitness: Phrase(zh: "{1} 里没有见证人", en: "there is no witness in {1}")
        case .witnessRefused: Phrase(zh: "不予联署（{1}）：{2}", en: "not cosigned ({1}): {2}")
        case .badFilter: Phrase(zh: "“{1}”不对：{2}", en: "{1} is not right: {2}")
        case .otherEpoch:
            Phrase(
                zh: "资料库从备份恢复过，日志改名为 {1}，接不上这里导出的 {2}",
                en: "the vault was restored from a backup and its log is called {1} now; it does not continue the {2} exported here")
        case .cosignedOlder:
            Phrase(
                zh: "见证人联署到第 {1} 条，这个目录里已有 {2} 条",
                en: "witnesses have cosigned {1} entries so far, and this directory holds {2} already")
        }
    }
}

/// What to do about it.
enum AuditHints: CatalogueKey {
    case emptyDirectory, keepExport, exportAnew, keyForm, whereKey, indexForm, auditorNames, makeAuditorKey, makeWitness
    case witnessRequest, instants, verifyExport

    var phrase: Phrase {
        switch self {
        case .emptyDirectory: Phrase(zh: "另选一个空目录", en: "choose another, empty directory")
        case .verifyExport:
            Phrase(
                zh: "用见证人的公钥核对：rvault audit verify --tiles … --vkey 见证人目录/log.vkey",
                en: "look with the witness's own key: rvault audit verify --tiles … --vkey STATE/log.vkey")
        case .keepExport:
            Phrase(
                zh: "别删以前的导出，那是证据；告诉居委会和其他保管检查点的人",
                en: "keep the earlier export, it is evidence; tell the committee and whoever else keeps checkpoints")
        case .exportAnew: Phrase(zh: "另选目录重新导出，旧的留着对比", en: "export anew to another directory and keep this one to compare")
        case .keyForm: Phrase(zh: "每行一个公钥：名字+编号+base64", en: "one key a line: name+id+base64")
        case .whereKey:
            Phrase(
                zh: "公钥在公告栏上；别用导出目录里自带的那份，那是要核对的",
                en: "take it from the notice board, and not from the export itself, which is what you check")
        case .indexForm: Phrase(zh: "从 0 开始的整数", en: "whole numbers from 0")
        case .auditorNames: Phrase(zh: "小写字母、数字和连字符，字母开头", en: "lower-case letters, digits and hyphens, a letter first")
        case .makeAuditorKey: Phrase(zh: "让审计员运行：rvault auditor keygen 名字", en: "let the auditor run: rvault auditor keygen NAME")
        case .makeWitness: Phrase(zh: "先运行：rvault audit witness keygen", en: "first run: rvault audit witness keygen")
        case .witnessRequest: Phrase(zh: "标准输入应是 add-checkpoint 请求", en: "standard input takes an add-checkpoint request")
        case .instants: Phrase(zh: "日期写作 2026-11-23", en: "dates are written 2026-11-23")
        }
    }
}
