import Foundation
import Testing

/// A resident at the community's terminal: their letter, their passphrase, and a session of their own.
struct Resident: Sendable {
    let scenario: Scenario
    let person: Neighbour
    let login: String
    let code: String
    let passphrase: String

    /// Turns the code of the letter into a passphrase.
    static func activate(
        _ person: Neighbour, _ letters: Letters, _ scenario: Scenario, at place: SourceLocation = #_sourceLocation
    ) throws -> Resident {
        let letter = try letters.letter(for: person.name)
        let passphrase = "wan-shui qian-shan \(person.order * 7919)"
        let answer = try scenario.json(
            "activate", "--code-fd", "3", "--passphrase-fd", "4", secrets: [letter.code, passphrase], at: place)
        #expect(answer == ["login": .text(letter.login)], sourceLocation: place)
        return Resident(scenario: scenario, person: person, login: letter.login, code: letter.code, passphrase: passphrase)
    }

    var session: [String] { ["--session", scenario.path("\(login).session")] }

    func logIn(at place: SourceLocation = #_sourceLocation) throws {
        let outcome = try run("login", login, "--passphrase-fd", "3", secrets: [passphrase])
        try #require(outcome.status == 0, "\(outcome.all)", sourceLocation: place)
    }

    func run(_ arguments: String..., secrets: [String] = []) throws -> Child.Outcome {
        try scenario.rvault(arguments + session, secrets: secrets)
    }

    func json(_ arguments: String..., at place: SourceLocation = #_sourceLocation) throws -> Value {
        let outcome = try scenario.rvault(arguments + session + ["--json"])
        try #require(outcome.status == 0, "rvault \(arguments.joined(separator: " ")): \(outcome.all)", sourceLocation: place)
        return try Value(parsing: outcome.output.utf8)
    }

    /// The id of the only request that waits for a purpose.
    func request(_ purpose: String, at place: SourceLocation = #_sourceLocation) throws -> String {
        let requests = try json("consent", "list", at: place)["requests"].list.filter { $0["purpose"].text == purpose }
        try #require(requests.count == 1, "requests for \(purpose)", sourceLocation: place)
        return try #require(requests[0]["id"].text, sourceLocation: place)
    }

    /// Agrees to the only request of a purpose; the grant's id.
    func approve(_ purpose: String, _ options: String..., at place: SourceLocation = #_sourceLocation) throws -> String {
        let outcome = try scenario.rvault(
            ["consent", "approve", try request(purpose, at: place)] + options + session + ["--json"])
        try #require(outcome.status == 0, "\(outcome.all)", sourceLocation: place)
        return try #require(try Value(parsing: outcome.output.utf8)["grant"].text, sourceLocation: place)
    }

    /// What the resident sees of a field of theirs.
    func value(_ field: String, at place: SourceLocation = #_sourceLocation) throws -> Value {
        let fields = try json("me", "show", at: place)["fields"]["fields"].list
        return fields.first { $0["field"].text == field }?["value"] ?? .null
    }
}
