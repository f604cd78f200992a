import Foundation
import Testing

@Suite(.serialized) struct SocketTests {
    @Test func `one daemon a directory; a stale socket is replaced, anything else is not`() throws {
        let scenario = try Scenario.running(apps: [])
        let second = try scenario.bash("rvaultd --dir $V")
        #expect(second.status == 1)
        #expect(second.err.contains("another rvaultd serves this directory"))
        // After kill -9 the sockets lie there, and the lock is free.
        scenario.kill()
        #expect(FileManager.default.fileExists(atPath: scenario.dir + "/rvault.sock"))
        try scenario.start()
        // SIGTERM drains, removes the sockets and ends well.
        #expect(scenario.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: scenario.dir + "/rvault.sock"))
        #expect(!FileManager.default.fileExists(atPath: scenario.dir + "/admin.sock"))
        try scenario.succeed("echo mine > $V/rvault.sock")
        let refused = try scenario.bash("rvaultd --dir $V")
        #expect(refused.status == 1)
        #expect(refused.err.contains("is not a socket"))
        #expect(try scenario.succeed("cat $V/rvault.sock") == "mine\n")
    }

    @Test func `a socket that another daemon answers on is not taken over`() throws {
        let one = try Scenario.running(apps: [])
        let other = try Scenario()
        try other.succeed("rvault init --dir $V --policies $REPO/Policies")
        let refused = try other.bash("rvaultd --dir $V --run \(one.dir)")
        #expect(refused.status == 1)
        #expect(refused.err.contains("another daemon answers"))
        #expect(try one.bash("curl -sf --unix-socket $V/rvault.sock http://rvault/healthz").status == 0)
    }

    @Test func `a path that no socket can have is refused with a hint`() throws {
        let scenario = try Scenario()
        try scenario.succeed("rvault init --dir $V --policies $REPO/Policies")
        let outcome = try scenario.bash("rvaultd --dir $V --run /tmp/\(String(repeating: "d", count: 100))")
        #expect(outcome.status == 1)
        #expect(outcome.err.contains("hint: choose a shorter directory"))
    }

    @Test func `each socket has its own calls`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        func status(_ socket: String, _ path: String) throws -> String {
            try scenario.succeed("curl -s -o /dev/null -w '%{http_code}' --unix-socket $V/\(socket) -H @$K/property.auth http://rvault\(path)")
        }
        #expect(try status("rvault.sock", "/v1/status") == "404")
        #expect(try status("rvault.sock", "/v1/apps") == "404")
        #expect(try status("admin.sock", "/v1/whoami") == "404")
        #expect(try status("admin.sock", "/v1/me") == "404")
        #expect(try status("admin.sock", "/v1/status") == "200")
        #expect(try status("rvault.sock", "/v1/whoami") == "200")
    }

    @Test(.enabled(if: Scenario.isRoot && Scenario.has("setpriv"), "needs root and setpriv to be another uid"))
    func `another uid reaches the public socket of --run, never the admin socket, and nothing of the default layout`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        let stranger = "setpriv --reuid 65534 --regid 65534 --clear-groups"
        func reaches(_ socket: String) throws -> Bool {
            try scenario.bash("\(stranger) curl -sf --unix-socket \(socket) http://rvault/healthz").status == 0
        }
        #expect(try !reaches("$V/rvault.sock"))
        #expect(try !reaches("$V/admin.sock"))
        scenario.stop()
        try scenario.start(["--run", scenario.root + "/s"], socket: scenario.root + "/s/rvault.sock")
        #expect(try reaches(scenario.root + "/s/rvault.sock"))
        #expect(try !reaches(scenario.root + "/s/admin.sock"))
        // Even with the file's mode wide open, the kernel's word on who connects decides.
        try scenario.succeed("chmod 666 \(scenario.root)/s/admin.sock")
        let asked = try scenario.bash(
            "\(stranger) curl -s --unix-socket \(scenario.root)/s/admin.sock http://rvault/v1/status")
        #expect(asked.out.contains("\"code\":\"forbidden\""))
        #expect(!asked.out.contains("config"))
    }

    @Test(.enabled(if: Scenario.isRoot && Scenario.has("setpriv"), "needs root and setpriv to be another uid"))
    func `a member of the admin group reaches the admin socket`() throws {
        let scenario = try Scenario.running(apps: [])
        scenario.stop()
        try scenario.start(["--run", scenario.root + "/s", "--admin-group", "daemon"], socket: scenario.root + "/s/rvault.sock")
        func status(_ groups: String) throws -> String {
            try scenario.bash(
                "setpriv --reuid 65534 --regid 65534 \(groups) curl -s -o /dev/null -w '%{http_code}' --unix-socket \(scenario.root)/s/admin.sock http://rvault/v1/status"
            ).out
        }
        #expect(try status("--groups $(getent group daemon | cut -d: -f3)") == "200")
        #expect(try status("--clear-groups") == "000")
    }
}
