internal import VaultModel

/// The vault's own terms, as residents say them.
enum TermText: CatalogueKey {
    case yes, no
    case formRaw, formMasked, formBand, formAnswer
    case stateGiven, stateRenewed, statePaused, stateWithdrawn, stateExpired, stateTerminated, stateInvalidated
    case requestRequested, requestRefused, requestGiven, requestExpired
    case basisConsent, basisSeparate, basisWritten, basisGuardian, basisContract, basisStatutory, basisEmergency
    case basisPublic, basisLaw

    var phrase: Phrase {
        switch self {
        case .yes: Phrase(zh: "是", en: "yes")
        case .no: Phrase(zh: "否", en: "no")
        case .formRaw: Phrase(zh: "原样", en: "in full")
        case .formMasked: Phrase(zh: "遮住一部分", en: "partly hidden")
        case .formBand: Phrase(zh: "只给范围", en: "as a range")
        case .formAnswer: Phrase(zh: "只回答是或否", en: "yes or no only")
        case .stateGiven, .stateRenewed: Phrase(zh: "有效", en: "in force")
        case .statePaused: Phrase(zh: "已暂停", en: "paused")
        case .stateWithdrawn: Phrase(zh: "您已收回", en: "taken back by you")
        case .stateExpired: Phrase(zh: "已到期", en: "run out")
        case .stateTerminated: Phrase(zh: "对方已结束", en: "ended by the other side")
        case .stateInvalidated: Phrase(zh: "已作废", en: "declared void")
        case .requestRequested: Phrase(zh: "等您答复", en: "waits for your answer")
        case .requestRefused: Phrase(zh: "您已拒绝", en: "refused by you")
        case .requestGiven: Phrase(zh: "您已同意", en: "agreed by you")
        case .requestExpired: Phrase(zh: "已过期", en: "lapsed")
        case .basisConsent: Phrase(zh: "您的同意", en: "your consent")
        case .basisSeparate: Phrase(zh: "您的单独同意", en: "your separate consent")
        case .basisWritten: Phrase(zh: "您的书面同意", en: "your written consent")
        case .basisGuardian: Phrase(zh: "监护人的同意", en: "a guardian's consent")
        case .basisContract: Phrase(zh: "合同需要", en: "needed for a contract with you")
        case .basisStatutory: Phrase(zh: "法定职责", en: "a duty by law")
        case .basisEmergency: Phrase(zh: "紧急救助", en: "an emergency")
        case .basisPublic: Phrase(zh: "您自己公开的", en: "made public by you")
        case .basisLaw: Phrase(zh: "法律规定", en: "the law")
        }
    }

    init(_ form: DisclosureForm) {
        self =
            switch form {
            case .raw: .formRaw
            case .masked: .formMasked
            case .band: .formBand
            case .answer: .formAnswer
            }
    }

    init(_ state: GrantState) {
        self =
            switch state {
            case .given: .stateGiven
            case .renewed: .stateRenewed
            case .paused: .statePaused
            case .withdrawn: .stateWithdrawn
            case .expired: .stateExpired
            case .terminated: .stateTerminated
            case .invalidated: .stateInvalidated
            }
    }

    init(_ state: RequestState) {
        self =
            switch state {
            case .requested: .requestRequested
            case .refused: .requestRefused
            case .given: .requestGiven
            case .expired: .requestExpired
            }
    }

    init(_ basis: LegalBasis) {
        self =
            switch basis {
            case .consent: .basisConsent
            case .consentSeparate: .basisSeparate
            case .consentWritten: .basisWritten
            case .consentGuardian: .basisGuardian
            case .contract: .basisContract
            case .statutory: .basisStatutory
            case .emergency: .basisEmergency
            case .publicData: .basisPublic
            case .law: .basisLaw
            }
    }
}
