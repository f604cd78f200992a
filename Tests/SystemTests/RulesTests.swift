import Foundation
import Testing

/// Rules that change, through the real programs.
@Suite struct RulesTests {
    private func made() throws -> Scenario {
        let scenario = try Scenario()
        for party in ["committee", "owners", "property", "clinic"] {
            try scenario.succeed("printf 'a phrase of \(party)\\n' >$K/words; rvault custodian keygen \(party) --out $K --passphrase-fd 3 3<$K/words")
        }
        try scenario.succeed(
            """
            cp -r $REPO/Policies $K/policies; rm $K/policies/purposes/*.cases.yaml
            rvault init --dir $V --policies $K/policies --threshold 2 \
            --custodian $K/committee.custodian.pub --custodian $K/owners.custodian.pub --custodian $K/property.custodian.pub
            """)
        try scenario.start()
        return scenario
    }

    /// Signatures of some custodians over a change; returns what the last of them read.
    @discardableResult
    private func sign(_ file: String, _ parties: [String], in scenario: Scenario) throws -> String {
        try scenario.succeed(
            """
            for party in \(parties.joined(separator: " ")); do
                echo "a phrase of $party" >$K/words
                rvault custodian approve $K/\(file) --key $K/$party.custodian --yes --passphrase-fd 3 --lang en 3<$K/words
            done
            """)
    }

    private func approvals(_ file: String, _ parties: [String]) -> String {
        "--change $K/\(file) " + parties.map { "--approval $K/\(file).\($0).approval" }.joined(separator: " ")
    }

    private func register(_ app: String, _ parties: [String], in scenario: Scenario) throws {
        try scenario.succeed("rvault app keygen \(app) --out $K; rvault app add \(app) --public $K/\(app).pub --propose $K/\(app).change --dir $V")
        try sign("\(app).change", parties, in: scenario)
        try scenario.succeed(
            """
            rvault app add \(app) \(approvals("\(app).change", parties)) --dir $V
            (umask 077; printf 'Authorization: Bearer %s\\n' "$(cat $K/\(app).token)" > $K/\(app).auth)
            """)
    }

    @Test func `policies are loaded with approval, a custodian is replaced, a company hands over, and everyone is told`() throws {
        let scenario = try made()
        for app in ["property", "parking"] { try register(app, ["owners", "property"], in: scenario) }
        for app in ["health", "education", "committee"] { try register(app, ["committee", "owners"], in: scenario) }
        try scenario.importCommunity()

        // A purpose that asks nobody sees one field more: its version must rise, and custodians must sign.
        try scenario.succeed("sed -i 's/^  person.name: {form: masked}/  person.name: {form: raw}/' $K/policies/purposes/parking.permit.yaml")
        let sameVersion = try scenario.bash("rvault policy load $K/policies --dir $V --lang en")
        #expect(sameVersion.status == 1)
        #expect(sameVersion.out.contains("parking.permit.yaml:3: fields changed, so the version must be above 1"))
        try scenario.succeed("sed -i 's/^version: 1/version: 2/' $K/policies/purposes/parking.permit.yaml")
        let alone = try scenario.bash("rvault policy load $K/policies --dir $V --lang en")
        #expect(alone.status == 1)
        #expect(alone.err.contains("needs 2 custodians' signatures"))
        #expect(alone.out.contains("before: field 姓名 / Name (person.name): partly hidden"))
        try scenario.succeed("rvault policy load $K/policies --propose $K/policy.change --dir $V")
        let read = try sign("policy.change", ["committee", "owners"], in: scenario)
        #expect(read.contains("NO resident is asked") && read.contains("(person.name): in full"))
        let few = try scenario.bash("rvault policy load \(approvals("policy.change", ["owners"])) --dir $V")
        #expect(few.status == 1)
        let other = try scenario.bash("rvault custodian add \(approvals("policy.change", ["committee", "owners"])) --dir $V --lang en")
        #expect(other.status == 1 && other.err.contains("holds another change"))
        try scenario.succeed("rvault policy load \(approvals("policy.change", ["committee", "owners"])) --dir $V")
        let again = try scenario.bash("rvault policy load \(approvals("policy.change", ["committee", "owners"])) --dir $V")
        #expect(again.status == 1)

        // Narrowing is the operator's alone.
        try scenario.succeed("sed -i 's/reads_per_day: 50/reads_per_day: 20/' $K/policies/purposes/parking.permit.yaml; rvault policy load $K/policies --dir $V")

        // The clinic takes the property company's place among the custodians.
        try scenario.succeed("rvault custodian replace property $K/clinic.custodian.pub --propose $K/custodians.change --dir $V")
        let list = try sign("custodians.change", ["committee", "property"], in: scenario)
        #expect(list.contains("clinic, public keys"))
        let replaced = try scenario.bash("rvault custodian replace \(approvals("custodians.change", ["committee", "property"])) --dir $V --lang en")
        #expect(replaced.status == 0 && (replaced.out + replaced.err).contains("/key-shares-NAME"))
        #expect(try scenario.succeed("ls $V").contains("key-shares-clinic"))
        let custodians = try scenario.succeed("rvault custodian list --dir $V --lang en")
        #expect(custodians.contains("clinic") && !custodians.contains("property") && custodians.contains("2 of them act together"))

        // The company changes.
        try scenario.succeed(
            """
            cd $K/policies
            cat >>parties.yaml <<'YAML'
              newcomer:
                title: {zh: 新物业公司, en: New property company}
                contact: {zh: 窗口, en: The desk}
                apps: [newparking, newproperty]
            YAML
            for file in purposes/parking.contact purposes/parking.permit purposes/property.service; do
                sed -i 's/^party: property/party: newcomer/; s/^app: /app: new/; s/^version: 2/version: 3/; s/^version: 1/version: 2/' $file.yaml
            done
            """)
        let early = try scenario.bash("rvault policy check $K/policies")
        #expect(early.status == 0, "\(early.out)")
        try scenario.succeed("rvault party handover property newcomer --policies $K/policies --propose $K/handover.change --dir $V")
        let told = try sign("handover.change", ["committee", "clinic"], in: scenario)
        #expect(told.contains("take the place of 物业服务公司 / Property company (property)"))
        let ended = try scenario.succeed("rvault party handover \(approvals("handover.change", ["committee", "clinic"])) --dir $V --lang en")
        #expect(ended.contains("permissions ended with it"))
        let refused = try scenario.call("property", "GET", "/v1/whoami")
        #expect(refused.status == 401)
        #expect(try scenario.succeed("rvault party list --dir $V --lang en").contains("left; newcomer came after"))
        let doctor = try scenario.succeed("rvault doctor --dir $V --lang en")
        #expect(doctor.contains("the rules rest on 2 of 3 custodians"))
        try register("newproperty", ["committee", "owners"], in: scenario)
        #expect(try scenario.succeed("rvault doctor --dir $V --lang en").contains("the app newproperty holds no permission for its purpose property.service"))

        // A resident reads it first.
        try scenario.activateAndLogIn(SmallCommunity.people[0].name)
        let screen = try scenario.succeed("rvault me --dir $V --session $K/session --lang en")
        #expect(screen.contains("New property company took the place of Property company on"))
        #expect(screen.contains("This vault has 3 custodians"))
        #expect(try scenario.succeed("rvault me history --dir $V --session $K/session --lang en").contains("another party took over"))
        #expect(try scenario.succeed("rvault audit verify --dir $V --data").contains("verified"))
    }

    @Test(.enabled(if: Machine.canTrace, "needs strace, and the right to trace"))
    func `a party's handover that is killed at each of its steps is made whole by the next start, or was never made`() throws {
        let scenario = try Scenario.running(apps: ["property", "parking"])
        // Enough for several of the transactions in which permissions end.
        var register = "姓名,性别,身份证号,出生日期,手机号,楼栋,单元,房号,与户主关系,民族,居住类型,低保,独居老人,残疾等级,户编号\r\n"
        for index in 0..<40 {
            let born = "19\(40 + index)-05-1\(index % 10)"
            register += "住户\(index),男,\(SmallCommunity.idNumber(born: born, sequence: 100 + index)),\(born),138\(10_000_000 + index),9栋,1单元,\(index),户主,汉族,业主,否,,,H\(index)\r\n"
        }
        try register.write(toFile: scenario.root + "/many.csv", atomically: true, encoding: .utf8)
        try scenario.succeed("rvault import --dir $V --plan $REPO/Policies/imports/community.yaml --letters $K/letters --json $K/../many.csv")
        try scenario.succeed(
            """
            cp -r $REPO/Policies $K/policies; rm $K/policies/purposes/*.cases.yaml; cd $K/policies
            cat >>parties.yaml <<'YAML'
              newcomer:
                title: {zh: 新物业公司, en: New property company}
                contact: {zh: 窗口, en: The desk}
                apps: [newparking, newproperty]
            YAML
            for file in purposes/parking.contact purposes/parking.permit purposes/property.service; do
                sed -i 's/^party: property/party: newcomer/; s/^app: /app: new/; s/^version: 1/version: 2/' $file.yaml
            done
            """)
        scenario.stop()
        try scenario.succeed("cp -a $V $K/base")
        func ended() throws -> Int {
            try scenario.succeed("rvault audit log --dir $V --action terminated --limit 1000 --json")
                .components(separatedBy: "\"action\":\"terminated\"").count - 1
        }
        let handover = "rvault party handover property newcomer --policies $K/policies --dir $V"
        var (whole, kills, resumed) = (0, 0, 0)
        for turn in 0..<60 {
            try scenario.succeed("rm -rf $V; cp -a $K/base $V")
            try scenario.start(["--allow-tracing"])
            let outcome = try scenario.bash(
                turn == 0
                    ? handover
                    : """
                    strace -f -qq -o /dev/null -p \(scenario.daemonPID) -e trace=fdatasync,fsync -e inject=fdatasync,fsync:signal=KILL:when=\(turn) &
                    tracer=$!; sleep 0.5; \(handover); code=$?
                    kill -9 $tracer 2>/dev/null; wait $tracer; exit $code
                    """)
            if turn == 0 {
                #expect(outcome.status == 0, "\(outcome.err)")
                whole = try ended()
                #expect(whole > 32, "three chunks")
                scenario.stop()
                continue
            }
            scenario.kill()
            try scenario.start()
            if try scenario.call("property", "GET", "/v1/whoami").status == 401 {
                for _ in 0..<200 {
                    if try ended() == whole { break }
                    Thread.sleep(forTimeInterval: 0.05)
                }
                #expect(try ended() == whole, "turn \(turn)")
                // The start's own have another request than the change.
                let requests = try scenario.succeed("rvault audit log --dir $V --action terminated --limit 1000 --json")
                    .components(separatedBy: "\"request\":\"").dropFirst().map { $0.prefix(22) }
                if Set(requests).count > 1 { resumed += 1 }
            } else {
                #expect(try ended() == 0)
            }
            #expect(try scenario.succeed("rvault audit verify --dir $V --data").contains("verified"))
            scenario.stop()
            guard outcome.status != 0 else { break }
            kills += 1
        }
        // Both before the change was made, and after it with ends still to come.
        #expect(kills > 2 && resumed > 0)
    }
}
