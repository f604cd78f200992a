internal import ArgumentParser
internal import Foundation
internal import VaultModel

/// The two languages that residents read.
enum Language: String, Sendable, CaseIterable, ExpressibleByArgument {
    case chinese = "zh-CN"
    case english = "en"

    /// Takes `zh`, `zh-CN`, `zh_CN.UTF-8`, `en`, `en-GB` and the like.
    init?(argument: String) {
        switch argument.lowercased().prefix(while: { $0.isLetter }) {
        case "zh", "cn": self = .chinese
        case "en": self = .english
        default: return nil
        }
    }

    static var allValueStrings: [String] { allCases.map(\.rawValue) }

    /// By locale, in the order POSIX gives (`LC_ALL`, `LC_MESSAGES`, `LANG`); `zh*` is Chinese, anything else English.
    static func preferred(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Language {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return locale.lowercased().hasPrefix("zh") ? .chinese : .english
    }
}

extension LocalizedText {
    func text(in language: Language) -> String { language == .chinese ? chinese : english }
}
