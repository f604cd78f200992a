/// Activation, login and passphrases.
enum SessionText: CatalogueKey {
    case askLogin, askPassphrase, askOldPassphrase, askCode, askNewPassphrase, askAgain, offerWords
    case activated, nowLogin, loggedIn, loggedOut, passphraseChanged

    var phrase: Phrase {
        switch self {
        case .askLogin: Phrase(zh: "登录名（信上的九位数字）：", en: "Login name (the nine digits of your letter): ")
        case .askPassphrase: Phrase(zh: "口令（输入时不显示）：", en: "Passphrase (not shown while you type): ")
        case .askOldPassphrase: Phrase(zh: "现在的口令（输入时不显示）：", en: "Your present passphrase (not shown while you type): ")
        case .askCode: Phrase(zh: "信上的激活码（输入时不显示）：", en: "Activation code of your letter (not shown while you type): ")
        case .askNewPassphrase: Phrase(zh: "新口令（输入时不显示）：", en: "New passphrase (not shown while you type): ")
        case .askAgain: Phrase(zh: "请再输入一遍：", en: "The same once more: ")
        case .offerWords:
            Phrase(
                zh: """
                    请设一个口令，至少十个字符，不能全是数字。
                    可以用下面这四个词的拼音，好记又难猜，中间空一格：
                        {1}
                        {2}
                    请抄在纸上，收在家里。忘了口令，没有人能告诉您。
                    """,
                en: """
                    Choose a passphrase of ten characters or more, not digits alone.
                    You may take these four words; they are easy to keep and hard to guess. One space between them:
                        {1}
                        ({2})
                    Write it on paper and keep that at home. If you forget it, nobody can tell it to you.
                    """)
        case .activated: Phrase(zh: "激活好了。您的登录名是 {1}", en: "Activated. Your login name is {1}")
        case .nowLogin:
            Phrase(
                zh: "以后用“rvault login”登录，或直接运行“rvault”。",
                en: "From now on log in with `rvault login`, or run `rvault` alone.")
        case .loggedIn:
            Phrase(
                zh: "已登录，最晚到 {1}。用完请退出：rvault logout",
                en: "Logged in, until {1} at the latest. When you are done: rvault logout")
        case .loggedOut: Phrase(zh: "已退出。", en: "Logged out.")
        case .passphraseChanged: Phrase(zh: "口令换好了。", en: "The passphrase is changed.")
        }
    }
}
