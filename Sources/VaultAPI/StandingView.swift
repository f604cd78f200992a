package import VaultModel

/// On whose word a resident's record rests: custodians, tokens that the operator held, parties that left.
package struct StandingView: WireMessage, Equatable {
    /// A party that handed over to another; its access of this resident is ended.
    package struct Handover: WireMessage, Equatable {
        package let from: LocalizedText
        package let to: LocalizedText
        package let ended: Instant

        package init(from: LocalizedText, to: LocalizedText, ended: Instant) {
            self.from = from
            self.to = to
            self.ended = ended
        }

        package init(json: JSON) throws(WireError) {
            self = try WireReader.read(json) { reader throws(WireError) in
                Self(
                    from: try reader.localized("from"), to: try reader.localized("to"), ended: try reader.instant("ended"))
            }
        }

        package var json: JSON { ["from": JSON(from), "to": JSON(to), "ended": JSON(ended)] }
    }

    /// The custodians' titles.
    package let custodians: [LocalizedText]
    /// Apps whose token the operator made.
    package let operatorHeld: [AppName]
    package let handovers: [Handover]

    package init(custodians: [LocalizedText], operatorHeld: [AppName], handovers: [Handover]) {
        self.custodians = custodians
        self.operatorHeld = operatorHeld
        self.handovers = handovers
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                custodians: try reader.list("custodians", cap: 16, allowsEmpty: true) { WireReader.localizedText($0) },
                operatorHeld: try reader.list("operator_held", cap: .max, allowsEmpty: true) { $0.string.flatMap(AppName.init) },
                handovers: try reader.messages("handovers"))
        }
    }

    package var json: JSON {
        [
            "custodians": .array(custodians.map { JSON($0) }),
            "operator_held": .array(operatorHeld.map { .string($0.text) }), "handovers": .array(handovers.map(\.json)),
        ]
    }
}
