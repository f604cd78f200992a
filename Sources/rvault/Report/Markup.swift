/// A piece of a page. It is made of elements and texts only, and a text is always escaped: nothing that comes from a
/// log can become an element.
struct Markup: Sendable {
    private(set) var html: String

    /// Characters, with those that mean something to HTML written as references.
    static func text(_ text: String) -> Markup { Markup(html: escaped(text)) }

    /// An element with its content, or an empty one; names are the page's own, values are escaped.
    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ children: [Markup] = []
    ) -> Markup {
        var html = "<\(name)"
        for (key, value) in attributes { html += " \(key)=\"\(escaped(value))\"" }
        if children.isEmpty, voids.contains("\(name)") { return Markup(html: html + " />") }
        html += ">"
        for child in children { html += child.html }
        return Markup(html: html + "</\(name)>")
    }

    /// An element that holds one text.
    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ text: String
    ) -> Markup {
        element(name, attributes, [.text(text)])
    }

    /// The page's own style sheet, which is no text of others.
    static func style(_ css: StaticString) -> Markup { Markup(html: "<style>\n\(css)\n</style>") }

    /// Written with a slash, which HTML ignores and XML wants.
    private static let voids: Set = ["meta", "rect", "line", "path"]

    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in Console.printable(text).unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
