import Foundation
import Testing

@Suite(.serialized) struct BadInputTests {
    private struct Case {
        let what: String
        let curl: String
        let status: String
        let code: String
    }

    @Test func `hostile and clumsy requests get their status and code, and the daemon goes on`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        let read = "{\"purpose\":\"property.service\",\"residents\":[\"aaaaaaaaaaaaaaaaaaaaaaaaaa\"],\"fields\":[\"person.name\"]}"
        let letters = Array("abcdefghijklmnopqrstuvwxyz").map(String.init)
        // Well-formed ids of nobody: 26 letters of base32 whose last one leaves no odd bits.
        let many = (0..<501).map { "\"" + String(repeating: "a", count: 23) + letters[$0 / 26] + letters[$0 % 26] + "a\"" }
            .joined(separator: ",")
        try "{\"purpose\":\"property.service\",\"residents\":[\(many)],\"fields\":[\"person.name\"]}".write(
            toFile: scenario.root + "/many", atomically: true, encoding: .utf8)
        try Data(repeating: 0x20, count: 1_100_000).write(to: URL(filePath: scenario.root + "/big"))
        let token = "-H @$K/property.auth"
        let url = "http://rvault/v1/records:read"
        let cases = [
            Case(what: "no credential", curl: "http://rvault/v1/whoami", status: "401", code: "unauthorized"),
            Case(what: "a wrong token", curl: "-H 'Authorization: Bearer rva_property_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' http://rvault/v1/whoami", status: "401", code: "unauthorized"),
            Case(what: "a cut token", curl: "-H \"Authorization: Bearer $(head -c 30 $K/property.token)\" http://rvault/v1/whoami", status: "401", code: "unauthorized"),
            Case(what: "a token as a session", curl: "\(token) http://rvault/v1/me", status: "401", code: "unauthorized"),
            Case(what: "two credentials", curl: "\(token) -H 'Authorization: Bearer rva_x_y' http://rvault/v1/whoami", status: "401", code: "unauthorized"),
            Case(what: "an unknown key", curl: "\(token) --json '{\"purpose\":\"a.b\",\"residents\":[],\"fields\":[],\"all\":true}' \(url)", status: "422", code: ""),
            Case(what: "an unknown key beside good ones", curl: "\(token) --json '\(read.dropLast()),\"all\":true}' \(url)", status: "422", code: "unknown_key"),
            Case(what: "a duplicate key", curl: "\(token) --json '\(read.dropLast()),\"purpose\":\"a.b\"}' \(url)", status: "422", code: "duplicate_key"),
            Case(what: "broken JSON", curl: "\(token) --json '{\"purpose\":' \(url)", status: "422", code: "bad_json"),
            Case(what: "a missing key", curl: "\(token) --json '{\"purpose\":\"property.service\"}' \(url)", status: "422", code: "missing_key"),
            Case(what: "deep nesting", curl: "\(token) --json '\(String(repeating: "[", count: 5000))' \(url)", status: "422", code: "bad_json"),
            Case(what: "an unknown form", curl: "\(token) --json '\(read.dropLast()),\"form\":\"all\"}' \(url)", status: "422", code: "bad_form"),
            Case(what: "an unknown purpose", curl: "\(token) --json '\(read.replacing("property.service", with: "no.such"))' \(url)", status: "422", code: "unknown_purpose"),
            Case(what: "an unknown field", curl: "\(token) --json '\(read.replacing("person.name", with: "person.shoe"))' \(url)", status: "422", code: "unknown_field"),
            Case(what: "another app's purpose", curl: "\(token) --json '\(read.replacing("property.service", with: "parking.permit").replacing("person.name", with: "vehicle.plates"))' \(url)", status: "403", code: "purpose_not_allowed"),
            Case(what: "501 residents", curl: "\(token) --json @$K/../many \(url)", status: "413", code: "too_large"),
            Case(what: "a resident twice", curl: "\(token) --json '\(read.replacing("[\"aaaaaaaaaaaaaaaaaaaaaaaaaa\"]", with: "[\"aaaaaaaaaaaaaaaaaaaaaaaaaa\",\"aaaaaaaaaaaaaaaaaaaaaaaaaa\"]"))' \(url)", status: "422", code: "bad_value"),
            Case(what: "a body over the limit", curl: "\(token) --json @$K/../big \(url)", status: "413", code: "too_large"),
            Case(what: "another content type", curl: "\(token) -d '\(read)' \(url)", status: "415", code: "bad_type"),
            Case(what: "a browser", curl: "-H 'Origin: http://evil.example' http://rvault/healthz", status: "403", code: "bad_host"),
            Case(what: "a foreign host", curl: "http://evil.example/healthz", status: "403", code: "bad_host"),
            Case(what: "an unknown path", curl: "http://rvault/v2/whoami", status: "404", code: "not_found"),
            Case(what: "dots in the path", curl: "--path-as-is http://rvault/v1/../v1/whoami", status: "404", code: "not_found"),
            Case(what: "another method", curl: "-X DELETE http://rvault/v1/whoami", status: "405", code: "bad_method"),
            Case(what: "an id that is none", curl: "\(token) http://rvault/v1/access-requests/xyz", status: "404", code: "not_found"),
            Case(what: "a code that opens nothing", curl: "--json '{\"code\":\"00000-00000\",\"passphrase\":\"four plain words here\"}' http://rvault/v1/activations", status: "401", code: "unauthorized"),
            Case(what: "a login that is nobody's", curl: "--json '{\"login\":\"123456789\",\"passphrase\":\"four plain words here\"}' http://rvault/v1/sessions", status: "401", code: "unauthorized"),
        ]
        for one in cases {
            let out = try scenario.succeed("curl -s -w '\\n%{http_code}' --unix-socket $V/rvault.sock \(one.curl)")
            let lines = out.split(separator: "\n")
            #expect(lines.last.map(String.init) == one.status, "\(one.what): \(out)")
            let body = try? JSONSerialization.jsonObject(with: Data(lines.dropLast().joined().utf8)) as? [String: Any]
            if !one.code.isEmpty { #expect(body?["code"] as? String == one.code, "\(one.what): \(out)") }
        }
        #expect(try scenario.succeed("curl -s --unix-socket $V/rvault.sock \(token) http://rvault/v1/whoami").contains("property"))
        try scenario.succeed("rvault audit verify --dir $V")
        #expect(!scenario.daemonLog.contains("rva_property_"))
    }

    @Test(.enabled(if: Scenario.has("python3"), "needs python3"))
    func `a silent or dribbling connection is closed, and pipelined requests are answered in order`() throws {
        let scenario = try Scenario.running(apps: [])
        let out = try scenario.succeed(
            """
            python3 - <<'PY'
            import socket, time, os
            def connect():
                s = socket.socket(socket.AF_UNIX); s.settimeout(12); s.connect(os.environ["V"] + "/rvault.sock"); return s
            silent, slow = connect(), connect()
            slow.sendall(b"GET /healthz HTTP/1.1\\r\\nHost: rv")
            both = connect()
            both.sendall(b"GET /healthz HTTP/1.1\\r\\nHost: rvault\\r\\n\\r\\nGET /v1/whoami HTTP/1.1\\r\\nHost: rvault\\r\\nConnection: close\\r\\n\\r\\n")
            data = b""
            while True:
                part = both.recv(4096)
                if not part: break
                data += part
            print("ordered", data.index(b"200 OK") < data.index(b"401"))
            start = time.time()
            print("silent", silent.recv(10) == b"", "slow", slow.recv(10) == b"", time.time() - start > 2)
            missing = connect(); missing.sendall(b"GET /healthz HTTP/1.1\\r\\n\\r\\n")
            print("hostless", b"403" in missing.recv(4096))
            junk = connect(); junk.sendall(os.urandom(3000))
            try: junk.recv(4096)
            except OSError: pass
            PY
            """)
        #expect(out == "ordered True\nsilent True slow True True\nhostless True\n")
        #expect(try scenario.bash("curl -sf --unix-socket $V/rvault.sock http://rvault/healthz").status == 0)
    }

    @Test func `the command line explains what is wrong with its input`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        try SmallCommunity.write(to: scenario.root)
        let plan = "--dir $V --plan $REPO/Policies/imports/community.yaml"
        let cases = [
            "rvault import --dir $V --plan /nonexistent.yaml \(SmallCommunity.files)",
            "echo 'sources: [' > $K/bad.yaml; rvault import --dir $V --plan $K/bad.yaml \(SmallCommunity.files)",
            "rvault import \(plan) /nonexistent.csv",
            "printf 'a,b\\n1,2\\n' > $K/other.csv; rvault import \(plan) $K/other.csv",
            "rvault app add property --public $K/property.pub --dir $V",
            "rvault app add nobody --dir $V",
            "echo '{}' > $K/x.pub; rvault app add parking --public $K/x.pub --dir $V",
            "rvault activate --dir $V --code-fd 3 --passphrase-fd 4 3<<<'ABCDE-ABCDE' 4<<<'four plain words here'",
            "rvault login 123456789 --dir $V --session $K/s --passphrase-fd 4 4<<<'four plain words here'",
            "rvault me show --dir $V --session $K/none",
        ]
        for command in cases {
            let outcome = try scenario.bash(command)
            #expect(outcome.status == 1 || outcome.status == 2, "\(command): \(outcome)")
            #expect(outcome.err.contains("rvault:"), "\(command): \(outcome)")
            #expect(!outcome.err.contains("Fatal") && !outcome.err.contains("Error("), "\(command): \(outcome)")
        }
        #expect(try scenario.entryCount() == 2)
        #expect(try scenario.bash("rvault policy check /nonexistent").status == 1)
    }
}
