/// The page for the notice board (公告栏): what the checkpoint says, for people who pass by, and how to check it.
enum NoticeText: CatalogueKey {
    case title, meaning, log, size, root, date, key, witness, howTitle, how, keep

    var phrase: Phrase {
        switch self {
        case .title: Phrase(zh: "居民资料库：日志检查点", en: "Resident Vault: checkpoint of the log")
        case .meaning:
            Phrase(
                zh: "谁看过、改过居民资料，每一次都记在日志里。下面这串字是到今天为止整本日志的指纹：日志里改动一个字，指纹就对不上。请拍照留存。",
                en: "Every time someone reads or changes residents' records, it is written in a log. The letters below are the fingerprint of the whole log up to this day: if one character of it is changed later, the fingerprint no longer fits. Take a photograph and keep it.")
        case .log: Phrase(zh: "日志：{1}", en: "Log: {1}")
        case .size: Phrase(zh: "条数：{1}", en: "Entries: {1}")
        case .root: Phrase(zh: "指纹（树根，十六进制）：", en: "Fingerprint (root of the tree, in hexadecimal):")
        case .date: Phrase(zh: "日期：{1}", en: "Date: {1}")
        case .key: Phrase(zh: "日志的公钥：{1}", en: "Public key of the log: {1}")
        case .witness: Phrase(zh: "已联署的见证人：{1}", en: "Cosigned by: {1}")
        case .howTitle: Phrase(zh: "怎样核对：", en: "How to check:")
        case .how:
            Phrase(
                zh: "请任何一位懂电脑的人，把本页最下面的检查点存成文件 notice，再用审计员导出的日志核对：rvault audit verify --tiles 目录 --vkey 公钥文件 --old notice。也可以用别人写的程序核对：格式是公开的（C2SP tlog-tiles）。对不上，就告诉居委会和业委会。",
                en: "Ask anyone who knows computers to save the checkpoint at the foot of this page as a file `notice`, and to hold an auditor's export against it: rvault audit verify --tiles DIR --vkey KEYFILE --old notice. Programs by others do it too: the format is public (C2SP tlog-tiles). If it does not fit, tell the residents' and the owners' committee.")
        case .keep: Phrase(zh: "检查点原文：", en: "The checkpoint itself:")
        }
    }
}
