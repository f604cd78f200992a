/// The menu, for residents who have never used a command line.
enum MenuText: CatalogueKey {
    case welcome, doorChoices, choose, notAChoice, leftAlone, goodbye
    case hello, mainChoices, back, moreHistory
    case noRequests, whichRequest, requestChoices, whichFields, untilWhen, untilDefault, notFields, notDate
    case delegateChoices, whichPerson, wardChoices, whoseLogin, sureDelegate, endChoices
    case noGrants, whichGrant, grantChoices, pausedChoices, sureRevoke, nothingDone, wordYes

    var phrase: Phrase {
        switch self {
        case .welcome:
            Phrase(
                zh: """

                    ==== 居民资料库 ====
                    您的资料在这里加密保存。谁能看、谁看过，您说了算、查得到。
                    """,
                en: """

                    ==== Resident Vault ====
                    Your data is kept here encrypted. You decide and you can see who may read it.
                    """)
        case .doorChoices:
            Phrase(
                zh: """
                    1  登录
                    2  第一次使用（我有激活信）
                    3  English
                    0  离开
                    """,
                en: """
                    1  Log in
                    2  First time here (I have a letter)
                    3  中文
                    0  Leave
                    """)
        case .choose: Phrase(zh: "请输入数字，然后按回车：", en: "Type a number and press Enter: ")
        case .notAChoice: Phrase(zh: "没有这一项，请再选一次。", en: "There is no such choice. Please try again.")
        case .leftAlone: Phrase(zh: "好一会儿没有动静，已经替您退出。", en: "Nothing was typed for a while, so you were logged out.")
        case .goodbye: Phrase(zh: "再见。", en: "Goodbye.")
        case .hello: Phrase(zh: "{1}，您好。", en: "Hello, {1}.")
        case .mainChoices:
            Phrase(
                zh: """

                    1  看我的资料
                    2  谁想用我的资料？答复请求（{1} 个在等）
                    3  谁可以用我的资料？收回或暂停（{2} 个）
                    4  谁看过我的资料？查记录
                    5  换口令
                    6  谁替我办事？我替谁办事？
                    7  删除我的资料
                    0  退出
                    """,
                en: """

                    1  See my data
                    2  Who asks for my data? Answer requests ({1} waiting)
                    3  Who may use my data? Take back or pause ({2})
                    4  Who has seen my data? The record of it
                    5  Change my passphrase
                    6  Who acts for me? Whom do I act for?
                    7  Erase data of mine
                    0  Log out
                    """)
        case .moreHistory: Phrase(zh: "按回车看更早的（0 返回）：", en: "Press Enter for earlier ones (0 to go back) ")
        case .back: Phrase(zh: "按回车返回。", en: "Press Enter to go back.")
        case .noRequests: Phrase(zh: "现在没有人等您答复。", en: "Nobody waits for your answer now.")
        case .whichRequest: Phrase(zh: "要答复第几个？（0 返回）", en: "Which one do you want to answer? (0 to go back) ")
        case .requestChoices:
            Phrase(
                zh: """
                    1  同意
                    2  只同意一部分，或缩短时间
                    3  拒绝
                    0  以后再说
                    """,
                en: """
                    1  Agree
                    2  Agree to a part, or for a shorter time
                    3  Refuse
                    0  Not now
                    """)
        case .whichFields:
            Phrase(zh: "给看哪几项？输入序号，中间空格；直接按回车就是全部：", en: "Which items? Numbers with spaces; Enter alone means all: ")
        case .untilWhen:
            Phrase(
                zh: "看到哪一天为止？写成 2027-06-30；直接按回车就到 {1}：",
                en: "Until which day? Write 2027-06-30; Enter alone means {1}: ")
        case .untilDefault: Phrase(zh: "对方要的时间", en: "as long as asked for")
        case .notFields: Phrase(zh: "没有这些序号，请再输一次。", en: "These are not numbers of the list. Please try again.")
        case .notDate: Phrase(zh: "这不是日期，请再输一次。", en: "This is not a date. Please try again.")
        case .noGrants: Phrase(zh: "现在没有人可以用您的资料。", en: "Nobody may use your data now.")
        case .whichGrant: Phrase(zh: "要改第几个？（0 返回）", en: "Which one do you want to change? (0 to go back) ")
        case .grantChoices:
            Phrase(
                zh: """
                    1  收回（永远）
                    2  暂停
                    0  不改
                    """,
                en: """
                    1  Take back (for good)
                    2  Pause
                    0  Leave it
                    """)
        case .pausedChoices:
            Phrase(
                zh: """
                    1  收回（永远）
                    2  恢复
                    0  不改
                    """,
                en: """
                    1  Take back (for good)
                    2  Resume
                    0  Leave it
                    """)
        case .delegateChoices:
            Phrase(
                zh: """
                    1  替别人办事
                    2  请一个人替我办事
                    3  不要某个人替我办事了
                    0  返回
                    """,
                en: """
                    1  Act for somebody
                    2  Let somebody act for me
                    3  End that somebody acts for me
                    0  Back
                    """)
        case .whichPerson: Phrase(zh: "第几位？（0 返回）", en: "Which one? (0 to go back) ")
        case .wardChoices:
            Phrase(
                zh: """
                    1  看他的资料
                    2  替他答复请求（{1} 个在等）
                    3  替他收回或暂停（{2} 个）
                    0  返回
                    """,
                en: """
                    1  See their data
                    2  Answer requests for them ({1} waiting)
                    3  Take back or pause for them ({2})
                    0  Back
                    """)
        case .whoseLogin: Phrase(zh: "对方的登录号（九位数字，在他的激活信上）：", en: "The other person's login number (nine digits, on their letter): ")
        case .sureDelegate: Phrase(zh: "让这个人替您办事吗？输入“{1}”再按回车：", en: "Let this person act for you? Type \"{1}\" and press Enter: ")
        case .endChoices:
            Phrase(
                zh: """
                    1  收回（永远）
                    0  不改
                    """,
                en: """
                    1  Take back (for good)
                    0  Leave it
                    """)
        case .sureRevoke: Phrase(zh: "真的收回吗？输入“{1}”再按回车：", en: "Really take it back? Type \"{1}\" and press Enter: ")
        case .nothingDone: Phrase(zh: "什么都没有改。", en: "Nothing was changed.")
        case .wordYes: Phrase(zh: "1", en: "yes")
        }
    }
}
