/// How much one request may ask. They stand here so that client and daemon agree; the daemon refuses beyond them.
package enum WireLimits {
    /// Residents of one read (design, section 6: at most 500 a request).
    package static let residents = 500
    /// Residents of one entry of such a read. Their opening takes a few milliseconds of an event loop.
    package static let residentsPerPiece = 64
    /// Fields of one request; no policy here has as many.
    package static let fields = 64
    /// Lines of one import request; they become one durable entry.
    package static let importLines = 64
    /// Any request's body, in bytes.
    package static let body = 1 << 20
    /// A subject's value, such as an ID number or a phone, in bytes.
    package static let subjectValue = 256
    /// A passphrase, in bytes: room for any sentence in Chinese.
    package static let passphrase = 512
    /// A staff id or case reference, in bytes.
    package static let reference = 128
    /// People that a ceremony names one by one; their list fits one body.
    package static let ceremonyPeople = 10_000
    /// Items of one page of a list.
    package static let page = 500
}
