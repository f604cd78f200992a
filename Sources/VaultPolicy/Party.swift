package import VaultModel

/// One of the bodies that handle residents' data: the residents' committee, the property company, the clinic.
package struct Party: Sendable, Equatable {
    /// Its name in policies, for example `property`.
    package let name: String
    package let title: LocalizedText
    /// Where a resident reaches it (PIPL art. 17 (1)): a phone number or a counter, as it is to be read.
    package let contact: LocalizedText
    /// The apps that act for it, sorted. No app acts for two.
    package let apps: [AppName]

    var json: JSON {
        ["title": title.json, "contact": contact.json, "apps": .array(apps.map { .string($0.text) })]
    }
}

extension LocalizedText {
    /// `{"zh": …, "en": …}`.
    package var json: JSON { ["zh": .string(chinese), "en": .string(english)] }
}
