/// What the operator reads when a backup is made.
enum BackupText: CatalogueKey {
    case progress, made, next

    var phrase: Phrase {
        switch self {
        case .progress: Phrase(zh: "已收到 {1} MiB", en: "received {1} MiB")
        case .made: Phrase(zh: "备份写在 {1}，共 {2} 字节", en: "the backup is in {1}, {2} bytes")
        case .next:
            Phrase(
                zh: "下一步：rvault backup verify {1}，放到别的地方，别和主钥匙（service.key、pepper）放在一起",
                en: "next: rvault backup verify {1}, and take it elsewhere, away from service.key and pepper")
        }
    }
}

enum BackupFaults: CatalogueKey {
    case cutOff

    var phrase: Phrase {
        switch self {
        case .cutOff:
            Phrase(
                zh: "备份没有传完就断了，收到 {1} 字节；没有留下文件",
                en: "the backup was cut off after {1} bytes; no file was left")
        }
    }
}

enum BackupHints: CatalogueKey {
    case again

    var phrase: Phrase {
        switch self {
        case .again: Phrase(zh: "看看 rvaultd 的日志，再做一次", en: "look at rvaultd's own log, and make it again")
        }
    }
}
