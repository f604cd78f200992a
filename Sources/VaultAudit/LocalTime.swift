internal import VaultModel

/// Days and hours as people in the vault's zone count them.
extension Instant {
    /// Drawn into what a log's times can be.
    var inLog: Instant { Instant(milliseconds: max(0, min(milliseconds, JSON.integerLimit))) }

    /// Days from 1970-01-01 in the vault's zone.
    var localDayNumber: Int64 { (milliseconds + Self.zoneOffsetSeconds * 1000) / 86_400_000 }

    var localHour: Int { Int((milliseconds + Self.zoneOffsetSeconds * 1000) / 3_600_000 % 24) }

    /// The beginning of a day in the vault's zone.
    init(localDayNumber day: Int64) {
        self.init(milliseconds: day * 86_400_000 - Self.zoneOffsetSeconds * 1000)
    }
}
