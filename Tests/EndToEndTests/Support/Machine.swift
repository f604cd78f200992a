import Foundation

/// What this machine has. A test that needs more than Swift says so and is skipped without it.
enum Machine {
    static let isRoot = geteuid() == 0

    /// The program's path; nil if it is not installed.
    static func tool(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static let curl = tool("curl")
    static let setpriv = tool("setpriv")
    static let strace = tool("strace")
    static let python = tool("python3")

    /// Whether a process may be traced here: containers often forbid it.
    static let canTrace: Bool = {
        guard let strace, let child = try? Child.start(strace, ["-f", "-o", "/dev/null", "true"]) else { return false }
        return child.finish().status == 0
    }()

    /// Whether a filesystem in memory can be mounted here.
    static let canMount: Bool = {
        guard isRoot, let folder = try? TemporaryFolder.make() else { return false }
        defer { TemporaryFolder.remove(folder) }
        guard let disk = try? SmallDisk.mount(at: folder, bytes: 1 << 20) else { return false }
        disk.unmount()
        return true
    }()
}

/// Directories under `/tmp`: a socket's address holds 103 bytes, so the path must be short whatever `TMPDIR` says.
enum TemporaryFolder {
    static func make() throws -> String {
        var template = Array("/tmp/rv-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Unexpected("cannot make a directory under /tmp") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}

/// A small filesystem in memory, to be filled up.
struct SmallDisk {
    let path: String

    static func mount(at path: String, bytes: Int) throws -> SmallDisk {
        guard let mount = Machine.tool("mount") else { throw Unexpected("there is no mount") }
        let outcome = try Child.start(mount, ["-t", "tmpfs", "-o", "size=\(bytes),mode=755", "tmpfs", path]).finish()
        guard outcome.status == 0 else { throw Unexpected("cannot mount: \(outcome.errors)") }
        return SmallDisk(path: path)
    }

    func unmount() {
        guard let umount = Machine.tool("umount") else { return }
        _ = try? Child.start(umount, [path]).finish()
    }
}

/// Something that a scenario rests on did not happen.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
