/// Acting for each other: who acts for the resident, and whom they act for.
enum DelegateText: CatalogueKey {
    case delegatesTitle, noDelegates, delegate, guardian, gone, actsFor, until, state, identifier
    case wardsTitle, noWards, waiting
    case added, removed, resigned, recordOf, heSelf, someoneFor, corrected
    case wantsToRead, mayRead, mayOnlyWrite, couldRead, inNameOf
    case approved, denied, revoked, paused

    var phrase: Phrase {
        switch self {
        case .delegatesTitle: Phrase(zh: "替您办事的人：{1} 位", en: "People who act for you: {1}")
        case .noDelegates: Phrase(zh: "现在没有人替您办事。", en: "Nobody acts for you now.")
        case .delegate: Phrase(zh: "{1}. 登录号 {2}（您自己选的）", en: "{1}. login {2} (chosen by you)")
        case .guardian: Phrase(zh: "{1}. 登录号 {2}（监护人，由几家保管单位共同登记）", en: "{1}. login {2} (guardian, entered by the custodians)")
        case .gone: Phrase(zh: "（已经不在资料库里）", en: "(no longer enrolled)")
        case .actsFor: Phrase(zh: "管哪些：{1}", en: "For: {1}")
        case .until: Phrase(zh: "到什么时候：{1}", en: "Until: {1}")
        case .state: Phrase(zh: "状态：{1}", en: "State: {1}")
        case .identifier: Phrase(zh: "编号：{1}", en: "Id: {1}")
        case .wardsTitle: Phrase(zh: "您替谁办事：{1} 位", en: "People you act for: {1}")
        case .noWards: Phrase(zh: "您现在没有替别人办事。", en: "You act for nobody now.")
        case .waiting: Phrase(zh: "等您替他答复的请求：{1} 个", en: "Requests that wait for your answer: {1}")
        case .added: Phrase(zh: "办好了，编号：{1}。不要了随时可以收回。", en: "Done. Id: {1}. You can take it back at any time.")
        case .removed:
            Phrase(
                zh: "已经收回。这个人再也看不到您的资料，他替您同意过的也一起作废。",
                en: "Taken back. This person sees your data no more, and what they agreed to for you is void.")
        case .resigned: Phrase(zh: "您不再替这个人办事了。", en: "You no longer act for this person.")
        case .recordOf: Phrase(zh: "{1} 的资料（您能看的部分）", en: "The record of {1} (the part you may see)")
        case .heSelf: Phrase(zh: "本人", en: "the person themself")
        case .someoneFor: Phrase(zh: "代办人 {1}", en: "{1}, acting for them")
        case .corrected: Phrase(zh: "改好了。记录里会写明是您改的。", en: "Corrected. The record says that it was you.")
        case .wantsToRead: Phrase(zh: "{1}（{2}）想看 {4} 的：{3}", en: "{1} ({2}) asks to see of {4}: {3}")
        case .mayRead: Phrase(zh: "{1}（{2}）可以看 {4} 的：{3}", en: "{1} ({2}) may see of {4}: {3}")
        case .mayOnlyWrite: Phrase(zh: "{1}（{2}）只能填写，不能看 {4} 的：{3}", en: "{1} ({2}) may only fill in, and not see, of {4}: {3}")
        case .couldRead: Phrase(zh: "{1}（{2}）现在不能看 {4} 的：{3}", en: "{1} ({2}) may not see now of {4}: {3}")
        case .inNameOf: Phrase(zh: "您现在替 {1} 办事。", en: "You now act for {1}.")
        case .approved: Phrase(zh: "您替他同意了。回执编号：{1}。", en: "Agreed in their name. Receipt: {1}.")
        case .denied: Phrase(zh: "您替他拒绝了。", en: "Refused in their name.")
        case .revoked: Phrase(zh: "您替他收回了。", en: "Taken back in their name.")
        case .paused: Phrase(zh: "您替他暂停了。", en: "Paused in their name.")
        }
    }

    /// How the words for a resident's own data are said of somebody else's.
    init?(_ text: ConsentText) {
        switch text {
        case .wantsToRead: self = .wantsToRead
        case .mayRead: self = .mayRead
        case .mayOnlyWrite: self = .mayOnlyWrite
        case .couldRead: self = .couldRead
        default: return nil
        }
    }
}

/// What goes wrong there.
enum DelegateFaults: CatalogueKey {
    case notYours, noSuchWard, severalWards, needsScope, needsTarget, needsValue

    var phrase: Phrase {
        switch self {
        case .notYours: Phrase(zh: "这一项不能由您替这个人决定", en: "this is not yours to decide for this person")
        case .noSuchWard: Phrase(zh: "您没有替“{1}”办事", en: "you act for nobody called \"{1}\"")
        case .severalWards: Phrase(zh: "叫“{1}”的不止一位", en: "more than one of them is called \"{1}\"")
        case .needsScope: Phrase(zh: "请说明让他管哪些资料", en: "say which data this person may handle")
        case .needsTarget: Phrase(zh: "请说明是第几项", en: "say which item is meant")
        case .needsValue: Phrase(zh: "请写出要改的项目和新内容", en: "give the field and its new value")
        }
    }
}

/// What helps there.
enum DelegateHints: CatalogueKey {
    case listDelegates, nameScope, listFirst, writeCorrection

    var phrase: Phrase {
        switch self {
        case .listDelegates: Phrase(zh: "看名单：rvault delegate list", en: "the list is: rvault delegate list")
        case .nameScope: Phrase(zh: "例如：--categories contact,health", en: "for example: --categories contact,health")
        case .listFirst: Phrase(zh: "先看清单：rvault delegate for 姓名 list", en: "list them first: rvault delegate for NAME list")
        case .writeCorrection:
            Phrase(
                zh: "例如：rvault delegate for 1 correct contact.phone 13800000000",
                en: "for example: rvault delegate for 1 correct contact.phone 13800000000")
        }
    }
}
