/// What an activation letter says. Both languages stand in every letter.
enum LetterText: CatalogueKey {
    case guardian, greeting, when, how, once, warning, keep

    var phrase: Phrase {
        switch self {
        case .guardian: Phrase(zh: "（未满十四岁，请交给监护人）", en: "(under 14: please hand this to the guardian)")
        case .greeting:
            Phrase(
                zh: "您的资料加密存放在社区的居民资料库里。谁能看、谁看过，您都查得到；需要您同意的，由您决定。",
                en:
                    "Your data is kept encrypted in the community's vault. You can see who may read it and who did; where your consent is needed, you decide."
            )
        case .when: Phrase(zh: "一、请在 {1} 以前激活，过期作废。", en: "1. Activate by {1}; later the code is void.")
        case .how:
            Phrase(
                zh: "二、到社区的终端机，输入 rvault，选“第一次使用”，照提示输入激活码，再设一个自己的口令。",
                en:
                    "2. At the community's terminal type rvault, choose \"First time here\", enter the code and choose a passphrase of your own."
            )
        case .once:
            Phrase(
                zh: "三、激活码只能用一次。请不要告诉任何人，工作人员也不会问您要。",
                en: "3. The code works once. Tell it to nobody; no official will ask for it.")
        case .warning:
            Phrase(
                zh: "四、如果提示激活码用不了，而您没有用过，请马上告诉居委会：可能有人冒用。",
                en:
                    "4. If the code does not work and you have not used it, tell the residents' committee at once: somebody may have used it."
            )
        case .keep:
            Phrase(
                zh: "五、口令请抄在纸上，收在家里。忘了口令，没有人能告诉您。",
                en: "5. Write your passphrase on paper and keep that at home. Nobody can tell it to you.")
        }
    }
}
