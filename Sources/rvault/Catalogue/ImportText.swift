/// Imports, as the clerk at the counter reads them.
enum ImportText: CatalogueKey {
    case persons, conflicts, unmatched, rejected, enrolled, accepted, noGrants, letters, rejectsWritten
    case progressRows, progressPeople

    var phrase: Phrase {
        switch self {
        case .persons: Phrase(zh: "人：{1}，合并进来的行：{2}", en: "persons: {1}, rows merged into them: {2}")
        case .conflicts: Phrase(zh: "互相矛盾的行：{1}", en: "rows in conflict: {1}")
        case .unmatched: Phrase(zh: "对不上人的行：{1}", en: "rows that match nobody: {1}")
        case .rejected: Phrase(zh: "没有收下的行：{1}", en: "rows not taken: {1}")
        case .enrolled: Phrase(zh: "新登记：{1} 人，早已登记：{2} 人", en: "enrolled: {1}, enrolled before: {2}")
        case .accepted: Phrase(zh: "交给资料库的行：{1}", en: "rows taken by the vault: {1}")
        case .noGrants:
            Phrase(
                zh: "这些用途没有给出权限，因为应用还没有注册：{1}",
                en: "no permissions were made for these purposes, because their apps are not registered: {1}")
        case .letters:
            Phrase(
                zh: "激活信：{1}（只有您能读，新增 {2} 封）。请尽快发出，然后销毁这个文件。",
                en: "letters: {1} (only you can read it, {2} new). Hand them out soon, then destroy the file.")
        case .rejectsWritten:
            Phrase(
                zh: "没有收下的行写在 {1}（含个人资料，只有您能读）。", en: "rows not taken are in {1} (personal data, only you can read it)."
            )
        case .progressRows: Phrase(zh: "已读 {1} 行", en: "{1} rows read")
        case .progressPeople: Phrase(zh: "已处理 {1} 人", en: "{1} people done")
        }
    }
}
