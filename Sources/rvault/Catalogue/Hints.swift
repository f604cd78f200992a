/// What to do about it.
enum Hints: CatalogueKey {
    case label, seeHelp, startDaemon, restartDaemon, whoMayConnect, shorterPath, sameVersion, lookBeforeRepeating
    case tryAgainSoon, waitLonger, tellOperator, raiseMemlock
    case usePassphraseDescriptor, useCodeDescriptor, goodPassphrase, giveLogin, login, checkLogin, codeUsed, readLogin,
        readLetter
    case useSessionFile, makePrivate, chooseAnotherFile, listConsents, showRecord, typeMore, revokeGrant, answerRequest, askParty,
        askGuardian, writeDate
    case appNames, makeAppKey, wholeToken, installTogether, namePolicies, positiveLimit
    case oneImport, runAgain, importAgain, nameApp, giveToken, lettersByOperator

    var phrase: Phrase {
        switch self {
        case .label: Phrase(zh: "提示：", en: "hint: ")
        case .seeHelp: Phrase(zh: "运行 rvault --help 看看有哪些命令", en: "run rvault --help for the commands")
        case .startDaemon:
            Phrase(
                zh: "先启动：rvaultd --dir DIR；目录不同时加 --dir 或 --socket",
                en: "start it with rvaultd --dir DIR, or name its directory or socket with --dir or --socket")
        case .restartDaemon: Phrase(zh: "资料库停了，请操作员重新启动 rvaultd", en: "the daemon has stopped; start rvaultd again")
        case .whoMayConnect:
            Phrase(
                zh: "操作员的命令要用 root、守护进程的用户或指定的组；其他人用 --socket 指定给大家的那个",
                en:
                    "operator's commands are for root, the daemon's user or its admin group; others name the public socket with --socket"
            )
        case .shorterPath:
            Phrase(zh: "让 rvaultd 用 --run 指定一个短一些的目录", en: "let rvaultd listen in a shorter directory with --run")
        case .sameVersion:
            Phrase(zh: "rvault 和 rvaultd 要一起安装、一起更新", en: "install and update rvault and rvaultd together")
        case .lookBeforeRepeating:
            Phrase(
                zh: "重做之前先看看做没做成，例如 rvault consent list",
                en: "look before you repeat it, for example with rvault consent list")
        case .tryAgainSoon: Phrase(zh: "过几秒再试", en: "try again in a few seconds")
        case .waitLonger: Phrase(zh: "每错一次要等得更久，最长十五分钟", en: "each wrong try waits longer, 15 minutes at most")
        case .tellOperator: Phrase(zh: "请告诉操作员", en: "tell the operator")
        case .raiseMemlock: Phrase(zh: "提高锁定内存的上限：ulimit -l", en: "raise the limit of locked memory: ulimit -l")
        case .usePassphraseDescriptor:
            Phrase(zh: "没有终端时用 --passphrase-fd N", en: "without a terminal use --passphrase-fd N")
        case .useCodeDescriptor:
            Phrase(
                zh: "没有终端时用 --code-fd N 和 --passphrase-fd N",
                en: "without a terminal use --code-fd N and --passphrase-fd N")
        case .goodPassphrase: Phrase(zh: "用四个词的拼音，好记又难猜", en: "four words are easy to keep and hard to guess")
        case .giveLogin: Phrase(zh: "写上登录名：rvault login 123456789", en: "name it: rvault login 123456789")
        case .login: Phrase(zh: "先登录：rvault login", en: "log in first: rvault login")
        case .checkLogin:
            Phrase(zh: "登录名在信上；注意大小写和空格", en: "the login name is on your letter; mind capitals and spaces")
        case .codeUsed:
            Phrase(
                zh: "如果您没有用过它，请马上告诉居委会：可能有人冒用",
                en: "if you have not used it, tell the residents' committee at once: somebody may have")
        case .readLogin: Phrase(zh: "照着信再输一遍，空格可有可无", en: "copy it from your letter once more; spaces do not matter")
        case .readLetter:
            Phrase(
                zh: "照着信再输一遍；大小写、空格、横线都没关系，没有字母 I L O U",
                en:
                    "copy it from your letter once more; capitals, spaces and hyphens do not matter, and there is no I, L, O or U"
            )
        case .useSessionFile:
            Phrase(zh: "用 --session FILE 指定一个只有您能读的地方", en: "name a place that is yours alone with --session FILE")
        case .makePrivate: Phrase(zh: "检查它是谁的，然后：chmod 600 {1}", en: "look whose it is, then: chmod 600 {1}")
        case .chooseAnotherFile: Phrase(zh: "换一个文件名，或先移走它", en: "name another file, or move this one away")
        case .showRecord: Phrase(zh: "看一下您的资料：rvault me show", en: "look at your record: rvault me show")
        case .listConsents: Phrase(zh: "看一下列表：rvault consent list", en: "look at the list: rvault consent list")
        case .typeMore: Phrase(zh: "多输几个字符", en: "type more of it")
        case .revokeGrant: Phrase(zh: "要收回就用：rvault consent revoke", en: "to take it back: rvault consent revoke")
        case .answerRequest:
            Phrase(zh: "要答复就用：rvault consent approve 或 deny", en: "to answer it: rvault consent approve, or deny")
        case .askParty:
            Phrase(
                zh: "要结束它，请找那个单位结束合同，或问居委会",
                en: "to end it, end the contract with that party, or ask the residents' committee")
        case .askGuardian: Phrase(zh: "要由监护人同意，请问居委会", en: "a guardian must agree; ask the residents' committee")
        case .writeDate: Phrase(zh: "写成 2027-06-30", en: "write it as 2027-06-30")
        case .appNames:
            Phrase(
                zh: "小写字母开头，只用小写字母、数字和横线",
                en: "a lower-case letter, then lower-case letters, digits and hyphens, 32 at most")
        case .makeAppKey:
            Phrase(
                zh: "由应用自己的用户运行：rvault app keygen NAME --out DIR",
                en: "as the app's own user: rvault app keygen NAME --out DIR")
        case .wholeToken: Phrase(zh: "令牌以 rva_ 开头，要一字不漏", en: "a token begins with rva_ and is taken whole")
        case .installTogether:
            Phrase(zh: "rvaultd 要和 rvault 放在同一个目录", en: "rvaultd must lie in the same directory as rvault")
        case .namePolicies: Phrase(zh: "用 --policies DIR 指定", en: "name them with --policies DIR")
        case .positiveLimit: Phrase(zh: "例如 --limit 20", en: "for example --limit 20")
        case .oneImport:
            Phrase(
                zh: "等另一次导入结束，或换一个 --letters",
                en: "wait for the other import to end, or name other letters with --letters")
        case .runAgain: Phrase(zh: "再运行同一条命令", en: "run the same command again")
        case .importAgain:
            Phrase(
                zh: "没有人丢失：用 --letters {1} 再运行同一条命令，就会接着做完",
                en: "nobody is lost: the same command with --letters {1} goes on where this ended")
        case .nameApp: Phrase(zh: "加上 --as APP", en: "add --as APP")
        case .giveToken:
            Phrase(
                zh: "用 --token-file FILE 或 --token-fd N，给出这个应用的令牌",
                en: "give that app's token with --token-file FILE or --token-fd N")
        case .lettersByOperator:
            Phrase(zh: "激活信由操作员的导入产生，去掉 --letters", en: "letters come from the operator's import; leave --letters out")
        }
    }
}
