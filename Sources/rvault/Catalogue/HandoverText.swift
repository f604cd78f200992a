/// What is read when one custodian's shares go to their successor.
enum HandoverText: CatalogueKey {
    case doReseal, ofVault, isSuccessor, sharesWritten, sharesNext, resealed, accepted, handedOver, keyNumber

    var phrase: Phrase {
        switch self {
        case .doReseal:
            Phrase(
                zh: "请您同意：把 {1} 保管的 {3} 份份额交给接替的单位 {2}。它的公钥核对号：{4}。请先打电话和接替的单位对一遍：谁有那把钥匙，谁就拿到这些份额。",
                en: "You are asked to agree: the {3} shares that {1} holds go to the successor {2}, whose key has the check number {4}. Compare it with them over the telephone: whoever holds that key gets the shares.")
        case .ofVault: Phrase(zh: "资料库 {1}", en: "Vault {1}")
        case .isSuccessor:
            Phrase(
                zh: "核对号对上了吗？同意请输入 yes，不同意直接按回车：",
                en: "Is that their number? Type yes to agree, or press Enter not to: ")
        case .sharesWritten:
            Phrase(zh: "{3} 的 {2} 份份额写在 {1}（只有它自己能打开）", en: "the {2} shares of {3} are in {1}; only {3} can open them")
        case .sharesNext:
            Phrase(
                zh: "交给要离开的单位，由它运行：rvault custodian reseal {1} --key 自己的钥匙 --to 接替单位.custodian.pub --out 新文件",
                en: "let the one who leaves run: rvault custodian reseal {1} --key THEIR-KEY --to SUCCESSOR.custodian.pub --out FILE")
        case .resealed:
            Phrase(
                zh: "{2} 份份额封好写在 {1}，请交给 {3}，由它运行：rvault custodian accept {1} --key 自己的钥匙 --out 新文件",
                en: "{2} shares are sealed in {1}; let {3} run: rvault custodian accept {1} --key THEIR-KEY --out FILE")
        case .accepted:
            Phrase(
                zh: "资料库 {3} 的 {2} 份份额都打开核对过，写在 {1}，请交给操作员：rvault custodian take {1}",
                en: "all {2} shares of the vault {3} were opened and are right; {1} is for the operator: rvault custodian take {1}")
        case .handedOver:
            Phrase(
                zh: "交接好了：{1} 份；另有 {2} 份在这期间已经换过，不用交接",
                en: "handed over: {1} shares; {2} more had been replaced in the meantime")
        case .keyNumber:
            Phrase(
                zh: "这把公钥的核对号：{1}（接手别家的份额时，对方会打电话问）",
                en: "this key's check number is {1} (who hands shares to you will ask for it)")
        }
    }
}
