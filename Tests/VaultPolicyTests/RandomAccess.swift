import VaultModel
@testable import VaultPolicy

/// SplitMix64 (Steele, Lea, Flood 2014): a failing run can be repeated from its seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

/// One random purpose, question and set of facts. Most parts fit together most of the time; each is wrong some of the
/// time, so that every clause of the decision order meets cases that only it refuses.
struct RandomAccess: Sendable {
    let policies: PolicySet
    let purpose: Purpose
    let question: AccessQuestion
    var grant: GrantFacts?
    let resident: ResidentFacts
    let usedToday: Int
    let now: Instant

    static let fieldNames = [
        "person.name", "person.nick", "person.born", "person.phone", "person.illnesses", "person.member",
        "person.points",
    ]
    .map(FieldName.of)
    private static let text = LocalizedText(chinese: "文", english: "text")

    init(_ random: inout SeededGenerator, fields: [FieldName: FieldDefinition]) {
        let purpose = Self.purpose(&random, fields: fields)
        self.purpose = purpose
        policies = PolicySet(
            parties: ["shop": Party(name: "shop", title: Self.text, contact: Self.text, apps: [.of("till")])],
            fields: fields, purposes: [purpose.name: purpose])
        question = Self.question(&random, purpose: purpose)
        let from = Instant(milliseconds: 1_700_000_000_000)
        grant = Self.seldom(&random, 20) ? nil : Self.grant(&random, purpose: purpose, from: from)
        let age = Self.seldom(&random, 2) ? Int.random(in: 0...100, using: &random) : nil
        resident = ResidentFacts(restricted: Self.seldom(&random, 12), age: age)
        usedToday = Self.seldom(&random, 4) ? Int.random(in: 0...6, using: &random) : 0
        now = from.advanced(
            bySeconds: Int64.random(in: -1...25, using: &random) * 86_400 + Int64.random(in: -1...1, using: &random))
    }

    private static func seldom(_ random: inout SeededGenerator, _ oneIn: Int) -> Bool {
        Int.random(in: 0..<oneIn, using: &random) == 0
    }

    private static func some<Item: Hashable>(_ items: [Item], _ random: inout SeededGenerator) -> Set<Item> {
        Set(items.filter { _ in Int.random(in: 0..<4, using: &random) > 0 })
    }

    private static func any<Item>(_ items: [Item], _ random: inout SeededGenerator) -> Item {
        items[Int.random(in: 0..<items.count, using: &random)]
    }

    private static func purpose(_ random: inout SeededGenerator, fields: [FieldName: FieldDefinition]) -> Purpose {
        var rules: [FieldName: FieldRule] = [:]
        for name in some(fieldNames, &random).sorted() {
            let hasBands = fields[name]?.type.canBeBanded == true && !seldom(&random, 3)
            rules[name] = FieldRule(
                form: any(DisclosureForm.allCases, &random), write: !seldom(&random, 4),
                bands: hasBands ? [10, 50] : nil,
                answer: seldom(&random, 2) ? .present : nil)
        }
        let actions = seldom(&random, 5) ? [any(GrantAction.allCases, &random)] : GrantAction.allCases.sorted()
        let newest = Int.random(in: 1...3, using: &random)
        return Purpose(
            name: .of("till.sale"), version: newest, oldestVersion: Int.random(in: 1...newest, using: &random),
            app: .of("till"),
            party: "shop", fields: rules, actions: actions, basis: any(LegalBasis.allCases, &random), citations: [],
            title: text,
            notice: text, necessity: text, impact: text, retentionDays: 30,
            limits: Limits(
                maxDays: Int.random(in: 10...40, using: &random), readsPerDay: Int.random(in: 1...8, using: &random),
                rowsPerRequest: Int.random(in: 2...6, using: &random)),
            requiresInitiator: seldom(&random, 2), requiresCase: seldom(&random, 2))
    }

    private static func question(_ random: inout SeededGenerator, purpose: Purpose) -> AccessQuestion {
        let known = seldom(&random, 10) ? fieldNames + [.of("person.shoe_size")] : purpose.fields.keys.sorted()
        let action: GrantAction = seldom(&random, 3) ? .write : .read
        let form =
            seldom(&random, 2) && (action == .read || seldom(&random, 8)) ? any(DisclosureForm.allCases, &random) : nil
        return AccessQuestion(
            app: .of(seldom(&random, 20) ? "stall" : "till"),
            purpose: .of(seldom(&random, 20) ? "till.gift" : "till.sale"),
            fields: some(known, &random).shuffled(using: &random), form: form, action: action,
            initiator: !seldom(&random, 8),
            caseReference: !seldom(&random, 8), rows: Int.random(in: 1...(seldom(&random, 4) ? 8 : 2), using: &random))
    }

    private static func grant(_ random: inout SeededGenerator, purpose: Purpose, from: Instant) -> GrantFacts {
        var forms: [FieldName: DisclosureForm] = [:]
        for field in some(fieldNames, &random).sorted() {
            forms[field] = seldom(&random, 2) ? any(DisclosureForm.allCases, &random) : .raw
        }
        return GrantFacts(
            state: seldom(&random, 4) ? any(GrantState.allCases, &random) : any([.given, .renewed], &random),
            recipient: .of(seldom(&random, 20) ? "stall" : "till"),
            purpose: .of(seldom(&random, 20) ? "till.gift" : "till.sale"),
            version: seldom(&random, 5) ? Int.random(in: 1...4, using: &random) : purpose.version, forms: forms,
            actions: seldom(&random, 5) ? some(GrantAction.allCases, &random) : Set(GrantAction.allCases),
            basis: seldom(&random, 3) ? any(LegalBasis.allCases, &random) : purpose.basis, from: from,
            until: from.advanced(bySeconds: Int64.random(in: 5...60, using: &random) * 86_400),
            readsPerDay: Int.random(in: 1...8, using: &random), rowsPerRequest: Int.random(in: 2...6, using: &random))
    }
}
