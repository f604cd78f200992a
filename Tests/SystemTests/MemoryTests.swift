import Foundation
import Testing

@Suite(.serialized, .enabled(if: Machine.canReadMemory, "needs python3, and the right to read a process's memory"))
struct MemoryTests {
    @Test func `after its connections have closed the daemon's memory holds no token, passphrase or value`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        try scenario.importCommunity()
        let star = SmallCommunity.star
        try scenario.activateAndLogIn(star.name)
        try scenario.succeed("rvault me show --dir $V --session $K/session; rvault logout --dir $V --session $K/session")
        let pid = try scenario.lookUp("property", "property.service", phone: star.phone)
        for _ in 0..<20 { _ = try scenario.read("property", "property.service", pid, ["person.name", "contact.phone"]) }
        // Idle connections close after five seconds.
        Thread.sleep(forTimeInterval: 7)
        let token = try String(contentsOfFile: scenario.keys + "/property.token", encoding: .utf8)
            .trimmingCharacters(in: .newlines).dropFirst("rva_property_".count)
        let out = try scenario.succeed(
            """
            python3 - <<'PY'
            needles = {"token": "\(token)", "passphrase": "\(Scenario.passphrase)", "name": "\(star.name)", "phone": "\(star.phone)", "id": "\(star.id)"}
            found = dict.fromkeys(needles, 0)
            control = 0
            for line in open("/proc/\(scenario.daemonPID)/maps"):
                parts = line.split()
                if "r" not in parts[1] or (len(parts) > 5 and parts[5].startswith(("[v", "/"))): continue
                start, end = (int(x, 16) for x in parts[0].split("-"))
                try:
                    with open("/proc/\(scenario.daemonPID)/mem", "rb") as memory:
                        memory.seek(start); data = memory.read(end - start)
                except (OSError, ValueError): continue
                control += data.count(b"property.service")
                for name, text in needles.items(): found[name] += data.count(text.encode())
            print("control", control > 0)
            for name, count in found.items(): print(name, count)
            PY
            """)
        #expect(out == "control True\ntoken 0\npassphrase 0\nname 0\nphone 0\nid 0\n")
    }
}
