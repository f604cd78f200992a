internal import Foundation
internal import VaultAPI
internal import VaultModel

/// Apps ask, a resident answers, reads work or do not.
extension DemoStory {
    /// - Returns: the old lady at her terminal.
    func playConsent() async throws -> DemoResident {
        let woman = SampleCommunity.lin
        var lin = try DemoResident(woman.name, stage)
        var zhou = try DemoResident(SampleCommunity.zhou.name, stage)
        stage.step(.activate)
        stage.check(try lin.activate(letters: stage.path("letters.txt")), .checkActivated, lin.name)
        stage.check(try zhou.activate(letters: stage.path("letters.txt")), .checkActivated, zhou.name)

        let property = try DemoApp("property", stage)
        let parking = try DemoApp("parking", stage)
        let health = try DemoApp("health", stage)
        let education = try DemoApp("education", stage)
        try await readByContract(property, health, woman)
        let known = try await ask(parking, health, education, woman)
        let healthRequest = known.healthRequest

        try answer(lin)
        stage.step(.readAllowed)
        let allowed = try await parking.read("parking.contact", known.parking, ["contact.phone"])
        stage.check(DemoApp.record(allowed.json) == ["contact.phone": .string(woman.phone)], .checkPhone)
        stage.step(.readDenied)
        // What it knows her by is of its own contract, under which it may only write.
        let patient = try await health.lookUp("health.record", idNumber: woman.idNumber) ?? known.parking
        let refused = try await health.read("health.followup", patient, ["health.chronic"])
        stage.check(DemoApp.code(refused.json) == "no_grant", .checkNoGrant)
        stage.step(.requestLooksOpen)
        let state = try await health.call(.accessRequest, id: healthRequest).json["state"]?.string
        stage.check(state == "open", .checkOpen)

        try await writeForward(health, patient, lin, woman)
        stage.step(.revoke)
        let grants = try lin.answer(["consent", "list"])["grants"]?.array ?? []
        let grant = grants.first { $0["purpose"]?.string == "parking.contact" }?["id"]?.string ?? "none"
        stage.check(try lin.run(["consent", "revoke", grant]).status == 0, .checkRevoked)
        stage.step(.readRevoked)
        let gone = try await parking.read("parking.contact", known.parking, ["contact.phone"])
        stage.check(DemoApp.code(gone.json) == "no_grant", .checkNoGrant)
        return zhou
    }

    private func readByContract(
        _ property: borrowing DemoApp, _ health: borrowing DemoApp, _ woman: SampleCommunity.Protagonist
    ) async throws {
        stage.step(.readByContract)
        guard let known = try await property.lookUp("property.service", idNumber: woman.idNumber) else {
            throw DemoStage.Stop(description: "lookup: property.service")
        }
        let fields = ["person.name", "home.building", "home.room", "contact.phone"]
        let record = DemoApp.record(try await property.read("property.service", known, fields).json) ?? [:]
        let isRight = record["person.name"] == .string(woman.name) && record.keys.sorted() == fields.sorted()
        stage.check(isRight, .checkValues, record.keys.sorted().joined(separator: ", "))

        stage.step(.beyondPurpose)
        let beyond = try await property.read("property.service", known, ["health.chronic"])
        let code = beyond.json["code"]?.string ?? "–"
        stage.check((400..<500).contains(beyond.status) && DemoApp.record(beyond.json) == nil, .checkRefused, code)

        stage.step(.foreignID)
        let foreign = try await health.read("health.followup", known, ["health.chronic"])
        stage.check(DemoApp.code(foreign.json) == "no_grant", .checkNoGrant)
    }

    /// The apps ask; gives back the parking app's id of the resident and the health app's request.
    private func ask(
        _ parking: borrowing DemoApp, _ health: borrowing DemoApp, _ education: borrowing DemoApp,
        _ woman: SampleCommunity.Protagonist
    ) async throws -> (parking: String, healthRequest: String) {
        stage.step(.ask)
        let first = try await parking.ask("parking.contact", idNumber: woman.idNumber)
        stage.check(first != nil, .checkAsked, parking.name)
        let second = try await health.ask("health.followup", idNumber: woman.idNumber)
        stage.check(second != nil, .checkAsked, health.name)
        let third = try await education.ask("education.contact", idNumber: woman.idNumber)
        stage.check(third != nil, .checkAsked, education.name)

        stage.step(.beforeConsent)
        guard let known = try await parking.lookUp("parking.permit", idNumber: woman.idNumber), let second else {
            throw DemoStage.Stop(description: "lookup: parking.permit")
        }
        let early = try await parking.read("parking.contact", known, ["contact.phone"])
        stage.check(DemoApp.code(early.json) == "no_grant", .checkNoGrant)
        return (known, second)
    }

    private func answer(_ lin: borrowing DemoResident) throws {
        stage.step(.list)
        guard try lin.logIn() else { throw DemoStage.Stop(description: "rvault login") }
        _ = try lin.run(["consent", "list"], lines: 40)
        let requests = try lin.answer(["consent", "list"])["requests"]?.array ?? []
        stage.check(requests.count == 3, .checkListed)
        func id(_ purpose: String) -> String {
            requests.first { $0["purpose"]?.string == purpose }?["id"]?.string ?? "none"
        }

        stage.step(.approve)
        let until = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)).advanced(bySeconds: 30 * 86_400)
            .localDay
        stage.check(
            try lin.run(["consent", "approve", id("parking.contact"), "--until", until]).status == 0, .checkApproved)
        stage.step(.deny)
        stage.check(try lin.run(["consent", "deny", id("health.followup")]).status == 0, .checkDenied)
    }

    /// A platform with the right to write and none to read renews a value.
    private func writeForward(
        _ health: borrowing DemoApp, _ patient: String, _ lin: borrowing DemoResident,
        _ woman: SampleCommunity.Protagonist
    ) async throws {
        stage.step(.forward)
        let allergies = "青霉素；芒果"
        let text = "证件号码,姓名,慢性病,过敏史,血型,用药,紧急联系人,紧急联系电话\r\n\(woman.idNumber),\(woman.name),,\(allergies),,,,\r\n"
        try PrivateFile.create(stage.path("allergies.csv"), Array(text.utf8))
        let (status, _) = try stage.rvault(
            stage.at([
                "import", "--plan", stage.policies + "/imports/community.yaml", stage.path("allergies.csv"), "--as",
                "health",
                "--token-file", stage.path("health.token"),
            ]))
        stage.check(status == 0, .checkAccepted)

        stage.step(.forwardSeen)
        _ = try lin.run(["me", "show"], lines: 40)
        let fields = try lin.answer(["me", "show"])["fields"]?["fields"]?.array ?? []
        let seen = fields.first { $0["field"]?.string == "health.allergies" }?["value"]?.strings ?? []
        stage.check(seen == ["青霉素", "芒果"], .checkNewValue, seen.joined(separator: "、"))

        stage.step(.cannotReadBack)
        let back = try await health.read("health.record", patient, ["health.allergies"])
        let code = DemoApp.code(back.json) ?? back.json["code"]?.string ?? "–"
        stage.check(DemoApp.record(back.json) == nil, .checkRefused, code)
    }
}
