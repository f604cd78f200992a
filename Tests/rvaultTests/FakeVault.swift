import Foundation
import VaultAPI
import VaultImport
import VaultModel

@testable import rvault

/// What the daemon does with an import, as far as the command line can see it.
final class FakeVault {
    struct Resident: Equatable {
        let login: LoginName
        let code: String
        var activated = false
    }

    /// How the connection ends, if it does.
    enum Cut: Error { case before, after }

    private(set) var residents: [String: Resident] = [:]
    private(set) var requests = 0
    private(set) var largestChunk = 0
    /// Answers `login_taken` this often before it takes a login.
    var takenLogins = 0
    /// Refuses the person with this ID number.
    var refused: String?
    /// The request, counted from 1, at which the connection ends, and whether its work was done.
    var cut: (request: Int, how: Cut)?

    func activate(_ idNumber: String) { residents[idNumber]?.activated = true }

    func send(_ body: [UInt8]) throws -> ImportResponse {
        requests += 1
        let isCut = cut?.request == requests
        if isCut, cut?.how == .before { throw Cut.before }
        let lines = try WireDecoding.lines(body, cap: WireLimits.importLines)
        largestChunk = max(largestChunk, lines.count)
        var results: [ImportResult] = []
        for (position, line) in lines.enumerated() {
            results.append(ImportResult(line: position + 1, status: status(try WireDecoding.decode(Array(line)))))
        }
        if isCut { throw Cut.after }
        return ImportResponse(results: results.reversed(), noGrants: [])
    }

    private typealias ImportResult = VaultAPI.ImportResult

    private func status(_ line: ImportLine) -> ImportResult.Status {
        guard let field = FieldName("person.id_number"), let number = line.fields[field]?.string,
            let login = line.login,
            let code = line.code
        else { return .rejected(reason: "incomplete line") }
        if number == refused { return .rejected(reason: "not wanted") }
        if let known = residents[number] { return .known(known.login, activated: known.activated) }
        if takenLogins > 0 {
            takenLogins -= 1
            return .loginTaken
        }
        residents[number] = Resident(login: login, code: code)
        return .enrolled(login)
    }
}

/// The sample community, merged by the plan of the repository.
enum SamplePeople {
    static func all() throws -> [ImportedPerson] { try merged.get().persons }

    /// Merged once: every test of an import begins with it.
    static let merged = Result { () throws -> VaultImport.ImportResult in
        let file = Repository.top.appending(path: "Policies/imports/community.yaml")
        let plan = try ImportPlan(yaml: Array(Data(contentsOf: file)), file: "community.yaml")
        let inputs = SampleCommunity.files().map { ImportInput(name: $0.name, bytes: $0.bytes) }
        return try Importer.run(plan: plan, inputs: inputs, today: today)
    }

    static let today = CivilDate(year: 2026, month: 11, day: 23) ?? ImportCommand.today

    static func idNumber(_ person: ImportedPerson) -> String {
        FieldName("person.id_number").flatMap { person.fields[$0]?.string } ?? ""
    }
}
