/// What the shell learns (design, section 8).
enum ExitStatus: Int32, Sendable {
    case done = 0
    /// The vault, a file or the person said no.
    case refused = 1
    case usage = 2
    /// No daemon answered, so nothing was done.
    case unreachable = 3
}
