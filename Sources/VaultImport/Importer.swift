package import VaultModel

/// Turns platforms' exports into people and a report, by a plan. Pure: no files, no clock, no network; the same inputs
/// give the same result, and the order in which files are given changes nothing but the order of findings.
///
/// Rows are matched by ID number; a row without one by phone and name together, when one person alone has both. Only a
/// row with a valid ID number makes a person. Where rows disagree, the plan's earlier source stays, and within a source
/// the earlier row.
package enum Importer {
    /// Reads all rows of all inputs.
    ///
    /// - Parameters:
    ///   - today: the day by which dates lie in the future.
    ///   - progress: called now and then, and at the end, with the number of rows read.
    /// - Throws: `ImportError` for files that the plan does not know. Bad rows stop nothing: they are in the report.
    package static func run(
        plan: ImportPlan, inputs: [ImportInput], today: CivilDate, mode: ImportMode = .community,
        progress: ((Int) -> Void)? = nil
    ) throws(ImportError) -> ImportResult {
        var exports: [Export] = []
        for (number, input) in inputs.enumerated() { exports.append(try Export(input, number: number, plan: plan)) }
        if case .update(let app) = mode { try check(exports, against: app, plan: plan) }

        var run = ImportRun(mode: mode, exports: exports)
        // Sources in the plan's order, which is their authority.
        for source in plan.sources {
            for export in exports where export.source.name == source.name && export.source.titles == source.titles {
                run.read(export, today: today, progress: progress)
            }
        }
        return run.finish(progress: progress)
    }

    private static func check(_ exports: [Export], against app: AppName, plan: ImportPlan) throws(ImportError) {
        guard plan.sources.contains(where: { $0.name == app }) else { throw .unknownSource(app.text) }
        if let other = exports.first(where: { $0.source.name != app }) {
            throw .otherSource(file: other.name, found: other.source.name.text, expected: app.text)
        }
    }
}
