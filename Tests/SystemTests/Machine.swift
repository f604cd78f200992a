import Foundation

/// What this machine lets a test do. A container may have the tool and forbid the call, so each is tried once.
enum Machine {
    /// Whether a file system can be mounted.
    static let canMount = tries("mkdir $V && mount -t tmpfs -o size=1m none $V && umount $V")
    /// Whether a process can be traced.
    static let canTrace = tries("strace -f -qq -o /dev/null true")
    /// Whether another process's memory can be read.
    static let canReadMemory = tries("python3 -c 'open(\"/proc/1/mem\", \"rb\")'")

    private static func tries(_ script: String) -> Bool {
        guard Scenario.isRoot, let scenario = try? Scenario() else { return false }
        return (try? scenario.bash(script).status) == 0
    }
}
