import Foundation
import Testing

/// A vault with custodians, made with the real commands.
@Suite struct CustodianTests {
    private func made() throws -> Scenario {
        let scenario = try Scenario()
        for party in ["committee", "owners", "property"] {
            try scenario.succeed("printf 'a phrase of \(party)\\n' >$K/words; rvault custodian keygen \(party) --out $K --passphrase-fd 3 3<$K/words")
        }
        try scenario.succeed(
            """
            rvault init --dir $V --policies $REPO/Policies --threshold 2 \
            --custodian $K/committee.custodian.pub --custodian $K/owners.custodian.pub --custodian $K/property.custodian.pub
            """)
        return scenario
    }

    @Test func `a party's key is its own alone, and no passphrase or seed stands in what it hands out`() throws {
        let scenario = try made()
        #expect(try scenario.succeed("stat -c '%a %n' $K/committee.custodian $K/committee.custodian.pub | sed \"s,$K/,,\"") == "600 committee.custodian\n644 committee.custodian.pub\n")
        let open = try scenario.succeed("cat $K/committee.custodian.pub")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(open.utf8)) as? [String: String])
        #expect(Set(json.keys) == ["type", "custodian", "box", "sign"])
        #expect(try scenario.bash("grep -c 'a phrase of' $K/committee.custodian $K/committee.custodian.pub").status == 1)
        let again = try scenario.bash("printf 'x y z words\\n' | rvault custodian keygen committee --out $K --passphrase-fd 0")
        #expect(again.status == 1)
        let weak = try scenario.bash("printf '12345678901\\n' | rvault custodian keygen other --out $K --passphrase-fd 0; ls $K/other.custodian")
        #expect(weak.status != 0)
    }

    @Test func `init splits the service key to sealed files, and everyone is told of the custodians`() throws {
        let scenario = try made()
        let files = try scenario.succeed("cd $V; stat -c '%a %n' key-shares-*")
        #expect(files == "600 key-shares-committee\n600 key-shares-owners\n600 key-shares-property\n")
        try scenario.start()
        #expect(try scenario.succeed("rvault status --dir $V --lang en").contains("2/3"))
        #expect(try !scenario.succeed("rvault doctor --dir $V --lang en").contains("no custodians"))
        for app in ["property", "parking", "health", "education", "committee"] { try scenario.register(app) }
        try scenario.importCommunity()
        #expect(try scenario.succeed("rvault audit verify --dir $V --data").contains("verified"))
        // Every resident's seed is under the three, sealed.
        let counts = try scenario.succeed(
            """
            python3 - <<'PY'
            import sqlite3, os
            db = sqlite3.connect("file:" + os.environ["V"] + "/vault.db?mode=ro", uri=True)
            print(db.execute("select count(*) from resident").fetchone()[0], db.execute("select count(*) from share").fetchone()[0])
            PY
            """).split(separator: " ").compactMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        #expect(counts.count == 2 && counts[0] > 0 && counts[1] == 3 * counts[0])
    }

    @Test(arguments: [
        "--custodian $K/committee.custodian.pub --threshold 1", "--custodian $K/committee.custodian.pub --threshold 2",
        "--custodian $K/committee.custodian.pub --custodian $K/committee.custodian.pub --threshold 2",
        "--custodian $K/committee.custodian --custodian $K/owners.custodian.pub --threshold 2", "--threshold 2",
        "--custodian $K/committee.custodian.pub --custodian $K/owners.custodian.pub",
        "--custodian $K/committee.custodian.pub --custodian $K/owners.custodian.pub --threshold 3",
    ])
    func `custodians of whom one could act alone, or who could never meet, make no vault`(arguments: String) throws {
        let scenario = try made()
        let outcome = try scenario.bash("rvault init --dir $V-2 --policies $REPO/Policies \(arguments); code=$?; test ! -e $V-2/vault.db && exit $code || exit 99")
        #expect([1, 2].contains(outcome.status))
        #expect(!outcome.err.isEmpty)
    }
}
