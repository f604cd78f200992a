import Foundation
import Testing

/// Ceremonies with real processes: the operator's commands, the custodians' tools, and the daemon between them.
@Suite struct CeremonyTests {
    private static let parties = ["committee", "owners", "property"]

    /// A vault with three custodians of whom two act together, one app, twelve people, and one of them logged in.
    private func made() throws -> Scenario {
        let scenario = try Scenario()
        for party in Self.parties {
            try scenario.succeed("rvault custodian keygen \(party) --out $K --passphrase-fd 3 3<<<'a phrase of \(party)'")
        }
        try scenario.succeed(
            """
            rvault init --dir $V --policies $REPO/Policies --threshold 2 \
            --custodian $K/committee.custodian.pub --custodian $K/owners.custodian.pub --custodian $K/property.custodian.pub
            """)
        try scenario.start()
        try scenario.succeed(
            """
            rvault app keygen property --out $K
            rvault app add property --public $K/property.pub --propose $K/change --dir $V
            for party in committee property; do
                rvault custodian approve $K/change --key $K/$party.custodian --yes --passphrase-fd 3 3<<<"a phrase of $party"
            done
            rvault app add property --change $K/change --dir $V --approval $K/change.committee.approval \
                --approval $K/change.property.approval
            (umask 077; printf 'Authorization: Bearer %s\\n' "$(cat $K/property.token)" > $K/property.auth)
            """)
        try scenario.importCommunity()
        return scenario
    }

    private func answer(_ file: String, by party: String, vkey: String = "$V/log.vkey") -> String {
        "rvault custodian answer \(file) --key $K/\(party).custodian --vkey \(vkey) --yes --lang en --passphrase-fd 3 3<<<'a phrase of \(party)'"
    }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func verified(_ scenario: Scenario) throws -> Bool {
        try scenario.succeed("rvault audit verify --dir $V --data").contains("verified")
    }

    @Test func `whoever forgot the passphrase comes back with a new letter that two custodians agreed to`() throws {
        let scenario = try made()
        let star = SmallCommunity.star
        try scenario.activateAndLogIn(star.name)
        let old = try scenario.letter(star.name)
        let asked = try json(
            try scenario.succeed(
                "rvault custodian request recover --login \(old.login) --reason lost-passphrase --letter $K/new --out $K/c --dir $V --json"))
        let id = try #require(asked["ceremony"] as? String)
        #expect((asked["files"] as? [String])?.count == 3)
        #expect(try scenario.succeed("stat -c %a $K/new $K/c $K/c/*") == "600\n700\n600\n600\n600\n")
        let carryOut = "rvault custodian carry-out --dir $V --lang en '\(id)'"

        // Nobody has agreed, then one has.
        #expect(try scenario.bash("\(carryOut) --letter $K/new").status == 1)
        let words = try scenario.succeed(answer("$K/c/ceremony-\(id)-committee.json", by: "committee"))
        #expect(words.contains("one resident gets a new letter") && words.contains("lost-passphrase"))
        #expect(!words.contains(star.name))
        try scenario.succeed("rvault custodian submit $K/c/*-committee.json.answer --dir $V")
        #expect(try scenario.bash("\(carryOut) --letter $K/new").status == 1)
        // Her letter and passphrase are as they were.
        #expect(try scenario.resident("me show")["name"] != nil || scenario.bash("rvault me show --dir $V --session $K/session").status == 0)

        try scenario.succeed(answer("$K/c/ceremony-\(id)-owners.json", by: "owners"))
        let taken = try scenario.succeed("rvault custodian submit $K/c/*-owners.json.answer --dir $V --lang en 2>&1")
        #expect(taken.contains("that is enough"))
        // Another letter than the one that was agreed to opens nothing.
        let other = try scenario.bash("\(carryOut) --code-fd 3 3<<<'\(old.code)'")
        #expect(other.status == 1)
        let done = try scenario.succeed("\(carryOut) --letter $K/new --json")
        #expect(try json(done)["state"] as? String == "closed")
        #expect(try json(done)["done"] as? Int == 1)

        // What she had before opens nothing any more.
        #expect(try scenario.bash("rvault me show --dir $V --session $K/session").status == 1)
        #expect(
            try scenario.bash(
                "rvault login '\(old.login)' --dir $V --session $K/s2 --passphrase-fd 4 4<<<'\(Scenario.passphrase)'").status == 1)
        let shown = try scenario.succeed(
            """
            code="$(sed -n 's/.*activation code: *//p' $K/new)"
            rvault activate --dir $V --code-fd 3 --passphrase-fd 4 3<<<"$code" 4<<<'other plain words here'
            rvault login '\(old.login)' --dir $V --session $K/s2 --passphrase-fd 4 4<<<'other plain words here'
            rvault me show --dir $V --session $K/s2
            """)
        #expect(shown.contains(star.name))
        #expect(try scenario.succeed("rvault custodian ceremonies --dir $V --json") == "{\"items\":[]}\n")
        // The app that a contract let in still reads her, and the log holds together with the data.
        let pid = try scenario.lookUp("property", "property.service", phone: star.phone)
        #expect(try scenario.read("property", "property.service", pid, ["person.name"])["fields"] as? [String: String] == ["person.name": star.name])
        #expect(try verified(scenario))
    }

    @Test func `custodians answer live, everyone's keys move, and apps go on reading`() throws {
        let scenario = try made()
        let asked = try json(
            try scenario.succeed("rvault custodian request rekey --all --reason stolen-disk --dir $V --json"))
        let id = try #require(asked["ceremony"] as? String)
        // Without its own key nobody is told anything.
        let listed = try scenario.succeed(
            "rvault custodian ceremonies --dir $V --key $K/owners.custodian --passphrase-fd 3 --lang en 3<<<'a phrase of owners'")
        #expect(listed.contains(id) && listed.contains("0/2"))
        for party in ["owners", "property"] {
            let said = try scenario.succeed(answer("--ceremony='\(id)' --dir $V", by: party))
            #expect(said.contains("For 12 people"))
        }
        #expect(try json(try scenario.succeed("rvault custodian carry-out --dir $V --json '\(id)'"))["done"] as? Int == 12)
        let star = SmallCommunity.star
        let pid = try scenario.lookUp("property", "property.service", phone: star.phone)
        #expect(try scenario.read("property", "property.service", pid, ["person.name"])["fields"] as? [String: String] == ["person.name": star.name])
        #expect(try verified(scenario))
    }

    @Test func `a contract is issued to everyone, and what kill -9 leaves over is asked again`() throws {
        let scenario = try made()
        try scenario.succeed(
            """
            rvault app keygen parking --out $K
            rvault app add parking --public $K/parking.pub --propose $K/second --dir $V
            for party in committee property; do
                rvault custodian approve $K/second --key $K/$party.custodian --yes --passphrase-fd 3 3<<<"a phrase of $party"
            done
            rvault app add parking --change $K/second --dir $V --approval $K/second.committee.approval \
                --approval $K/second.property.approval
            (umask 077; printf 'Authorization: Bearer %s\\n' "$(cat $K/parking.token)" > $K/parking.auth)
            """)
        /// Asks and lets two custodians answer; nil once it concerns nobody.
        func asked() throws -> String? {
            let opened = try scenario.bash(
                "rvault custodian request issue --purpose parking.permit --reason new-contract --dir $V --json")
            guard opened.status == 0, let id = try json(opened.out)["ceremony"] as? String else { return nil }
            for party in ["committee", "owners"] { try scenario.succeed(answer("--ceremony='\(id)' --dir $V", by: party)) }
            return id
        }
        // Killed while it is carried out, at some moment; what was acknowledged stays, the rest is asked about again.
        let first = try #require(try asked())
        _ = try scenario.bash(
            "rvault custodian carry-out --dir $V '\(first)' & sleep 0.0\(Int.random(in: 1...9)); kill -9 \(scenario.daemonPID); wait")
        scenario.kill()
        try scenario.start()
        #expect(try verified(scenario))
        var done = 0
        if let second = try asked() {
            done = try #require(
                try json(try scenario.succeed("rvault custodian carry-out --dir $V --json '\(second)'"))["done"] as? Int)
        }
        #expect(done <= 12)
        #expect(try asked() == nil)
        let star = SmallCommunity.star
        let pid = try scenario.lookUp("parking", "parking.permit", phone: star.phone)
        #expect(try scenario.read("parking", "parking.permit", pid, ["person.name"])["fields"] != nil)
        #expect(try verified(scenario))
    }

    @Test func `a guardian comes to act for a ward by a list that custodians read, and what concerns nobody is not asked`() throws {
        let scenario = try made()
        let (guardian, ward) = (try scenario.letter(SmallCommunity.star.name), try scenario.letter(SmallCommunity.people[2].name))
        try scenario.activateAndLogIn(SmallCommunity.star.name)
        let asked = try json(
            try scenario.succeed(
                """
                printf 'ward,delegate\n\(ward.login),\(guardian.login)\n' >$K/guardians.csv
                rvault custodian request delegate --list $K/guardians.csv --field person.name --field contact.phone \
                    --until 2027-08-31 --reason guardians --dir $V --json
                """))
        let id = try #require(asked["ceremony"] as? String)
        for party in ["committee", "owners"] {
            let said = try scenario.succeed(answer("--ceremony='\(id)' --dir $V --policies $REPO/Policies", by: party))
            #expect(said.contains("acts for") && said.contains("(contact.phone)") && said.contains("a guardian's consent"))
        }
        let done = try json(try scenario.succeed("rvault custodian carry-out --dir $V --json '\(id)'"))
        #expect(done["done"] as? Int == 1 && done["failed"] as? Int == 0)
        for nobody in ["entrust --all", "issue --purpose property.service"] {
            #expect(try scenario.bash("rvault custodian request \(nobody) --reason again --dir $V").status == 1, "\(nobody)")
        }
        // A purpose that rests on consent is not given by custodians.
        let consent = try scenario.bash("rvault custodian request issue --purpose parking.contact --reason again --dir $V --lang en")
        #expect(consent.status == 1)
        #expect(try verified(scenario))
    }

    @Test func `a file that was tampered with, or a log that is not the party's own, gets no agreement`() throws {
        let scenario = try made()
        let asked = try json(
            try scenario.succeed("rvault custodian request rekey --all --reason stolen-disk --out $K/c --dir $V --json"))
        let id = try #require(asked["ceremony"] as? String)
        let file = "$K/c/ceremony-\(id)-owners.json"
        try scenario.succeed("rvault init --dir $V-2 --policies $REPO/Policies")
        for (change, vkey, by) in [
            ("sed 's/stolen-disk/stolen-disc/'", "$V/log.vkey", "owners"), ("cat", "$V-2/log.vkey", "owners"),
            ("cat", "$V/log.vkey", "committee"), ("sed 's/\"login\":\"[0-9]*\"/\"login\":\"123456788\"/'", "$V/log.vkey", "owners"),
        ] {
            try scenario.succeed("\(change) \(file) >$K/x; rm -f $K/x.answer")
            let outcome = try scenario.bash(answer("$K/x", by: by, vkey: vkey))
            #expect(outcome.status == 1, "\(change) \(vkey) \(by): \(outcome.out)")
            #expect(try scenario.bash("ls $K/x.answer").status != 0)
        }
        try scenario.succeed(answer(file, by: "owners"))
        // Dropped, it takes no answer, and neither does a daemon that was started anew.
        try scenario.succeed("rvault custodian drop '\(id)' --dir $V")
        #expect(try scenario.bash("rvault custodian submit \(file).answer --dir $V").status == 1)
        #expect(try verified(scenario))
    }

    @Test func `a custodian who leaves seals their shares to a successor, who then opens what they opened`() throws {
        let scenario = try made()
        try scenario.succeed(
            """
            rvault custodian keygen clinic --out $K --passphrase-fd 3 3<<<'a phrase of clinic'
            rvault custodian shares owners --out $K/1 --dir $V
            rvault custodian reseal $K/1 --key $K/owners.custodian --to $K/clinic.custodian.pub --out $K/2 --yes --passphrase-fd 3 3<<<'a phrase of owners'
            rvault custodian accept $K/2 --key $K/clinic.custodian --out $K/3 --passphrase-fd 3 3<<<'a phrase of clinic'
            """)
        #expect(try scenario.succeed("stat -c %a $K/1 $K/2 $K/3") == "600\n600\n600\n")
        let outcome = try scenario.bash("rvault custodian take $K/3 --dir $V --lang en")
        #expect(outcome.status == 1, "\(outcome.out)")
        // Another party's shares are not theirs to seal.
        let foreign = try scenario.bash(
            """
            rvault custodian shares committee --out $K/4 --dir $V
            rvault custodian reseal $K/4 --key $K/owners.custodian --to $K/clinic.custodian.pub --out $K/5 --yes --passphrase-fd 3 3<<<'a phrase of owners'
            """)
        #expect(foreign.status == 1)
        #expect(try scenario.bash("ls $K/5").status != 0)
        // Two others let the successor in; then the shares change hands, once.
        try scenario.succeed(
            """
            rvault custodian replace owners $K/clinic.custodian.pub --propose $K/replace --dir $V
            for party in committee property; do
                rvault custodian approve $K/replace --key $K/$party.custodian --yes --passphrase-fd 3 3<<<"a phrase of $party"
            done
            rvault custodian replace --change $K/replace --approval $K/replace.committee.approval \
                --approval $K/replace.property.approval --dir $V
            """)
        #expect(try json(try scenario.succeed("rvault custodian take $K/3 --dir $V --json"))["taken"] as? Int == 12)
        let again = try json(try scenario.succeed("rvault custodian take $K/3 --dir $V --json"))
        #expect(again["taken"] as? Int == 0 && again["outdated"] as? Int == 12)
        #expect(try verified(scenario))
        // With one who stayed the successor now opens everyone; who left answers nothing any more.
        let asked = try json(try scenario.succeed("rvault custodian request rekey --all --reason handover --dir $V --json"))
        let id = try #require(asked["ceremony"] as? String)
        #expect(try scenario.bash(answer("--ceremony='\(id)' --dir $V", by: "owners")).status == 1)
        for party in ["clinic", "committee"] {
            let said = try scenario.succeed(answer("--ceremony='\(id)' --dir $V", by: party))
            #expect(said.contains("For 12 people") && !said.contains("holds no share"))
        }
        let done = try json(try scenario.succeed("rvault custodian carry-out --dir $V --json '\(id)'"))
        #expect(done["done"] as? Int == 12 && done["failed"] as? Int == 0)
        #expect(try verified(scenario))
    }

    @Test func `lost key files are put together again by two custodians, who read the operator the request's number`() throws {
        let scenario = try made()
        let star = SmallCommunity.star
        scenario.stop()
        let out = try scenario.succeed(
            """
            mv $V/service.key $V/pepper $K
            mkfifo $K/in
            rvault custodian restore-keys --dir $V --request $K/keys.request <$K/in >$K/said 2>&1 &
            exec 9>$K/in
            for i in $(seq 200); do test -s $K/keys.request && break; sleep 0.05; done
            for party in owners property; do
                rvault custodian answer $K/keys.request --key $K/$party.custodian --shares $V/key-shares-$party --yes --lang en \
                    --out $K/$party.answer --passphrase-fd 3 3<<<"a phrase of $party"
                echo $K/$party.answer >&9
            done
            exec 9>&-
            wait $!
            cmp $K/service.key $V/service.key; cmp $K/pepper $V/pepper
            cat $K/said
            """)
        #expect(out.contains("no log can vouch"))
        let number = try #require(out.firstMatch(of: /with the operator, in person or over the telephone: ([0-9 ]+)\./)?.1)
        #expect(out.contains("must be \(number)"))
        try scenario.start()
        let pid = try scenario.lookUp("property", "property.service", phone: star.phone)
        #expect(try scenario.read("property", "property.service", pid, ["person.name"])["fields"] as? [String: String] == ["person.name": star.name])
        #expect(try verified(scenario))
    }
}
