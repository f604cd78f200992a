internal import Foundation
internal import VaultAudit

/// An exported log: `checkpoint`, `log.vkey` and `tile/…`, and nothing else (C2SP tlog-tiles as plain files).
struct TileDirectory {
    static let checkpointName = "checkpoint"
    static let keyName = "log.vkey"
    private static let draftSuffix = ".new"
    /// Stands after the name of what is neither file nor folder.
    private static let noFile = " (not a file)"

    let path: String

    init(_ path: String) { self.path = path }

    /// A file of it; nil if there is none.
    ///
    /// - Throws: `Failure(.refused)` for one that cannot be read, or is no file: a pipe would be waited for without end.
    func read(_ name: String) throws(Failure) -> [UInt8]? {
        let file = "\(path)/\(name)"
        var status = stat()
        guard lstat(file, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(.refused, Sentence(AuditFaults.notFile, file)) }
        return try SourceFile.read(file, limit: 1 << 25)
    }

    /// One entry of an exported log that was verified; nil if its tile is not there or holds fewer.
    ///
    /// - Parameter size: the log's size.
    func entry(_ index: UInt64, size: UInt64) throws -> [UInt8]? {
        let width = UInt64(TilePath.fullWidth)
        guard let path = TilePath.bundles(size: size).first(where: { $0.number == index / width }),
            let bundle = try read(path.text)
        else { return nil }
        let entries = try EntryBundle.entries(bundle, width: path.width)
        let place = Int(index % width)
        return place < entries.count ? entries[place] : nil
    }

    /// Writes a file in one step, durable before it returns.
    func write(_ name: String, _ bytes: [UInt8]) throws(Failure) {
        let file = "\(path)/\(name)"
        let folder = (file as NSString).deletingLastPathComponent
        if access(folder, F_OK) != 0 {
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch { throw PrivateFile.failure(.cannotCreate, folder) }
        }
        let draft = file + Self.draftSuffix
        unlink(draft)
        try PrivateFile.create(draft, mode: 0o644, bytes)
        guard rename(draft, file) == 0 else { throw PrivateFile.failure(.cannotWrite, file) }
        PrivateFile.syncDirectory(of: file)
    }

    func remove(_ name: String) { unlink("\(path)/\(name)") }

    /// Every file in it by its path from here, sorted; what is neither file nor folder is named too.
    func contents() -> [String] {
        var names: [String] = []
        func add(_ folder: String) {
            let full = folder.isEmpty ? path : "\(path)/\(folder)"
            let entries = (try? FileManager.default.contentsOfDirectory(atPath: full)) ?? []
            if entries.isEmpty, !folder.isEmpty { names.append(folder + "/") }
            for entry in entries {
                let name = folder.isEmpty ? entry : "\(folder)/\(entry)"
                var status = stat()
                guard lstat("\(path)/\(name)", &status) == 0 else { continue }
                switch status.st_mode & S_IFMT {
                case S_IFDIR: add(name)
                case S_IFREG: names.append(name)
                // A link leads out of the directory; it is no part of an export.
                default: names.append(name + Self.noFile)
                }
            }
        }
        add("")
        return names.sorted()
    }

    /// Makes the directory, or checks that what lies in it is an export of ours, and clears what a run that was cut off
    /// left: drafts, and tiles beyond what the checkpoint says.
    ///
    /// - Parameter size: what the checkpoint says; 0 without one.
    func prepare(size: UInt64) throws(Failure) {
        if access(path, F_OK) != 0 {
            do {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            } catch { throw PrivateFile.failure(.cannotCreate, path) }
        }
        let strays = contents().filter { name in
            ![Self.checkpointName, Self.keyName].contains(name) && TilePath(parsing: name)?.belongs(toSize: size) != true
        }
        // Everything is looked at before anything goes: a directory of somebody else's is left alone.
        for name in strays {
            let isDraft = name.hasSuffix(Self.draftSuffix)
            let plain = isDraft ? String(name.dropLast(Self.draftSuffix.count)) : name
            let isOurs = TilePath(parsing: plain) != nil || (isDraft && [Self.checkpointName, Self.keyName].contains(plain))
            guard isOurs || name.hasPrefix("tile/") && name.hasSuffix("/") else {
                throw Failure(.refused, Sentence(AuditFaults.notAnExport, path, name), hint: Sentence(AuditHints.emptyDirectory))
            }
        }
        for name in strays {
            name.hasSuffix("/") ? _ = rmdir("\(path)/\(name)") : remove(name)
        }
    }

    /// Removes folders that nothing lies in any more, such as those of old partial tiles.
    func removeEmptyFolders() {
        while true {
            let empty = contents().filter { $0.hasSuffix("/") }
            guard !empty.isEmpty, empty.allSatisfy({ rmdir("\(path)/\($0)") == 0 }) else { return }
        }
    }
}
