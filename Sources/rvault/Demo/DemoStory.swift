internal import Foundation
internal import VaultAPI
internal import VaultModel

/// The story, in order. Each part is a scene of its own; a scene that cannot be played ends the story.
struct DemoStory {
    let stage: DemoStage

    init(_ stage: DemoStage) { self.stage = stage }

    /// Plays it; true if everything was as promised.
    func play() async -> Bool {
        stage.console.say(DemoText.title)
        stage.console.say(DemoText.place, stage.directory)
        do {
            let custodians = try DemoCustodians(stage)
            try makeVault(custodians)
            stage.step(.startDaemon)
            let daemon = try await DemoDaemon.start(stage)
            do {
                stage.check(true, .checkReady)
                try approveApps(custodians)
                try await importCommunity()
                var zhou = try await playConsent()
                try recover(&zhou, custodians)
                try erase(try DemoResident.login(of: SampleCommunity.chen.name, letters: stage.path("letters.txt")))
                stage.step(.log)
                try stage.rvault(stage.at(["audit", "log", "--limit", "24"]), lines: 26)
            } catch {
                _ = daemon.stop()
                throw error
            }
            try verify(daemon)
        } catch {
            stage.console.say()
            stage.check(false, .stoppedEarly, Failure(error).message.text(in: stage.console.language))
        }
        stage.console.say()
        guard stage.failures > 0 else {
            stage.console.say(DemoText.good, "\(stage.checks)")
            return true
        }
        stage.console.say(DemoText.bad, "\(stage.failures)", "\(stage.checks)")
        return false
    }

    private func makeVault(_ custodians: borrowing DemoCustodians) throws {
        stage.step(.makeCustodians)
        try custodians.makeKeys()
        stage.step(.makeVault)
        let parties = custodians.publicFiles.flatMap { ["--custodian", $0] }
        let (status, _) = try stage.rvault(
            stage.at(["init", "--policies", stage.policies, "--threshold", "2"] + parties))
        var file = stat()
        let isClosed = lstat(stage.vault, &file) == 0 && file.st_mode & 0o777 == 0o700
        guard stage.check(status == 0 && isClosed, .checkMade) else {
            throw DemoStage.Stop(description: "rvault init: \(status)")
        }
    }

    private func importCommunity() async throws {
        let files = SampleCommunity.files()
        for file in files { try PrivateFile.create(stage.path(file.name), file.bytes) }
        let paths = files.map { stage.path($0.name) }
        let arguments = ["import", "--plan", stage.policies + "/imports/community.yaml"] + paths
        let expected = SampleCommunity.expected

        stage.step(.dryRun)
        try stage.rvault(arguments + ["--dry-run"], lines: 22)
        let report = try stage.ask(arguments + ["--dry-run"])
        let counts =
            [report["persons"]?.integer.map(Int.init) ?? 0]
            + ["conflicts", "unmatched", "rejected"].map { report[$0]?.array?.count ?? 0 }
        stage.check(
            counts == [expected.persons, expected.conflicts, expected.unmatched, expected.rejected], .checkReport,
            "\(counts[0])", "\(counts[1])", "\(counts[2])", "\(counts[3])")
        stage.check(try residents() == 0, .checkNothingWritten)

        stage.step(.importAll)
        let letters = stage.path("letters.txt")
        let (result, _) = try stage.rvault(
            stage.at(arguments + ["--letters", letters, "--rejects", stage.path("rejects.txt")]), lines: 26)
        let enrolled = try residents()
        stage.check(result == 0 && enrolled == expected.persons, .checkEnrolled, "\(enrolled)")
        var file = stat()
        stage.check(lstat(letters, &file) == 0 && file.st_mode & 0o777 == 0o600, .checkLetters)
    }

    func residents() throws -> Int {
        let status = try stage.ask(stage.at(["status"]))
        return Int(status["residents"]?.integer ?? -1)
    }

    /// The log is verified, then altered in a copy, then verified in the copy and once more where it was not altered.
    private func verify(_ daemon: DemoDaemon) throws {
        stage.step(.verify)
        stage.check(daemon.stop(), .checkStopped)
        stage.check(try stage.rvault(stage.at(["audit", "verify"])).status == 0, .checkSound)

        stage.step(.tamper)
        stage.showCommand("cp -r vault copy")
        let tamper = try DemoTamper(vault: stage.vault, to: stage.path("copy"))
        guard let change = try tamper.changeByte() else { throw DemoStage.Stop(description: "no entry in the copy") }
        stage.console.say("   " + stage.console.text(DemoText.tamperFound, change.file, "\(change.offset)"))
        let found = try stage.rvault(["audit", "verify", "--dir", tamper.copy])
        stage.check(found.status == 1, .checkFound)

        stage.step(.originalSound)
        stage.check(try stage.rvault(stage.at(["audit", "verify"])).status == 0, .checkSound)
    }
}
