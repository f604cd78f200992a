/// How long a backup may be kept: `restore` refuses an older one, and a certificate of erasure names the day on which the
/// last backup that still holds something of the person ends (design, promise 8).
package enum BackupLife {
    /// Five weeks: a monthly rotation and some days to notice.
    package static let days = 35
}
