import Foundation
import Testing

/// A read of many residents, answered in lines.
@Suite struct LinesTests {
    private static let count = 150

    /// A register of so many people, imported, and the ids under which the property's app knows them.
    private func community() throws -> (scenario: Scenario, ids: [String]) {
        let scenario = try Scenario.running(apps: ["property"])
        var register = "姓名,性别,身份证号,出生日期,手机号,楼栋,单元,房号,与户主关系,民族,居住类型,低保,独居老人,残疾等级,户编号\n"
        for index in 0..<Self.count {
            let id = SmallCommunity.idNumber(born: "1960-01-15", sequence: 100 + index)
            register += "邻居,女,\(id),1960-01-15,\(13_900_150_000 + index),7栋,1单元,\(100 + index),户主,汉族,业主,否,,,H\(index)\n"
        }
        try Data(register.utf8).write(to: URL(filePath: scenario.root + "/register.csv"))
        try scenario.succeed(
            "rvault import --dir $V --plan $REPO/Policies/imports/community.yaml --letters $K/letters $K/../register.csv")
        var ids: [String] = []
        var after = ""
        while true {
            let page = try scenario.call("property", "GET", "/v1/grants\(after)").json
            let items = try #require(page["items"] as? [[String: Any]])
            ids += items.filter { $0["purpose"] as? String == "property.service" }.compactMap { $0["resident"] as? String }
            guard let next = page["next"] as? String else { break }
            after = "?after=\(next)"
        }
        try #require(ids.count == Self.count)
        return (scenario, ids)
    }

    private func body(_ ids: [String], purpose: String = "property.service") -> String {
        #"{"purpose":"\#(purpose)","residents":[\#(ids.map { "\"\($0)\"" }.joined(separator: ","))],"fields":["home.room","contact.phone"]}"#
    }

    private func lines(_ body: String, _ scenario: Scenario, options: String = "") throws -> String {
        try body.write(toFile: scenario.keys + "/body", atomically: true, encoding: .utf8)
        return try scenario.succeed(
            """
            curl -s \(options) --unix-socket $RUN/rvault.sock -H @$K/property.auth -H 'Accept: text/plain;q=0.5, application/x-ndjson' \
              --json @$K/body http://rvault/v1/records:read
            """)
    }

    @Test func `lines are the records of the whole answer, in the order asked, and every piece stands in the log`() throws {
        let (scenario, ids) = try community()
        // Somebody whom nobody knows stands among them.
        let asked = Array(ids[..<100]) + ["aaaaaaaaaaaaaaaaaaaaaaaaaa"] + Array(ids[100...])
        let whole = try scenario.call("property", "POST", "/v1/records:read", body(asked))
        let records = try #require(whole.json["records"] as? [NSDictionary])
        #expect(records.count == Self.count + 1)
        let before = try scenario.entryCount()
        let text = try lines(body(asked), scenario, options: "-D $K/head")
        let found = try text.split(separator: "\n").map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary) }
        #expect(found == records)
        #expect(text.hasSuffix("\n") && text.count(where: { $0 == "\n" }) == asked.count)
        // 64, 64 and 23 residents.
        #expect(try scenario.entryCount() == before + 3)
        let head = try scenario.succeed("cat $K/head").lowercased()
        #expect(head.contains("content-type: application/x-ndjson\r\n") && head.contains("transfer-encoding: chunked\r\n"))
        #expect(!head.contains("content-length"))
        // The connection goes on after the last chunk.
        let twice = try scenario.succeed(
            """
            curl -s -o /dev/null -o /dev/null -w '%{num_connects} ' --unix-socket $RUN/rvault.sock -H @$K/property.auth \
              -H 'Accept: application/x-ndjson' --json @$K/body http://rvault/v1/records:read http://rvault/v1/records:read
            """)
        #expect(twice == "1 0 ")
        try scenario.succeed("rvault audit verify --dir $V")
    }

    @Test func `a refusal is one answer and no lines, and who leaves in the middle harms nobody`() throws {
        let (scenario, ids) = try community()
        let refused = try lines(body(ids, purpose: "property.gossip"), scenario, options: "-w '%{http_code}'")
        #expect(refused.contains("unknown_purpose") && refused.hasSuffix("422"))
        // The bounds are the whole request's and not a piece's.
        let many = (0..<501).map { _ in (0..<25).map { _ in "abcdefghijklmnopqrstuvwxyz234567".randomElement().map(String.init) ?? "" }.joined() + "a" }
        #expect(try lines(body(many), scenario, options: "-w '%{http_code}'").hasSuffix("413"))
        let before = try scenario.entryCount()
        try body(ids).write(toFile: scenario.keys + "/body", atomically: true, encoding: .utf8)
        try scenario.succeed(
            """
            python3 - <<'PY'
            import os, socket
            s = socket.socket(socket.AF_UNIX); s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            s.connect(os.environ["RUN"] + "/rvault.sock")
            body = open(os.environ["K"] + "/body", "rb").read()
            auth = open(os.environ["K"] + "/property.auth").read().strip()
            s.sendall((f"POST /v1/records:read HTTP/1.1\\r\\nHost: rvault\\r\\n{auth}\\r\\nAccept: application/x-ndjson\\r\\n"
              f"Content-Type: application/json\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n").encode() + body)
            print(s.recv(12).decode()); s.close()
            PY
            """)
        #expect(try scenario.entryCount() > before)
        #expect(try scenario.bash("curl -sf --unix-socket $RUN/rvault.sock http://rvault/healthz").status == 0)
        // Who speaks HTTP/1.0 knows no chunks and gets one document.
        let old = try lines(body(ids), scenario, options: "-0 -D $K/head")
        #expect(old.hasPrefix(#"{"records":["#))
        #expect(try !scenario.succeed("cat $K/head").lowercased().contains("chunked"))
        try scenario.succeed("rvault audit verify --dir $V --data")
    }

    @Test func `what is no HTTP is told so once, and requests sent ahead are all answered in their order`() throws {
        let scenario = try Scenario.running(apps: [])
        let out = try scenario.succeed(
            """
            python3 - <<'PY'
            import os, re, socket
            def connect():
                s = socket.socket(socket.AF_UNIX); s.settimeout(30); s.connect(os.environ["RUN"] + "/rvault.sock"); return s
            def all(s):
                data = b""
                while True:
                    part = s.recv(65536)
                    if not part: return data
                    data += part
            junk = connect(); junk.sendall(b"what is this\\r\\n\\r\\n"); answer = all(junk)
            print(answer.count(b"HTTP/1.1 400 Bad Request"), answer.count(b"bad_request"))
            ahead = connect()
            good = b"GET /healthz HTTP/1.1\\r\\nHost: rvault\\r\\n\\r\\n"
            bad = b"GET /nowhere HTTP/1.1\\r\\nHost: rvault\\r\\n\\r\\n"
            ahead.sendall((good + bad) * 200 + b"GET /healthz HTTP/1.1\\r\\nHost: rvault\\r\\nConnection: close\\r\\n\\r\\n" + good)
            codes = re.findall(rb"HTTP/1\\.1 ([0-9]{3})", all(ahead))
            print(codes == [b"200", b"404"] * 200 + [b"200"])
            split = connect()
            for byte in good: split.sendall(bytes([byte]))
            print(split.recv(100)[:15].decode())
            # After a refusal that ends the connection nothing is carried out, and after a change of protocol nothing kept.
            over = connect()
            long = b"POST /v1/lookup HTTP/1.1\\r\\nHost: rvault\\r\\nContent-Length: 1100000\\r\\n\\r\\n" + b"x" * 1100000
            try: over.sendall(long + good * 50)
            except OSError: pass
            print(all(over).count(b"HTTP/1.1 "))
            up = connect()
            up.sendall(b"GET /healthz HTTP/1.1\\r\\nHost: rvault\\r\\nConnection: upgrade\\r\\nUpgrade: h2c\\r\\n\\r\\n")
            sent = 0
            try:
                for _ in range(3000): up.sendall(b"y" * 65536); sent += 65536
            except OSError: pass
            print(sent < 100_000_000)
            head = connect(); head.sendall(b"HEAD /healthz HTTP/1.1\\r\\nHost: rvault\\r\\n\\r\\n")
            print(all(head).endswith(b"\\r\\n\\r\\n"))
            PY
            """)
        #expect(out == "1 1\nTrue\nHTTP/1.1 200 OK\n1\nTrue\nTrue\n")
    }
}
