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

    /// Registers an app with the signatures of all three custodians.
    private func approve(_ app: String, in scenario: Scenario) throws {
        try scenario.succeed(
            """
            rvault app keygen \(app) --out $K
            rvault app add \(app) --public $K/\(app).pub --propose $K/\(app).change --dir $V
            for party in committee owners property; do
                echo "a phrase of $party" >$K/words
                rvault custodian approve $K/\(app).change --key $K/$party.custodian --yes --passphrase-fd 3 3<$K/words
            done
            rvault app add \(app) --change $K/\(app).change --dir $V --approval $K/\(app).change.committee.approval \
                --approval $K/\(app).change.owners.approval --approval $K/\(app).change.property.approval
            (umask 077; printf 'Authorization: Bearer %s\\n' "$(cat $K/\(app).token)" > $K/\(app).auth)
            """)
    }

    @Test func `the operator alone lets nobody in, and custodians sign what they read`() throws {
        let scenario = try made()
        try scenario.start()
        try scenario.succeed("rvault app keygen parking --out $K; rvault app add parking --public $K/parking.pub --propose $K/change --dir $V")
        let alone = try scenario.bash("rvault app add parking --public $K/parking.pub --dir $V --lang en")
        #expect(alone.status == 1)
        #expect(alone.err.contains("needs 2 custodians' signatures"))
        let read = try scenario.succeed("echo 'a phrase of owners' >$K/words; rvault custodian approve $K/change --key $K/owners.custodian --yes --passphrase-fd 3 --lang en 3<$K/words")
        #expect(read.contains("lets the app parking of the party property in") || read.contains("let the app parking of the party property in") || read.contains("the app parking of the party property in"))
        let few = try scenario.bash("rvault app add parking --change $K/change --approval $K/change.owners.approval --dir $V")
        #expect(few.status == 1)
        let wrong = try scenario.bash("echo 'another phrase' >$K/words; rvault custodian approve $K/change --key $K/committee.custodian --yes --passphrase-fd 3 3<$K/words; ls $K/change.committee.approval")
        #expect(wrong.status != 0)
        // A change that cannot be told in words is not signed.
        let odd = try scenario.bash("sed 's/app_add/app_bad/' $K/change >$K/odd; echo 'a phrase of committee' >$K/words; rvault custodian approve $K/odd --key $K/committee.custodian --yes --passphrase-fd 3 3<$K/words")
        #expect(odd.status == 1)
        #expect(try scenario.succeed("rvault app list --dir $V --json") == "{\"items\":[]}\n")
        // Narrowing is the operator's alone.
        try approve("property", in: scenario)
        try scenario.succeed("rvault app remove property --dir $V")
        #expect(try scenario.succeed("rvault audit verify --dir $V --data").contains("verified"))
    }

    @Test func `a party's key is its own alone, and no passphrase or seed stands in what it hands out`() throws {
        let scenario = try made()
        #expect(try scenario.succeed("stat -c '%a %n' $K/committee.custodian $K/committee.custodian.pub | sed \"s,$K/,,\"") == "600 committee.custodian\n644 committee.custodian.pub\n")
        let open = try scenario.succeed("cat $K/committee.custodian.pub")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(open.utf8)) as? [String: String])
        #expect(Set(json.keys) == ["type", "custodian", "box", "sign", "auth"])
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
        for app in ["property", "parking", "health", "education", "committee"] { try approve(app, in: scenario) }
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
