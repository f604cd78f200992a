internal import VaultAudit
internal import VaultModel

/// Shows what a verification found.
struct VerificationText {
    let console: Console

    /// - Parameters:
    ///   - kept: sizes of checkpoints from elsewhere that it was compared with.
    ///   - witnesses: who had to have cosigned.
    func show(_ verification: LogVerification, kept: [UInt64], witnesses: [VerifierKey]) {
        if console.json { return console.answer(Self.json(verification)) }
        for finding in verification.findings { console.say(finding.description) }
        if verification.findingsLeftOut > 0 { console.say(AuditText.leftOut, "\(verification.findingsLeftOut)") }
        for made in verification.breaks { console.say(AuditText.verifiedBreak, made.backup.made.localMinute, "\(made.size)", made.origin) }
        guard verification.isSound else { return console.say(AuditText.failed, "\(verification.findings.count)") }
        console.say(AuditText.verified, "\(verification.size)")
        console.say(AuditText.verifiedRoot, Hex.encode(verification.root))
        for size in kept { console.say(AuditText.verifiedKept, "\(size)") }
        for witness in witnesses { console.say(AuditText.verifiedWitness, witness.name) }
        if kept.isEmpty, witnesses.isEmpty { console.note(AuditText.onlyInside) }
    }

    static func json(_ verification: LogVerification) -> JSON {
        let findings = verification.findings.map { finding -> JSON in
            var members: [String: JSON] = [
                "kind": .string(finding.kind.rawValue), "text": .string(finding.description),
            ]
            if case .entry(let index) = finding.place { members["entry"] = .integer(Int64(index)) }
            return .object(members)
        }
        let breaks = verification.breaks.map { made -> JSON in
            [
                "size": .integer(Int64(made.size)), "origin": .string(made.origin),
                "backup": .string(made.backup.made.rfc3339),
            ]
        }
        var answer: [String: JSON] = [
            "sound": .bool(verification.isSound), "size": .integer(Int64(verification.size)),
            "root": .string(Hex.encode(verification.root)), "findings": .array(findings),
            "left_out": .integer(Int64(verification.findingsLeftOut)),
            "counts": .object(
                Dictionary(uniqueKeysWithValues: verification.counts.map { ($0.key.rawValue, .integer(Int64($0.value))) })),
        ]
        if !breaks.isEmpty { answer["breaks"] = .array(breaks) }
        return .object(answer)
    }
}
