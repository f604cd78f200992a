/// The demo, for somebody who has never heard of any of this.
enum DemoText: CatalogueKey {
    case title, place, step, right, wrong, sent, received
    case makeCustodians, makeVault, startDaemon, appAlone, appTogether, recoverAsk, recoverOne, recoverTwo, recoverIn, erase, certificate
    case checkAlone, checkOneIsNotEnough, checkRecovered, checkOldIsDead, checkErased, checkCertificate
    case registerApps, dryRun, importAll, activate, readByContract, beyondPurpose, foreignID
    case ask, beforeConsent, list, approve, deny, readAllowed, readDenied, requestLooksOpen
    case forward, forwardSeen, cannotReadBack, revoke, readRevoked, log, verify, tamper, tamperFound, originalSound
    case checkMade, checkReady, checkApps, checkReport, checkNothingWritten, checkEnrolled, checkLetters, checkActivated
    case checkValues, checkRefused, checkNoGrant, checkAsked, checkListed, checkApproved, checkDenied, checkPhone,
        checkOpen
    case checkAccepted, checkNewValue, checkRevoked, checkSound, checkStopped, checkFound
    case good, bad, kept, stoppedEarly

    var phrase: Phrase {
        switch self {
        case .title:
            Phrase(
                zh: """
                    居民资料库的演示。
                    一个虚构的小区，二百位居民，四个平台各有一份表格。下面用真的程序、真的套接字，把整件事从头走一遍。
                    """,
                en: """
                    A demonstration of Resident Vault.
                    An invented community of 200 residents, four platforms with a file each. Real programs on a real socket play the whole story.
                    """)
        case .place: Phrase(zh: "一切都在这个临时目录里：{1}", en: "Everything happens in this temporary directory: {1}")
        case .step: Phrase(zh: "第 {1} 步：{2}", en: "Step {1}: {2}")
        case .right: Phrase(zh: "✓ {1}", en: "✓ {1}")
        case .wrong: Phrase(zh: "✗ {1}", en: "✗ {1}")
        case .sent: Phrase(zh: "$ {1}", en: "$ {1}")
        case .received: Phrase(zh: "→ {1}", en: "→ {1}")
        case .makeCustodians:
            Phrase(
                zh: "居委会、业委会、物业公司各在自己那里做一把保管钥匙，配自己的口令。以后大事要其中两家一起点头。",
                en: "The residents' committee, the owners' committee and the property company each make a custodian's key at their own desk. What matters will take two of them together.")
        case .makeVault:
            Phrase(
                zh: "建一个空的资料库：密钥、数据库、规则，还有签过名的日志，由三家共同保管。",
                en: "Make an empty vault: its key, its database, its rules, and a signed log, with three custodians.")
        case .appAlone: Phrase(zh: "操作员想自己让停车应用进来：不行。", en: "The operator tries to let the parking app in alone: refused.")
        case .appTogether:
            Phrase(
                zh: "把更改写成文件，两家保管人看明白了，各自签名，应用才进得来。",
                en: "The change is written down, two custodians read it in words and sign it; then the apps come in.")
        case .recoverAsk:
            Phrase(
                zh: "周桂芳忘了口令。操作员替她向保管人提出：给她一封新的激活信。这件事先记进日志。",
                en: "周桂芳 has forgotten her passphrase. The operator asks the custodians for a new letter for her. That is logged first.")
        case .recoverOne:
            Phrase(
                zh: "居委会在自己的电脑上看明白了，也核对了日志，答复了。一家还不够。",
                en: "The residents' committee reads it on its own machine, checks it against the log, and answers. One is not enough.")
        case .recoverTwo: Phrase(zh: "业委会也答复。两家够了。", en: "The owners' committee answers too. Two are enough.")
        case .recoverIn:
            Phrase(
                zh: "她的旧口令作废；用新信设了新口令，看得到是谁帮她找回的。",
                en: "Her old passphrase is dead. With the new letter she sets another, and sees in her history what was done.")
        case .erase:
            Phrase(
                zh: "陈国栋搬走了。操作员删除他的全部资料：钥匙、内容、索引，一样不留。",
                en: "陈国栋 has moved away. The operator erases everything of his: keys, values and indexes.")
        case .certificate:
            Phrase(zh: "删除有一份证明，谁都能核对，不用进资料库。", en: "The erasure has a certificate that anyone can check without the vault.")
        case .checkAlone: Phrase(zh: "操作员一个人做不到", en: "the operator alone cannot")
        case .checkOneIsNotEnough: Phrase(zh: "一家保管人打不开任何东西", en: "one custodian opens nothing")
        case .checkRecovered: Phrase(zh: "新信生效了", en: "the new letter is in force")
        case .checkOldIsDead: Phrase(zh: "旧口令打不开了", en: "the old passphrase opens nothing")
        case .checkErased: Phrase(zh: "少了一个人，只少这一个", en: "one resident is gone, and only this one")
        case .checkCertificate: Phrase(zh: "证明和日志对得上", en: "the log vouches for the certificate")
        case .startDaemon:
            Phrase(
                zh: "启动守护进程。只有它碰数据库；别人都从套接字找它。",
                en: "Start the daemon. It alone touches the database; everyone else speaks to its sockets.")
        case .registerApps:
            Phrase(
                zh: "五个应用各做自己的钥匙，只把公开的一半交来注册。资料库里没有它们的令牌。",
                en:
                    "Five apps make keys of their own and hand in the public half. The vault does not have their tokens."
            )
        case .dryRun:
            Phrase(
                zh: "先试读四份表格（四种编码，有错有乱），只报告，不写入。",
                en: "Read the four files (four encodings, many slips) for a report first; nothing is written.")
        case .importAll:
            Phrase(
                zh: "正式导入：按身份证号、再按电话加姓名合并成一人一份，逐项加密，给每人写一封激活信。",
                en:
                    "Import them: rows are merged into one record a person, encrypted field by field, with a letter for everyone."
            )
        case .activate:
            Phrase(
                zh: "居民林若溪和周桂芳用信上的激活码设自己的口令。从此只有她们的口令能打开她们的钥匙。",
                en:
                    "Two residents, 林若溪 and 周桂芳, turn the codes of their letters into passphrases. From now on only these open their keys."
            )
        case .readByContract:
            Phrase(
                zh: "物业公司按物业合同，马上能看它的用途允许的几项，多一项也没有。",
                en: "The property company reads at once what its contract's purpose allows.")
        case .beyondPurpose:
            Phrase(zh: "它再要一项用途之外的（慢性病）：拒绝。", en: "It asks for a field outside that purpose (illnesses): refused.")
        case .foreignID:
            Phrase(
                zh: "健康平台拿物业那边的居民编号来查：每个应用的编号都不同，什么也对不上。",
                en:
                    "The health app tries the id under which the property company knows her: ids differ for each app, so it finds nothing."
            )
        case .ask:
            Phrase(
                zh: "停车、健康、课后三个应用向林若溪申请更多。不管有没有这个人，答复都一样。",
                en:
                    "The parking, health and education apps ask 林若溪 for more. The answer is the same whether such a person exists or not."
            )
        case .beforeConsent:
            Phrase(zh: "她还没有答复，停车应用先来读：没有权限。", en: "Before she has answered, the parking app tries to read: no grant.")
        case .list: Phrase(zh: "林若溪登录，看谁想要什么。", en: "林若溪 logs in and sees who asks for what.")
        case .approve:
            Phrase(
                zh: "她同意停车应用看电话，期限三十天。", en: "She agrees that the parking app sees her phone number, for thirty days.")
        case .deny: Phrase(zh: "她拒绝健康随访。", en: "She refuses the health follow-up.")
        case .readAllowed:
            Phrase(zh: "停车应用现在读得到电话，而且只有电话。", en: "The parking app now reads her phone number, and nothing else.")
        case .readDenied: Phrase(zh: "健康应用读：仍然没有权限。", en: "The health app tries to read: still no grant.")
        case .requestLooksOpen:
            Phrase(
                zh: "它的申请看起来还是“没有答复”：拒绝和沉默分不出来。",
                en: "Its request still looks open: a refusal cannot be told from silence.")
        case .forward:
            Phrase(
                zh: "健康平台更新自己填的过敏史：只能写进去，读不回来。",
                en: "The health platform renews the allergies it keeps: it can write them, and not read them back.")
        case .forwardSeen: Phrase(zh: "林若溪在自己的资料里看到了新内容。", en: "林若溪 sees the new value in her own record.")
        case .cannotReadBack: Phrase(zh: "健康平台想读回来：没有权限。", en: "The health platform tries to read it back: no grant.")
        case .revoke:
            Phrase(
                zh: "林若溪收回给停车应用的权限。钥匙当场销毁。", en: "林若溪 takes the permission back. Its keys are destroyed on the spot.")
        case .readRevoked: Phrase(zh: "停车应用再读一次：拒绝。", en: "The parking app reads once more: refused.")
        case .log:
            Phrase(
                zh: "每一次读、拒绝、改变，都先进了日志，答复才发出。",
                en: "Every read, refusal and change was in the log before its answer left.")
        case .verify:
            Phrase(
                zh: "停下守护进程，从头核对日志：每一条、每一个签名。",
                en: "Stop the daemon and verify the log from the stored rows: every entry and the signature.")
        case .tamper:
            Phrase(
                zh: "把资料库抄一份，在抄本的一条日志里改一个字节，再核对抄本。",
                en: "Copy the vault, change one byte of one log entry in the copy, and verify the copy.")
        case .tamperFound: Phrase(zh: "改动的地方：{1}，第 {2} 个字节", en: "changed: {1}, byte {2}")
        case .originalSound: Phrase(zh: "原来的那份再核对一次。", en: "Verify the original once more.")
        case .checkMade: Phrase(zh: "资料库建好了，目录只有自己能进", en: "the vault is made, its directory open to nobody else")
        case .checkReady: Phrase(zh: "守护进程在答话", en: "the daemon answers")
        case .checkApps:
            Phrase(zh: "五个应用都注册了，操作员没有经手过令牌", en: "five apps are registered, and the operator has held no token")
        case .checkReport:
            Phrase(
                zh: "{1} 人；矛盾 {2} 行，对不上 {3} 行，不收 {4} 行，都有文件名、行号和原因",
                en: "{1} persons; {2} rows in conflict, {3} unmatched, {4} not taken, each with file, line and reason")
        case .checkNothingWritten: Phrase(zh: "试读没有写入任何人", en: "nobody was written by the dry run")
        case .checkEnrolled: Phrase(zh: "{1} 人登记好了", en: "{1} residents are enrolled")
        case .checkLetters: Phrase(zh: "激活信文件只有自己能读", en: "the file of letters is readable by its owner only")
        case .checkActivated: Phrase(zh: "{1} 激活好了", en: "{1} is activated")
        case .checkValues: Phrase(zh: "得到的正是这些：{1}", en: "it got exactly these: {1}")
        case .checkRefused: Phrase(zh: "拒绝了，代码是 {1}", en: "refused, with the code {1}")
        case .checkNoGrant:
            Phrase(zh: "没有权限（no_grant），和查无此人一样", en: "no_grant, the same as for a person who does not exist")
        case .checkAsked: Phrase(zh: "{1} 的申请收下了（202）", en: "the request of {1} is taken (202)")
        case .checkListed: Phrase(zh: "三个申请都在列表里", en: "all three requests are in the list")
        case .checkApproved: Phrase(zh: "同意了，拿到回执", en: "agreed, with a receipt")
        case .checkDenied: Phrase(zh: "拒绝了", en: "refused")
        case .checkPhone: Phrase(zh: "电话号码一致，别的什么都没有", en: "the phone number is right, and there is nothing else")
        case .checkOpen: Phrase(zh: "申请的状态仍是 open", en: "the request's state is still open")
        case .checkAccepted: Phrase(zh: "收下一行", en: "one row is taken")
        case .checkNewValue: Phrase(zh: "新的过敏史：{1}", en: "the new allergies: {1}")
        case .checkRevoked: Phrase(zh: "收回了", en: "taken back")
        case .checkSound: Phrase(zh: "日志完好", en: "the log is sound")
        case .checkStopped: Phrase(zh: "守护进程正常停下", en: "the daemon has stopped in order")
        case .checkFound: Phrase(zh: "改动被发现了", en: "the change is found")
        case .good: Phrase(zh: "结果：全部 {1} 项检查都通过。", en: "Result: all {1} checks passed.")
        case .bad: Phrase(zh: "结果：{2} 项检查里有 {1} 项没有通过。", en: "Result: {1} of {2} checks failed.")
        case .kept: Phrase(zh: "目录留着没有删：{1}", en: "the directory is kept: {1}")
        case .stoppedEarly: Phrase(zh: "演示中途停了：{1}", en: "the demonstration stopped early: {1}")
        }
    }
}
