internal import Foundation

/// The files of a policy directory. What cannot be read, or does not belong there, is a finding.
struct PolicyFolder {
    let path: String
    private(set) var findings: [PolicyFinding] = []

    init(path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// - Throws: `PolicyError` when there is no such directory, for then nothing else is worth saying.
    func checkExists() throws(PolicyError) {
        guard !isDirectory(path) else { return }
        throw PolicyError(findings: [PolicyFinding(file: path, line: 0, reason: "there is no such directory")])
    }

    mutating func note(_ reason: String, at file: String) {
        findings.append(PolicyFinding(file: "\(path)/\(file)", line: 0, reason: reason))
    }

    /// Notes what stands in the directory itself and is neither of these.
    mutating func noteUnexpected(files: [String], folders: [String]) {
        for name in entries(of: path) {
            let isFolder = isDirectory("\(path)/\(name)")
            guard !(isFolder ? folders : files).contains(name) else { continue }
            note(
                "not a part of the policies, which are \((files + folders.map { $0 + "/" }).joined(separator: ", "))",
                at: name)
        }
    }

    /// The files of one folder, relative to the directory, sorted. Every one must be YAML.
    mutating func files(in folder: String) -> [String] {
        guard isDirectory("\(path)/\(folder)") else {
            note("missing folder", at: folder)
            return []
        }
        var files: [String] = []
        for name in entries(of: "\(path)/\(folder)") {
            let file = "\(folder)/\(name)"
            if isDirectory("\(path)/\(file)") {
                note("a folder here would not be read", at: file)
            } else if name.hasSuffix(".yaml"), !name.hasPrefix(".") {
                files.append(file)
            } else {
                note("a policy file's name ends in .yaml", at: file)
            }
        }
        return files
    }

    /// `purposes/parking.permit.yaml` is `parking.permit`.
    static func stem(of file: String) -> String {
        let name = file.split(separator: "/").last ?? ""
        return String(name.dropLast(".yaml".count))
    }

    /// The content of a YAML file; nil with a finding when there is none.
    mutating func node(_ file: String) -> SourceNode? {
        guard let text = text(of: file) else { return nil }
        do throws(PolicyError) {
            if let node = try PolicyDocument.parse(text, file: "\(path)/\(file)") { return node }
            note("the file is empty", at: file)
        } catch {
            findings.append(contentsOf: error.findings)
        }
        return nil
    }

    private mutating func text(of file: String) -> String? {
        let location = URL(fileURLWithPath: "\(path)/\(file)").resolvingSymlinksInPath()
        let attributes = try? FileManager.default.attributesOfItem(atPath: location.path)
        guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular else {
            note(attributes == nil ? "missing file" : "not a file", at: file)
            return nil
        }
        guard let handle = try? FileHandle(forReadingFrom: location),
            let bytes = try? handle.read(upToCount: PolicyDocument.fileLimit + 1) ?? Data()
        else {
            note("the file cannot be read", at: file)
            return nil
        }
        guard bytes.count <= PolicyDocument.fileLimit else {
            note("the file is larger than \(PolicyDocument.fileLimit) bytes", at: file)
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            note("the file is not UTF-8", at: file)
            return nil
        }
        return text
    }

    private func entries(of folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
    }

    private func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}
