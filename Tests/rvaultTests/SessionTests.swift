import Foundation
import Testing
import VaultCrypto
import VaultModel

@testable import rvault

@Suite struct SessionTests {
    private let folder = TestFolder()

    private func place(_ socket: String = "/x/rvault.sock") throws -> SessionPlace {
        try SessionPlace(file: nil, socket: socket, environment: ["XDG_RUNTIME_DIR": folder.path])
    }

    @Test func `a session lies in the runtime directory under a name of terminal and socket`() throws {
        let first = try place()
        #expect(first.path.hasPrefix(folder.path + "/rvault-"))
        #expect(first.path == (try place().path))
        #expect(first.path != (try place("/y/rvault.sock").path))
        #expect(!first.path.contains("rvault.sock"))
    }

    @Test func `a runtime directory that others may enter is not used`() throws {
        chmod(folder.path, 0o755)
        #expect(!(try place().path.hasPrefix(folder.path)))
    }

    @Test func `without a runtime directory a directory of the user's own is made`() throws {
        let path = try SessionPlace.folder(["TMPDIR": folder.path])
        // This machine may have a runtime directory of its own.
        if path.hasPrefix(folder.path) { #expect(TestFolder.mode(path) == 0o700) }
        #expect(TestFolder.mode(path).map { $0 & 0o077 } == 0)
    }

    @Test func `a link in place of the user's directory is refused`() throws {
        let path = try SessionPlace.folder(["TMPDIR": folder.path])
        guard path.hasPrefix(folder.path) else { return }
        rmdir(path)
        symlink("/tmp", path)
        let failure = #expect(throws: Failure.self) { try SessionPlace.folder(["TMPDIR": folder.path]) }
        #expect(failure?.message == Sentence(Faults.notPrivate, path))
    }

    @Test func `a session is kept with mode 0600, read back, replaced and removed`() throws {
        let file = SessionFile(place: try place())
        try file.keep(try SecretBytes(copying: Array("rvs_a_1".utf8)))
        #expect(TestFolder.mode(file.place.path) == 0o600)
        try file.keep(try SecretBytes(copying: Array("rvs_a_2".utf8)))
        #expect(try file.read().withBytes { Array($0) } == Array("rvs_a_2".utf8))
        #expect(folder.names().count == 1)
        file.remove()
        #expect(folder.names().isEmpty)
    }

    @Test func `without a session the hint is to log in`() throws {
        let file = SessionFile(place: try place())
        let failure = #expect(throws: Failure.self) { _ = try file.read() }
        #expect(failure?.hint == Sentence(Hints.login))
    }

    @Test(arguments: [0o644, 0o640, 0o660] as [mode_t])
    func `a session file that others may read is refused`(_ mode: mode_t) throws {
        let file = SessionFile(place: try SessionPlace(file: folder.write("s", "rvs_a_1\n", mode: mode), socket: ""))
        let failure = #expect(throws: Failure.self) { _ = try file.read() }
        #expect(failure?.message == Sentence(Faults.notPrivate, file.place.path))
    }
}

@Suite struct ShownListTests {
    private let folder = TestFolder()
    private let first = RequestID.random()
    private let second = GrantID.random()

    private var list: ShownList { ShownList(items: [.request(first), .grant(second)]) }

    @Test func `numbers, whole ids and their beginnings name an item`() throws {
        #expect(try list.item(named: "1") == .request(first))
        #expect(try list.item(named: "2") == .grant(second))
        #expect(try list.item(named: second.base64) == .grant(second))
        #expect(try list.item(named: String(second.base64.prefix(6))) == .grant(second))
    }

    @Test func `what names nothing or too much is refused with a hint`() {
        func fault(_ name: String, _ list: ShownList) -> Sentence? {
            #expect(throws: Failure.self) { try list.item(named: name) }?.message
        }
        #expect(fault("0", list) == Sentence(Faults.noSuchNumber, "0"))
        #expect(fault("3", list) == Sentence(Faults.noSuchNumber, "3"))
        #expect(fault("abc", list) == Sentence(Faults.idTooShort, "abc"))
        #expect(fault("!!!!!!", list) == Sentence(Faults.noSuchID, "!!!!!!"))
        let twins = ShownList(items: [.grant(second), .grant(second)])
        #expect(fault(second.base64, twins) == Sentence(Faults.ambiguousID, second.base64))
    }

    @Test func `a list that was shown is read back and is private`() throws {
        let place = try SessionPlace(file: folder.file("s"), socket: "")
        #expect(ShownList.last(place) == nil)
        try list.keep(place)
        #expect(TestFolder.mode(place.listing) == 0o600)
        #expect(ShownList.last(place) == list)
        try ShownList(items: []).keep(place)
        #expect(ShownList.last(place) == ShownList(items: []))
    }

    @Test(arguments: ["request x\n", "grant\n", "other AAECAwQFBgcICQoLDA0ODw\n"])
    func `a list that is not ours counts as none`(_ text: String) throws {
        let place = try SessionPlace(file: folder.file("s"), socket: "")
        _ = folder.write("s.list", text)
        #expect(ShownList.last(place) == nil)
    }
}
