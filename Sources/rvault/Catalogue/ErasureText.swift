/// Erasing data, told to residents and to the operator.
enum ErasureText: CatalogueKey {
    case whatFields, whatCategory, whatEverything, whatOther, cannotUndo, sureOnce, sureTwice, wordErase
    case erasedEverything, erasedFields, kept, keptLine, logged, backups, notClean, certificateWritten, certificateNow, noCertificate
    case certificateGood, certifiedEverything, certifiedFields, certifiedBy, byResident, byOperator, proves, provesNot, provesThen, certifyAnew
    case choices, whichFields

    var phrase: Phrase {
        switch self {
        case .whatFields: Phrase(zh: "要删除您资料中的这几项：{1}", en: "These items of your data will be erased: {1}")
        case .whatCategory: Phrase(zh: "要删除您资料中的这一类：{1}", en: "This kind of your data will be erased: {1}")
        case .whatEverything:
            Phrase(
                zh: "要删除您在这里的全部资料。删除以后您不能再登录，谁也不能再用您的资料。",
                en: "Everything about you will be erased here. You cannot log in afterwards, and nobody can use your data any more.")
        case .whatOther: Phrase(zh: "要删除登录名 {1} 的资料：{2}", en: "Data of the resident with the login name {1} will be erased: {2}")
        case .cannotUndo: Phrase(zh: "删除以后谁也找不回来。", en: "Nobody can bring it back.")
        case .sureOnce: Phrase(zh: "真的删除吗？输入“{1}”再按回车：", en: "Really erase it? Type \"{1}\" and press Enter: ")
        case .sureTwice: Phrase(zh: "再确认一次，请再输入“{1}”：", en: "To be sure, type \"{1}\" once more: ")
        case .wordErase: Phrase(zh: "yes", en: "yes")
        case .erasedEverything: Phrase(zh: "全部资料已经删除。", en: "Everything is erased.")
        case .erasedFields: Phrase(zh: "已经删除：{1}", en: "Erased: {1}")
        case .kept:
            Phrase(zh: "下面几项有合同或法律还用得着，现在不能删：", en: "A contract or a law still needs the following, so it stays for now:")
        case .keptLine: Phrase(zh: "  {1}，请问：{2}", en: "  {1}; ask: {2}")
        case .logged: Phrase(zh: "记在日志第 {1} 条。", en: "It stands in the log as entry {1}.")
        case .backups:
            Phrase(zh: "备份里的到 {1} 为止也没有了。", en: "The last backup that can still hold it ends on {1}.")
        case .notClean:
            Phrase(
                zh: "磁盘上的旧内容还在清除，资料库会自己清完。",
                en: "The vault is still clearing old contents from its disk and goes on by itself until all of it is gone.")
        case .certificateWritten: Phrase(zh: "证明写在 {1}，请收好。", en: "The certificate is in {1}; keep it.")
        case .certificateNow: Phrase(zh: "下面是证明，请存成文件收好：", en: "This is the certificate; keep it in a file:")
        case .noCertificate:
            Phrase(
                zh: "现在还出不了证明，以后请操作员运行：rvault resident certificate {1}",
                en: "No certificate can be made now; the operator can make it later: rvault resident certificate {1}")
        case .certificateGood: Phrase(zh: "证明是真的：日志第 {1} 条，时间 {2}", en: "The certificate is good: entry {1} of the log, {2}")
        case .certifiedEverything: Phrase(zh: "删除的是：这位居民的全部资料", en: "Erased: everything of the resident")
        case .certifiedFields: Phrase(zh: "删除的是：{1}", en: "Erased: {1}")
        case .certifiedBy: Phrase(zh: "谁要求的：{1}，原因：{2}", en: "Asked by {1}; reason: {2}")
        case .byResident: Phrase(zh: "居民本人", en: "the resident")
        case .byOperator: Phrase(zh: "操作员", en: "the operator")
        case .proves:
            Phrase(
                zh: "它证明：资料库在日志里写明了这次删除，从此恢复备份也必须照着再删一次；最后一份可能还有它的备份到 {1} 为止。",
                en: "It proves that the vault wrote this erasure into its log, so that a restore must erase it again; the last backup that can still hold it ends on {1}."
            )
        case .provesNot:
            Phrase(
                zh: "它不能证明：以前看过这些资料的单位没有留下自己的一份。谁看过，查记录；要他们删，请问他们。",
                en: "It does not prove that those who read the data before kept no copy of their own. The history says who they are; ask them.")
        case .provesThen:
            Phrase(
                zh: "这是名叫 {1} 的日志当时的内容。资料库如果后来从备份恢复过，请拿现在的日志再核对一次：加上 --tiles 目录。",
                en: "This is what the log called {1} held then. If the vault has been restored from a backup since, hold the certificate against the log of now: --tiles DIR."
            )
        case .certifyAnew:
            Phrase(
                zh: "请操作员重新出一份证明（rvault resident certificate {1}），或者拿现在的日志核对：--tiles 目录",
                en: "let the operator make the certificate anew (rvault resident certificate {1}), or hold it against the log of now: --tiles DIR")
        case .choices:
            Phrase(
                zh: """
                    1  删除几项
                    2  删除全部
                    0  不删
                    """,
                en: """
                    1  Erase some items
                    2  Erase everything
                    0  Leave it
                    """)
        case .whichFields:
            Phrase(zh: "删除哪几项？输入序号，中间空格（0 返回）：", en: "Which items? Numbers with spaces (0 to go back): ")
        }
    }
}

enum ErasureFaults: CatalogueKey {
    case oneTarget, badReason, stillNeeded, certificateBad, notCertificate, notConfirmed, malformedCategory
    case certificateEnded, certificateLost, logNotSound

    var phrase: Phrase {
        switch self {
        case .oneTarget:
            Phrase(
                zh: "请说明删除什么：--field、--category 或 --everything，三种选一种",
                en: "say what to erase: --field, --category or --everything, one of the three")
        case .badReason: Phrase(zh: "没有“{1}”这个原因，可以是 moved_out、died、asked、unlawful", en: "{1} is no reason; take moved_out, died, asked or unlawful")
        case .stillNeeded: Phrase(zh: "有合同或法律还用得着，现在不能删", en: "a contract or a law still needs this, so it cannot be erased now")
        case .certificateBad: Phrase(zh: "证明不对：{1}", en: "the certificate is not good: {1}")
        case .notCertificate: Phrase(zh: "{1} 不是删除证明", en: "{1} is no certificate of erasure")
        case .certificateEnded:
            Phrase(
                zh: "证明里的日志第 {1} 条写在旧名 {2} 之下；资料库后来从备份恢复过，这一条可能已经丢失",
                en: "it proves entry {1} of the log under its older name {2}; the vault was restored from a backup since, and the entry may be lost")
        case .certificateLost:
            Phrase(
                zh: "现在的日志第 {1} 条不是这次删除：恢复备份时丢失了，请重新要求删除",
                en: "entry {1} of the log of now is not this erasure: it was lost in a restore. Ask for the erasure again")
        case .logNotSound: Phrase(zh: "{1} 里的日志核对不上：{2}", en: "the log in {1} does not verify: {2}")
        case .notConfirmed: Phrase(zh: "没有确认，什么都没有删", en: "it was not confirmed; nothing was erased")
        case .malformedCategory: Phrase(zh: "“{1}”不是资料的类别", en: "{1} is no category")
        }
    }
}
