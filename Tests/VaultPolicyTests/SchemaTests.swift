import Foundation
import Testing
import VaultModel
@testable import VaultPolicy

/// The published JSON Schemas say what the reader takes, so that an editor shows a fault before the vault does.
struct SchemaTests {
    private func schema(for file: String) throws -> JSONSchema {
        let name =
            file == "parties.yaml"
            ? "parties"
            : file.hasPrefix("categories/")
                ? "category"
                : file.hasSuffix(".cases.yaml") ? "cases" : "purpose"
        let path = "\(DefaultPackTests.directory)/schema/\(name).schema.json"
        return JSONSchema(root: try JSONParser.parse(Array(Data(contentsOf: URL(fileURLWithPath: path)))))
    }

    private func faults(_ text: String, in file: String) throws -> [String] {
        let node = try #require(try PolicyDocument.parse(text, file: file))
        return try schema(for: file).faults(in: node.json)
    }

    @Test func `every file of the default pack is valid by its schema`() throws {
        var count = 0
        for folder in ["", "categories", "purposes"] {
            let location = URL(fileURLWithPath: DefaultPackTests.directory).appendingPathComponent(folder)
            for name in try FileManager.default.contentsOfDirectory(atPath: location.path) where name.hasSuffix(".yaml")
            {
                let file = folder.isEmpty ? name : "\(folder)/\(name)"
                let text = try String(contentsOf: location.appendingPathComponent(name), encoding: .utf8)
                #expect(try faults(text, in: file) == [], "\(file)")
                count += 1
            }
        }
        #expect(count >= 20)
    }

    @Test(arguments: SamplePolicies.files.keys.sorted())
    func `every file of the sample is valid by its schema`(file: String) throws {
        #expect(try faults(try #require(SamplePolicies.files[file]), in: file) == [])
    }

    /// Faults that need other files, the file's own name, an order or a repeat across keys are beyond a schema.
    private static let beyond = [
        "already acts for", "stands in a file named", "unknown party", "does not act for", "unknown field 'person.fax'",
        "cannot be indexed", "cannot be verified", "'mask' is for a string", "'values' is for an enum",
        "missing key 'values'",
        "normal form C", "control character", "from 1 to 3", "gives no right to write", "the most the field",
        "cannot be shown masked",
        "has no ranges", "ascending", "does not suit", "never used", "has no action 'write'", "marked 'write: true'",
        "sensitive",
    ]

    @Test(
        arguments: PolicyCheckTests.parties + PolicyCheckTests.fields + PolicyCheckTests.purposes
            + PolicyCheckTests.rules)
    func `a fault in the shape of a file is a fault by its schema too`(fault: Fault) throws {
        guard !Self.beyond.contains(where: fault.reason.contains) else { return }
        let text = try #require(SamplePolicies.files[fault.file]).replacing(fault.replacing, with: fault.with)
        #expect(try !faults(text, in: fault.file).isEmpty)
    }

    @Test func `the schema of cases knows every reason, form, state and basis`() throws {
        let defs = try schema(for: "x.cases.yaml").root["$defs"]
        #expect(defs?["reason"]?["enum"]?.strings == ReasonCode.allCases.map(\.rawValue))
        #expect(defs?["form"]?["enum"]?.strings == DisclosureForm.allCases.map(\.rawValue))
        let grant = defs?["case"]?["properties"]?["grant"]?["anyOf"]?.array?.last?["properties"]
        #expect(grant?["state"]?["enum"]?.strings == GrantState.allCases.map(\.rawValue))
        #expect(grant?["basis"]?["enum"]?.strings == LegalBasis.allCases.map(\.rawValue))
        let purpose = try schema(for: "purposes/x.yaml").root
        #expect(purpose["properties"]?["basis"]?["enum"]?.strings == LegalBasis.allCases.map(\.rawValue))
    }
}
