/// Why a purpose may read: the closed list of design section 5. PIPL art. 13 knows no legitimate interest, so there is none.
public enum LegalBasis: String, Sendable, CaseIterable {
    case consent
    /// Separate consent for sensitive data (PIPL art. 29).
    case consentSeparate = "consent.separate"
    case consentWritten = "consent.written"
    /// A guardian's consent for a child under 14 (PIPL art. 31).
    case consentGuardian = "consent.guardian"
    /// Needed to perform a contract the resident is party to (PIPL art. 13(1)(2)).
    case contract
    /// A statutory duty, which must cite its law (PIPL art. 13(1)(3)).
    case statutory
    /// Life and health in an emergency (PIPL art. 13(1)(4)).
    case emergency
    /// Data the person made public (PIPL art. 13(1)(6)).
    case publicData = "public_data"
    case law

    /// Whether the resident must have agreed before anything is released.
    public var needsConsent: Bool {
        switch self {
        case .consent, .consentSeparate, .consentWritten, .consentGuardian: true
        case .contract, .statutory, .emergency, .publicData, .law: false
        }
    }

    /// Whether access stands even when the resident has restricted processing (decision order, step 3).
    public var overridesRestriction: Bool { self == .statutory || self == .emergency }
}

/// How much of a value an app gets, least revealing first (promise 7).
public enum DisclosureForm: String, Sendable, CaseIterable, Comparable {
    /// Yes or no to a predicate that stands in the policy.
    case answer
    /// One of the ranges that stand in the policy.
    case band
    /// The value with its identifying middle hidden.
    case masked
    /// The value itself.
    case raw

    private var rank: Int {
        switch self {
        case .answer: 0
        case .band: 1
        case .masked: 2
        case .raw: 3
        }
    }

    public static func < (left: DisclosureForm, right: DisclosureForm) -> Bool { left.rank < right.rank }
}

/// What a grant lets its recipient do with the fields.
public enum GrantAction: String, Sendable, CaseIterable, Comparable {
    case read
    case write
    /// Agreeing, refusing and ending in the resident's name: only a delegation has it.
    case grant

    /// What a policy can let an app do.
    public static var forApps: [GrantAction] { [.read, .write] }

    public static func < (left: GrantAction, right: GrantAction) -> Bool { left.rawValue < right.rawValue }
}

/// Where a grant stands in its life (design, section 5). Only `given` and `renewed` release.
public enum GrantState: String, Sendable, CaseIterable {
    case given
    case renewed
    case paused
    /// Ended by the resident.
    case withdrawn
    case expired
    /// Ended by the other side or with its app.
    case terminated
    case invalidated

    /// Whether a bundle exists and a read may be released.
    public var isLive: Bool { self == .given || self == .renewed }
}

/// Where an access request stands, as the resident sees it. Apps see only `open`, `given` or `closed`.
public enum RequestState: String, Sendable, CaseIterable {
    case requested
    case refused
    case given
    case expired
}

/// PIPL art. 28 divides personal information in two.
public enum Sensitivity: String, Sendable {
    case general
    case sensitive
}

/// A text in the two languages that residents read.
public struct LocalizedText: Hashable, Sendable {
    public let chinese: String
    public let english: String

    public init(chinese: String, english: String) {
        self.chinese = chinese
        self.english = english
    }
}
