internal import VaultAPI
internal import VaultModel

/// On whose word a record rests, as its resident reads it first.
enum StandingText {
    static func sentences(_ me: MeView, _ language: Language) -> [Sentence] {
        var sentences: [Sentence] = []
        // A company that left comes first: it is news.
        for handover in me.standing?.handovers ?? [] {
            sentences.append(
                Sentence(
                    RulesText.handedOver, handover.from.text(in: language), handover.to.text(in: language),
                    handover.ended.localDay))
        }
        if me.custodians == 0 {
            sentences.append(Sentence(ConsentText.noCustodians))
        } else {
            let names = (me.standing?.custodians ?? []).map { $0.text(in: language) }
                .joined(separator: language == .chinese ? "、" : ", ")
            sentences.append(Sentence(CustodyText.custodiansAre, "\(me.threshold)", "\(me.custodians)", names))
        }
        if let held = me.standing?.operatorHeld, !held.isEmpty {
            sentences.append(Sentence(RulesText.heldTokens, held.map(\.text).joined(separator: ", ")))
        }
        return sentences
    }
}
