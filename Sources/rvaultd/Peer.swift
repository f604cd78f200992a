internal import CLinux
internal import Foundation
internal import NIOCore
internal import NIOPosix

/// Who is at the other end of a connection, as the kernel recorded it when they connected.
struct Peer: Sendable {
    let uid: UInt32
    let gid: UInt32
    let pid: Int32
    let groups: [UInt32]

    /// Asks the kernel once a connection, on the channel's event loop; nil if it does not say, which refuses.
    static func of(_ channel: any Channel) -> Peer? {
        let found = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            descriptor -> Peer? in
            var credentials = rv_peer()
            guard rv_peer_credentials(descriptor, &credentials) == 0 else { return nil }
            var groups = [UInt32](repeating: 0, count: 256)
            let count = max(0, rv_peer_groups(descriptor, &groups, Int32(groups.count)))
            return Peer(
                uid: credentials.uid, gid: credentials.gid, pid: credentials.pid, groups: Array(groups[..<Int(count)]))
        }
        return found ?? nil
    }

    /// Root, the daemon's own user, or a member of the configured group.
    func mayAdminister(group: gid_t?) -> Bool {
        if uid == 0 || uid == geteuid() { return true }
        guard let group else { return false }
        return gid == group || groups.contains(group)
    }
}
