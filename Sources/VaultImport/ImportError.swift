/// Why an import stops before it begins. Bad rows never stop one: they stand in the report.
///
/// Carries file names, line numbers and the words of the plan, never a value of a resident.
package enum ImportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The plan is not what `ImportPlan` describes, at this line.
    case plan(file: String, line: Int, reason: String)
    /// No source of the plan has the columns of this file.
    case unrecognised(file: String, reason: String)
    /// The file is recognised, but comes from another source than the one that was named.
    case otherSource(file: String, found: String, expected: String)
    /// The plan has no source of this name.
    case unknownSource(String)

    package var description: String {
        switch self {
        case .plan(let file, let line, let reason): "\(file):\(line): \(reason)"
        case .unrecognised(let file, let reason): "\(file): \(reason)"
        case .otherSource(let file, let found, let expected): "\(file) is an export of \(found), not of \(expected)"
        case .unknownSource(let name): "the plan has no source \(name)"
        }
    }

    /// What to do about it, for the line that the command line prints after the error.
    package var hint: String {
        switch self {
        case .plan: "correct the plan at this line; Policies/imports/community.yaml is a working example"
        case .unrecognised:
            "a file is known by the column names in its first line; name each in the plan, or under its `ignore`"
        case .otherSource: "give only that platform's files, or name the other app"
        case .unknownSource: "name one of the plan's sources"
        }
    }
}
