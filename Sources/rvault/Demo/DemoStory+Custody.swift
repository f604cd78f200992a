internal import Foundation
internal import VaultModel

/// What no one may do alone: letting an app in, helping a resident back in; and what is gone when it is gone.
extension DemoStory {
    /// The operator tries alone, then with two custodians' signatures.
    func approveApps(_ custodians: borrowing DemoCustodians) throws {
        stage.step(.registerApps)
        let names = ["committee", "parking", "health", "education", "property"]
        for name in names { try stage.rvault(["app", "keygen", name, "--out", stage.directory], lines: 1) }
        stage.step(.appAlone)
        let alone = try stage.rvault(stage.at(["app", "add", "parking", "--public", stage.path("parking.pub")]), lines: 3)
        stage.check(alone.status == 1, .checkAlone)
        stage.step(.appTogether)
        // The first is read whole; of the others the last line is enough.
        for (place, name) in names.enumerated() {
            let change = stage.path("\(name).change")
            try stage.rvault(
                stage.at(["app", "add", name, "--public", stage.path("\(name).pub"), "--propose", change]), lines: 1)
            let lines = place == 0 ? 12 : 1
            let first = try custodians.committee.approve(change, lines: lines)
            let second = try custodians.property.approve(change, lines: 1)
            try stage.rvault(
                stage.at(["app", "add", name, "--change", change, "--approval", first, "--approval", second]), lines: 1)
        }
        try stage.rvault(stage.at(["app", "list"]))
        let apps = try stage.ask(stage.at(["app", "list"]))["items"]?.array ?? []
        let live = apps.filter { $0["live"]?.bool == true && $0["operator_held"]?.bool == false }.compactMap {
            $0["name"]?.string
        }
        stage.check(live.sorted() == names.sorted(), .checkApps)
    }

    /// An old lady has forgotten her passphrase; two of three custodians let her in anew.
    func recover(_ zhou: inout DemoResident, _ custodians: borrowing DemoCustodians) throws {
        stage.step(.recoverAsk)
        let (letter, folder) = (stage.path("zhou-letter.txt"), stage.path("ceremony"))
        let asking = [
            "custodian", "request", "recover", "--login", zhou.login, "--reason", "lost-passphrase", "--letter", letter,
            "--out", folder,
        ]
        let asked = try stage.rvaultJSON(stage.at(asking))
        guard let id = asked["ceremony"]?.string else { throw DemoStage.Stop(description: "no ceremony") }
        stage.step(.recoverOne)
        let first = try custodians.committee.answer("\(folder)/ceremony-\(id)-committee.json", lines: 16)
        try stage.rvault(stage.at(["custodian", "submit", first]), lines: 3)
        let early = try stage.rvault(stage.at(["custodian", "carry-out", id, "--letter", letter]), lines: 3)
        stage.check(early.status == 1, .checkOneIsNotEnough)
        stage.step(.recoverTwo)
        let second = try custodians.owners.answer("\(folder)/ceremony-\(id)-owners.json", lines: 1)
        try stage.rvault(stage.at(["custodian", "submit", second]), lines: 3)
        let done = try stage.rvault(stage.at(["custodian", "carry-out", id, "--letter", letter]), lines: 3)
        stage.check(done.status == 0, .checkRecovered)
        stage.step(.recoverIn)
        stage.check(try !zhou.logIn(), .checkOldIsDead)
        let login = zhou.login
        var again = try DemoResident(SampleCommunity.zhou.name, stage)
        let isBack = try again.activate(recovery: letter) && again.login == login && again.logIn()
        stage.check(isBack, .checkActivated, again.name)
        _ = try again.run(["me", "history"], lines: 12)
        zhou = again
    }

    /// Someone who moved away is erased, with a certificate that anyone can check.
    func erase(_ login: String) throws {
        stage.step(.erase)
        let certificate = stage.path("erased.txt")
        let before = try residents()
        let erased = try stage.rvault(
            stage.at([
                "resident", "erase", login, "--everything", "--reason", "moved_out", "--yes", "--certificate", certificate,
            ]), lines: 6)
        stage.check(try erased.status == 0 && residents() == before - 1, .checkErased)
        stage.step(.certificate)
        let checked = try stage.rvault(
            ["audit", "check-certificate", certificate, "--vkey", stage.vault + "/log.vkey"], lines: 6)
        stage.check(checked.status == 0, .checkCertificate)
    }
}
