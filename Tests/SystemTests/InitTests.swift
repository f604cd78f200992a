import Foundation
import Testing

@Suite struct InitTests {
    @Test func `a new vault has strict modes and a first checkpoint that verifies`() throws {
        let scenario = try Scenario()
        try scenario.succeed("rvault init --dir $V --policies $REPO/Policies")
        let modes = try scenario.succeed("cd $V; stat -c '%a %n' . checkpoint lock log.vkey pepper service.key vault.db")
        #expect(modes == "700 .\n644 checkpoint\n600 lock\n644 log.vkey\n600 pepper\n600 service.key\n600 vault.db\n")
        let verified = try scenario.succeed("rvault audit verify --dir $V")
        #expect(verified.contains("verified: 1 entries"))
    }

    @Test func `a directory with anything in it is refused and left alone`() throws {
        let scenario = try Scenario()
        try scenario.succeed("mkdir $V; echo mine > $V/file")
        let outcome = try scenario.bash("rvault init --dir $V --policies $REPO/Policies")
        #expect(outcome.status == 1)
        #expect(outcome.err.contains("hint:"))
        #expect(try scenario.succeed("ls $V") == "file\n")
    }

    @Test func `an init that is killed at any moment can be run again`() throws {
        for wait in ["0.01", "0.03", "0.05", "0.08", "0.12"] {
            let scenario = try Scenario()
            _ = try scenario.bash("rvaultd init --dir $V --policies $REPO/Policies & sleep \(wait); kill -9 $! 2>/dev/null; wait")
            let files = (try? FileManager.default.contentsOfDirectory(atPath: scenario.dir)) ?? []
            if !files.isEmpty, !files.contains("unfinished") { continue }
            if files.contains("unfinished") { #expect(try scenario.bash("rvaultd --dir $V").err.contains("was cut off")) }
            try scenario.succeed("rvault init --dir $V --policies $REPO/Policies; rvault audit verify --dir $V")
        }
    }

    @Test func `faulty policies are all named with file and line, and nothing is made`() throws {
        let scenario = try Scenario()
        let outcome = try scenario.bash(
            """
            cp -r $REPO/Policies $V-p
            sed -i 's/^basis: .*/basis: legitimate_interest/' $V-p/purposes/parking.contact.yaml
            sed -i 's/health.chronic:/health.cronic:/' $V-p/purposes/health.followup.yaml
            rvault init --dir $V --policies $V-p
            """)
        #expect(outcome.status == 1)
        #expect(outcome.err.contains("parking.contact.yaml:"))
        #expect(outcome.err.contains("health.followup.yaml:"))
        #expect(!FileManager.default.fileExists(atPath: scenario.dir))
    }

    @Test func `wrong usage exits with 2 and an unreachable daemon with 3, each with a hint`() throws {
        let scenario = try Scenario()
        #expect(try scenario.bash("rvault import --nonsense").status == 2)
        #expect(try scenario.bash("rvaultd --nonsense").status == 2)
        try scenario.succeed("rvault init --dir $V --policies $REPO/Policies")
        let outcome = try scenario.bash("rvault status --dir $V")
        #expect(outcome.status == 3)
        #expect(outcome.err.contains("hint:"))
    }

    @Test func `a key file that others can read refuses the start`() throws {
        let scenario = try Scenario()
        try scenario.succeed("rvault init --dir $V --policies $REPO/Policies; chmod 644 $V/service.key")
        let outcome = try scenario.bash("rvaultd --dir $V")
        #expect(outcome.status == 1)
        #expect(outcome.err.contains("hint: chmod 600"))
    }

    @Test func `too little lockable memory refuses the start`() throws {
        let scenario = try Scenario()
        try scenario.succeed("rvault init --dir $V --policies $REPO/Policies")
        let outcome = try scenario.bash("ulimit -l 64; rvaultd --dir $V")
        #expect(outcome.status == 1)
        #expect(outcome.err.contains("hint: raise it"))
    }
}
