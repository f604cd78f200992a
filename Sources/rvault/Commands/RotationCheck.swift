internal import Foundation
internal import VaultAPI
internal import VaultClient
internal import VaultModel

/// What `rvault doctor` says of keys: what is under way, and what is due.
enum RotationCheck {
    /// A key that has served for so many days is due to be changed.
    private static let longestDays = 365

    static func notes(_ client: VaultClient) async throws -> [Sentence] {
        let status = try await client.call(.rotations, as: RotationStatus.self)
        let now = Instant(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
        var notes: [Sentence] = []
        for rotation in status.rotations {
            if rotation.finished == nil {
                notes.append(
                    Sentence(
                        RotationText.underWay, rotation.kind, "\(rotation.done)/\(rotation.total)", "\(rotation.failed)"))
            } else if rotation.failed > 0 {
                notes.append(Sentence(RotationText.standsStill, rotation.kind, "\(rotation.failed)"))
            }
        }
        if let days = days(from: status.serviceKeySince, to: now) { notes.append(Sentence(RotationText.keyIsOld, "\(days)")) }
        if let days = days(from: status.pepperSince, to: now) { notes.append(Sentence(RotationText.pepperIsOld, "\(days)")) }
        if isBackupDue(status) { notes.append(Sentence(RotationText.backupIsDue)) }
        if status.underOldPepper > 0 { notes.append(Sentence(RotationText.underOldPepper, "\(status.underOldPepper)")) }
        if status.stale > 0 { notes.append(Sentence(RotationText.fieldsWait, "\(status.stale)")) }
        for app in status.apps {
            if let until = app.until {
                notes.append(Sentence(RotationText.appBetween, app.name.text, until.localMinute, "\(app.waiting)"))
            } else {
                notes.append(Sentence(RotationText.appWaits, app.name.text, "\(app.waiting)"))
            }
        }
        return notes
    }

    /// Whether the last backup is under a key that was changed since. While the service key moves none can be made.
    static func isBackupDue(_ status: RotationStatus) -> Bool {
        guard let last = status.lastBackup else { return false }
        let isMoving = status.rotations.contains { $0.kind == "service_key" && $0.finished == nil }
        return !isMoving && last < max(status.serviceKeySince, status.pepperSince)
    }

    /// How many days, if they are too many.
    private static func days(from start: Instant, to end: Instant) -> Int64? {
        let days = (end.milliseconds - start.milliseconds) / 86_400_000
        return days >= longestDays ? days : nil
    }
}
