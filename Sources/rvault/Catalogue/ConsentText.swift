/// A resident's record, requests and permissions.
enum ConsentText: CatalogueKey {
    case recordOf, noCustodians, columnField, columnValue, columnSource, columnTime, yourself, proposals, proposal
    case proposalTaken, proposalDropped
    case requestsTitle, grantsTitle, wantsToRead, mayRead, mayOnlyWrite, couldRead, operatorHeld, fieldInForm
    case purpose, why, impact, notice, sensitive, until, noEnd, answerBy, state, identifier, basis, from, mayWrite
    case approved, denied, revoked, paused, resumed, receiptSound

    var phrase: Phrase {
        switch self {
        case .recordOf: Phrase(zh: "{1} 的资料", en: "The record of {1}")
        case .noCustodians:
            Phrase(
                zh: "注意：这个资料库没有设保管人。规则由操作员一人管，忘了口令也没有人能帮您恢复。",
                en:
                    "Note: this vault has no custodians. Its rules are in the operator's hands alone, and nobody can recover a forgotten passphrase."
            )
        case .columnField: Phrase(zh: "项目", en: "Field")
        case .columnValue: Phrase(zh: "内容", en: "Value")
        case .columnSource: Phrase(zh: "来自", en: "From")
        case .columnTime: Phrase(zh: "时间", en: "Time")
        case .yourself: Phrase(zh: "您本人", en: "yourself")
        case .proposals: Phrase(zh: "下面是别的单位提议的改动，还没有生效：", en: "Changes that others propose; they are not in force:")
        case .proposal:
            Phrase(
                zh: "  {1}：{2} 改为 {3}\n    同意：rvault me accept {4}　不要：rvault me decline {4}",
                en: "  {1}: {2} to become {3}\n    take it: rvault me accept {4}   drop it: rvault me decline {4}")
        case .proposalTaken: Phrase(zh: "改好了，现在是：{1}", en: "Done. It now reads: {1}")
        case .proposalDropped: Phrase(zh: "没有改，还是原来的内容。", en: "Dropped: your record stays as it was.")
        case .requestsTitle: Phrase(zh: "等您答复的请求：{1} 个", en: "Requests that wait for your answer: {1}")
        case .grantsTitle: Phrase(zh: "谁可以用您的资料：{1} 项", en: "Who may use your data: {1}")
        case .wantsToRead: Phrase(zh: "{1}（{2}）想看您的：{3}", en: "{1} ({2}) asks to see: {3}")
        case .mayRead: Phrase(zh: "{1}（{2}）可以看您的：{3}", en: "{1} ({2}) may see: {3}")
        case .mayOnlyWrite: Phrase(zh: "{1}（{2}）只能填写，不能看您的：{3}", en: "{1} ({2}) may only fill in, and not see: {3}")
        case .couldRead: Phrase(zh: "{1}（{2}）现在不能看您的：{3}", en: "{1} ({2}) may not see now: {3}")
        case .operatorHeld:
            Phrase(zh: "注意：这个单位的钥匙，操作员也经手过。", en: "Note: the operator has held this app's key too.")
        case .fieldInForm: Phrase(zh: "{1}（{2}）", en: "{1} ({2})")
        case .purpose: Phrase(zh: "用途：{1}", en: "Purpose: {1}")
        case .why: Phrase(zh: "为什么需要：{1}", en: "Why it is needed: {1}")
        case .impact: Phrase(zh: "对您的影响：{1}", en: "What it means for you: {1}")
        case .notice: Phrase(zh: "告知：{1}", en: "Notice: {1}")
        case .sensitive: Phrase(zh: "其中是敏感信息：{1}", en: "Sensitive among these: {1}")
        case .until: Phrase(zh: "到什么时候：{1}", en: "Until: {1}")
        case .noEnd: Phrase(zh: "没有期限", en: "no end by date")
        case .answerBy: Phrase(zh: "请在这之前答复：{1}", en: "Answer by: {1}")
        case .state: Phrase(zh: "状态：{1}", en: "State: {1}")
        case .identifier: Phrase(zh: "编号：{1}", en: "Id: {1}")
        case .basis: Phrase(zh: "依据：{1}", en: "On the ground of: {1}")
        case .from: Phrase(zh: "从什么时候：{1}", en: "From: {1}")
        case .mayWrite: Phrase(zh: "其中几项也可以由它更新", en: "It may also renew some of these")
        case .approved:
            Phrase(zh: "您同意了。回执编号：{1}。以后可以随时收回。", en: "Agreed. Receipt: {1}. You can take it back at any time.")
        case .denied:
            Phrase(zh: "您拒绝了。对方只会看到“还没有答复”。", en: "Refused. To the other side it looks as if you had not answered.")
        case .revoked: Phrase(zh: "已经收回。从现在起，对方什么都看不到了。", en: "Taken back. From now on nothing more is read.")
        case .paused: Phrase(zh: "已经暂停。恢复之前，对方什么都看不到。", en: "Paused. Nothing is read until you resume it.")
        case .resumed: Phrase(zh: "已经恢复。", en: "Resumed.")
        case .receiptSound: Phrase(zh: "签名是对的。日志里的序号：{1}", en: "The signature is right. Its number in the log: {1}")
        }
    }
}
