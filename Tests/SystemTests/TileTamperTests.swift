import Foundation
import Testing

/// Someone with an exported directory and a free hand, with and without the log's key. Every change is found with our
/// program and, where it can be built, with the independent one.
@Suite(.serialized, .enabled(if: Scenario.has("python3") && Scenario.has("openssl"), "needs python3 and openssl"))
struct TileTamperTests {
    /// One change to a copy of the export.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// Python, after `workshop` below.
        let change: String
        /// What the verification must name; `{size}` and the like stand for what only the export knows.
        let names: String
        /// What has to be known besides the log's key for it to be found; it passes without.
        var knowing: String?

        init(_ description: String, _ change: String, names: String, knowing: String? = nil) {
            testDescription = description
            self.change = change
            self.names = names
            self.knowing = knowing
        }
    }

    static let atRest: [Case] = [
        // One bit.
        Case("a bit in an entry", "flip('tile/entries/000', offset(0, 17) + 40)", names: "entry 17"),
        Case("a bit in the newest entry", "flip(BUNDLE, len(read(BUNDLE)) - 3)", names: "entry {last}"),
        Case("a bit in a length prefix", "flip('tile/entries/000', offset(0, 9) - 1)", names: "tile/entries/000"),
        Case("a bit in a tile of leaves", "flip('tile/0/000', 77 * 32)", names: "tile/0/000: it does not hold what the entries make, from entry 77"),
        Case("a bit in a tile of roots", "flip('tile/1/000.p/1', 5)", names: "tile/1/000.p/1"),
        Case("a bit in a partial tile", "flip(PARTIAL, 3 * 32 + 1)", names: "{partial}: it does not hold what the entries make, from entry 259"),
        Case("a digit of the checkpoint's size", "text = read('checkpoint'); write('checkpoint', text.replace(b'\\n%d\\n' % SIZE, b'\\n%d\\n' % (SIZE + 1)))", names: "checkpoint"),
        Case("a bit in the checkpoint's root", "flip('checkpoint', read('checkpoint').index(b'\\n\\n') - 10)", names: "checkpoint"),
        Case("a bit in the signature", "flip('checkpoint', signature() + 30)", names: "checkpoint"),
        Case("a bit in the key file", "flip('log.vkey', 3)", names: "log.vkey"),
        // Other bytes for the same meaning, and other forms.
        Case("another last base64 character", "line, at = read('checkpoint'), end_of_signature(); swap = bytes([ALPHABET[ALPHABET.index(line[at]) ^ 1]]); write('checkpoint', line[:at] + swap + line[at + 1:])", names: "checkpoint"),
        Case("another last base64 character of the root", "line = read('checkpoint'); at = line.index(b'\\n\\n') - 2; swap = bytes([ALPHABET[ALPHABET.index(line[at]) ^ 1]]); write('checkpoint', line[:at] + swap + line[at + 1:])", names: "checkpoint"),
        Case("CRLF", "write('checkpoint', read('checkpoint').replace(b'\\n', b'\\r\\n'))", names: "checkpoint"),
        Case("a missing final newline", "write('checkpoint', read('checkpoint')[:-1])", names: "checkpoint"),
        Case("a hyphen for the dash", "write('checkpoint', read('checkpoint').replace('\\u2014'.encode(), b'-'))", names: "checkpoint"),
        Case("no signature", "write('checkpoint', read('checkpoint')[:read('checkpoint').index(b'\\n\\n') + 2])", names: "checkpoint"),
        Case("a hundred and one signatures", "write('checkpoint', read('checkpoint') + line_of('stranger.example/x') * 100)", names: "checkpoint"),
        Case("a size with a leading zero", "write('checkpoint', read('checkpoint').replace(b'\\n%d\\n' % SIZE, b'\\n0%d\\n' % SIZE))", names: "checkpoint"),
        Case("another origin, signed anew", "write('checkpoint', sign(b'other.example/log\\n' + note_text().split(b'\\n', 1)[1]))", names: "checkpoint"),
        Case("an extension line, signed anew", "write('checkpoint', sign(note_text() + b'more\\n'))", names: "checkpoint"),
        // The entries and their order, with the tiles left as they were.
        Case("an entry dropped", "e = entries(0); del e[30]; bundle(0, e)", names: "tile/entries/000"),
        Case("an entry twice", "e = entries(0); e.insert(30, e[30]); bundle(0, e)", names: "tile/entries/000"),
        Case("two entries swapped", "e = entries(0); e[30], e[31] = e[31], e[30]; bundle(0, e)", names: "tile/0/000: it does not hold what the entries make, from entry 30"),
        Case("an entry of another time put in", "e = entries(0); e[30] = e[200]; bundle(0, e)", names: "tile/0/000: it does not hold what the entries make, from entry 30"),
        // And with all tiles made anew: only the signed root is left to tell.
        Case("an entry dropped, tiles made anew", "e = every(); del e[30]; rebuild(e)", names: "checkpoint"),
        Case("an entry twice, tiles made anew", "e = every(); e.insert(30, e[30]); rebuild(e)", names: "checkpoint"),
        Case("two entries swapped, tiles made anew", "e = every(); e[30], e[31] = e[31], e[30]; rebuild(e)", names: "checkpoint"),
        Case("an entry put in, tiles made anew", "e = every(); e.insert(30, e[31].replace(b'refused', b'refuted')); rebuild(e)", names: "checkpoint"),
        Case("an entry changed, tiles made anew", "rebuild(edited())", names: "checkpoint"),
        Case("an entry changed, all made anew, the old signature kept", "root = rebuild(edited()); write('checkpoint', text_of(SIZE, root) + read('checkpoint')[read('checkpoint').index(b'\\n\\n') + 1:])", names: "checkpoint"),
        Case("the newest entry cut off, all made anew, the old signature kept", "e = every()[:-1]; root = rebuild(e); write('checkpoint', text_of(len(e), root) + read('checkpoint')[read('checkpoint').index(b'\\n\\n') + 1:])", names: "checkpoint"),
        // Files.
        Case("a bundle cut short", "write(BUNDLE, read(BUNDLE)[:-5])", names: "{bundle}"),
        Case("a bundle with a tail", "write(BUNDLE, read(BUNDLE) + b'x')", names: "{bundle}"),
        Case("a whole entry less in the newest bundle", "bundle(1, entries(1)[:-1])", names: "{bundle}"),
        Case("a tile cut short", "write('tile/0/000', read('tile/0/000')[:-32])", names: "tile/0/000"),
        Case("a tile with a tail", "write(PARTIAL, read(PARTIAL) + bytes(32))", names: "{partial}"),
        Case("a tile deleted", "os.remove('tile/0/000')", names: "tile/0/000"),
        Case("a bundle deleted", "os.remove('tile/entries/000')", names: "tile/entries/000"),
        Case("the tile of roots deleted", "os.remove('tile/1/000.p/1')", names: "tile/1/000.p/1"),
        Case("the checkpoint deleted", "os.remove('checkpoint')", names: "checkpoint"),
        Case("the key file deleted", "os.remove('log.vkey')", names: "log.vkey"),
        Case("a stray file", "write('notes.txt', b'hello')", names: "notes.txt"),
        Case("a stray file among the tiles", "write('tile/0/000.bak', read('tile/0/000'))", names: "tile/0/000.bak"),
        Case("a partial tile of an earlier size", "os.mkdir('tile/0/000.p'); write('tile/0/000.p/9', read('tile/0/000')[:9 * 32])", names: "tile/0/000.p/9"),
        Case("an empty folder", "os.mkdir('tile/2')", names: "tile/2"),
        Case("a link in the place of a tile", "os.rename('tile/0/000', D + '.moved'); os.symlink(D + '.moved', 'tile/0/000')", names: "tile/0/000"),
        Case("a tile moved to another number", "os.rename('tile/0/000', 'tile/0/002')", names: "tile/0/000"),
        // The log's key was stolen: nothing inside the directory can tell.
        Case("an entry changed, all signed anew with the stolen key", "publish(edited())", names: "kept checkpoint of size 200", knowing: "--old $K/kept"),
        Case("an entry changed, all signed anew with the stolen key, against a witness", "publish(edited())", names: "has not cosigned", knowing: "--witness $K/witness.vkey"),
        Case("the same, with the witness's line copied", "line = witness_line(); publish(edited()); write('checkpoint', read('checkpoint') + line)", names: "witness", knowing: "--witness $K/witness.vkey"),
        Case("entries cut off, all signed anew with the stolen key", "publish(every()[:150])", names: "kept checkpoint of size 200", knowing: "--old $K/kept"),
        Case("an older export put back", "replace(os.environ['K'] + '/older')", names: "kept checkpoint of size {size}", knowing: "--old $K/log/checkpoint"),
        Case("the witness's line stripped", "write('checkpoint', read('checkpoint').replace(witness_line(), b''))", names: "has not cosigned", knowing: "--witness $K/witness.vkey"),
        Case("the witness's line of an older size", "write('checkpoint', read('checkpoint').replace(witness_line(), witness_line(os.environ['K'] + '/older/checkpoint')))", names: "witness", knowing: "--witness $K/witness.vkey"),
    ]

    @Test func `the export as it was passes, with all that can be known`() throws {
        let export = try TamperedExport.made.get()
        for options in ["", "--old $K/kept", "--witness $K/witness.vkey", "--old $K/kept --old $K/log/checkpoint"] {
            let outcome = try export.verify("$K/log", options)
            #expect(outcome.status == 0, "\(options): \(outcome.out)")
        }
        guard Independent.isThere else { return }
        #expect(try export.verifyIndependently("$K/log", "--old $K/kept").status == 0)
        #expect(try export.verifyIndependently("$K/log", "--witness $K/witness.vkey").status == 0)
    }

    @Test(arguments: atRest)
    func `a changed export is found, and named`(_ changed: Case) throws {
        let export = try TamperedExport.made.get()
        try export.change(changed.change)
        let alone = try export.verify("$K/case", "")
        let found: Scenario.Outcome
        if let knowing = changed.knowing {
            #expect(alone.status == 0, "\(alone.out)\(alone.err)")
            found = try export.verify("$K/case", knowing)
        } else {
            found = alone
        }
        #expect(found.status == 1)
        let names = export.named(changed.names)
        #expect((found.out + found.err).contains(names))
        guard Independent.isThere else { return }
        if let knowing = changed.knowing {
            #expect(try export.verifyIndependently("$K/case", "").status == 0)
            #expect(try export.verifyIndependently("$K/case", knowing).status == 1)
        } else {
            #expect(try export.verifyIndependently("$K/case", "").status == 1)
        }
    }

    @Test func `another key and its key file pass for whoever takes the key from the directory, and for nobody else`() throws {
        let export = try TamperedExport.made.get()
        try export.change("publish(edited(), seed=bytes(range(32)))")
        #expect(try export.verify("$K/case", "", key: "$K/case/log.vkey").status == 0)
        let found = try export.verify("$K/case", "")
        #expect(found.status == 1)
        #expect(found.out.contains("log.vkey: it is not the key that was given"))
        #expect(found.out.contains("checkpoint: "))
        guard Independent.isThere else { return }
        #expect(try export.verifyIndependently("$K/case", "").status == 1)
        // Only the key file: then the checkpoint is still the log's.
        try export.change("write('log.vkey', vkey(bytes(range(32))) + b'\\n')")
        let keyFile = try export.verify("$K/case", "")
        #expect(keyFile.status == 1 && keyFile.out.contains("log.vkey: "))
        #expect(try export.verifyIndependently("$K/case", "").status == 1)
    }

    @Test func `a key whose id does not fit is no key`() throws {
        let export = try TamperedExport.made.get()
        try export.scenario.succeed("sed 's/+........+/+00000000+/' $K/log.vkey > $K/bad.vkey")
        let outcome = try export.verify("$K/log", "", key: "$K/bad.vkey")
        #expect(outcome.status == 1)
        #expect(outcome.err.contains("bad.vkey"))
    }

    /// Two auditors who were shown different logs find out when they compare.
    @Test func `two logs of one key, each sound alone, do not pass against the other's checkpoint`() throws {
        let export = try TamperedExport.made.get()
        try export.change("publish(edited())")
        try export.scenario.succeed("rm -rf $K/second; cp -r $K/case $K/second")
        #expect(try export.verify("$K/second", "").status == 0)
        let first = try export.verify("$K/log", "--old $K/second/checkpoint")
        let second = try export.verify("$K/second", "--old $K/log/checkpoint")
        #expect(first.status == 1 && second.status == 1)
        for found in [first, second] { #expect(found.out.contains("kept checkpoint of size \(export.size)")) }
        // A kept note that is none of this log's is not passed over either.
        #expect(try export.verify("$K/log", "--old $K/log.vkey").status == 1)
    }
}

/// One export that all cases copy: made once, and removed when the tests end.
final class TamperedExport: Sendable {
    static let made = Result { try TamperedExport() }

    let scenario: Scenario
    let size: Int

    /// $K/log is the export, $K/older one of 220 entries, $K/kept the checkpoint of 200; all cosigned by one witness whose
    /// key is $K/witness.vkey. $K/log.vkey is the log's key, $K/service.key what a thief would take.
    private init() throws {
        scenario = try Scenario.audited(entries: 12)
        scenario.removeAtExit()
        try scenario.makeWitness("owners")
        try scenario.succeed(
            """
            cp $V/log.vkey $K/log.vkey; cp $K/owners/witness.vkey $K/witness.vkey; cp $V/service.key $K/service.key
            cat > $K/workshop.py <<'PY'
            \(Self.workshop)
            PY
            """)
        // The reading of the log is an entry too, so it comes first.
        _ = try scenario.export("$K/first")
        try scenario.fill(to: 200)
        try scenario.succeed("rvault audit consistency 0 200 --out $K/request-200 --dir $V; sed '1,/^$/d' $K/request-200 > $K/kept")
        try scenario.cosign("owners", to: 220, keeping: "$K/cosigned-220")
        _ = try scenario.export("$K/older")
        try scenario.succeed("cp $K/cosigned-220 $K/older/checkpoint")
        try scenario.fill(to: 270)
        size = try scenario.export("$K/log").size
        try scenario.cosign("owners", from: 220, to: size, keeping: "$K/log/checkpoint")
        scenario.stop()
    }

    /// A text with the size and the last entry, bundle and tile of leaves in the places kept for them.
    func named(_ text: String) -> String {
        text.replacing("{size}", with: "\(size)").replacing("{last}", with: "\(size - 1)")
            .replacing("{bundle}", with: "tile/entries/001.p/\(size - 256)")
            .replacing("{partial}", with: "tile/0/001.p/\(size - 256)")
    }

    /// Makes $K/case a changed copy of the export.
    func change(_ python: String) throws {
        try scenario.succeed(
            """
            rm -rf $K/case $K/case.moved; cp -r $K/log $K/case
            (cat $K/workshop.py; cat <<'PY'
            \(python)
            PY
            ) | D=$K/case SIZE=\(size) python3 -
            """)
        let same = try scenario.bash("diff -r --no-dereference $K/log $K/case").status == 0
        if same { throw Scenario.Failed("nothing was changed by: \(python)") }
    }

    func verify(_ directory: String, _ options: String, key: String = "$K/log.vkey") throws -> Scenario.Outcome {
        try scenario.bash("rvault audit verify --tiles \(directory) --vkey \(key) \(options)")
    }

    func verifyIndependently(_ directory: String, _ options: String) throws -> Scenario.Outcome {
        try scenario.bash("\(try Independent.verifier()) \(directory) $K/log.vkey \(options.replacing("--", with: "-"))")
    }

    /// A generator of tiles and notes in Python: RFC 6962 and C2SP once more, with hashlib and openssl alone.
    private static let workshop = #"""
        import base64, hashlib, os, re, shutil, struct, subprocess, tempfile
        D, SIZE = os.environ["D"], int(os.environ["SIZE"])
        os.chdir(D)
        BUNDLE, PARTIAL = "tile/entries/001.p/%d" % (SIZE - 256), "tile/0/001.p/%d" % (SIZE - 256)
        ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

        def read(name):
            with open(name, "rb") as file: return file.read()

        def write(name, data):
            os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
            with open(name, "wb") as file: file.write(data)

        def flip(name, at):
            data = bytearray(read(name))
            data[at] ^= 1
            write(name, bytes(data))

        def pack(entries):
            return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)

        def entries(number):
            data, found = read("tile/entries/000" if number == 0 else BUNDLE), []
            while data:
                length = struct.unpack(">H", data[:2])[0]
                found.append(data[2:2 + length])
                data = data[2 + length:]
            return found

        def every():
            return entries(0) + entries(1)

        def bundle(number, entries):
            write("tile/entries/000" if number == 0 else BUNDLE, pack(entries))

        # Where the bytes of an entry begin.
        def offset(number, index):
            return len(pack(entries(number)[:index])) + 2

        # The same log with another uid in one refused read: every rule of the log still holds.
        def edited():
            found = every()
            at = next(i for i in range(100, 200) if b'"action":"read"' in found[i])
            found[at] = re.sub(rb'"uid":\d+', b'"uid":4711', found[at])
            return found

        def node(left, right): return hashlib.sha256(b"\1" + left + right).digest()

        def tree(hashes):
            if not hashes: return hashlib.sha256(b"").digest()
            if len(hashes) == 1: return hashes[0]
            split = 1
            while split * 2 < len(hashes): split *= 2
            return node(tree(hashes[:split]), tree(hashes[split:]))

        # Writes every tile of these entries, and removes what was there.
        def rebuild(entries):
            shutil.rmtree("tile")
            leaves = [hashlib.sha256(b"\0" + entry).digest() for entry in entries]
            def tiles(folder, row, join):
                for start in range(0, len(row), 256):
                    part = row[start:start + 256]
                    name = "tile/%s/%03d" % (folder, start // 256) + ("" if len(part) == 256 else ".p/%d" % len(part))
                    write(name, join(part))
            tiles("entries", entries, pack)
            level, row = 0, leaves
            while row:
                tiles(str(level), row, b"".join)
                row = [tree(row[i:i + 256]) for i in range(0, len(row) // 256 * 256, 256)]
                level += 1
            return tree(leaves)

        def origin(): return read(os.environ["K"] + "/log.vkey").split(b"+")[0]
        def note_text(): return read("checkpoint")[:read("checkpoint").index(b"\n\n") + 1]
        def text_of(size, root): return origin() + b"\n%d\n" % size + base64.b64encode(root) + b"\n"
        def line_of(name): return "\u2014 ".encode() + name.encode() + b" " + base64.b64encode(bytes(68)) + b"\n"
        # Where the base64 of the first signature begins, and its last character before the padding.
        def signature(): return read("checkpoint").index(b" ", read("checkpoint").index(b"\n\n") + 6) + 1
        def end_of_signature(): return read("checkpoint").index(b"=", signature()) - 1

        def witness_line(path="checkpoint"):
            return next(l for l in read(path).splitlines(keepends=True) if b" owners.example/witness " in l)

        # What libsodium's kdf makes of the service key for the log: BLAKE2b with the id as salt and a context.
        def stolen_seed():
            return hashlib.blake2b(
                b"", digest_size=32, key=read(os.environ["K"] + "/service.key"), salt=struct.pack("<Q", 1) + bytes(8),
                person=b"rvsrv_v1" + bytes(8)).digest()

        def openssl(seed, *arguments):
            with tempfile.NamedTemporaryFile() as key:
                key.write(bytes.fromhex("302e020100300506032b657004220420") + seed)
                key.flush()
                return subprocess.run(
                    ("openssl", arguments[0], "-inkey" if arguments[0] == "pkeyutl" else "-in", key.name, *arguments[1:]),
                    stdout=subprocess.PIPE, check=True).stdout

        def public(seed): return openssl(seed, "pkey", "-inform", "DER", "-pubout", "-outform", "DER")[-32:]
        def key_id(seed): return hashlib.sha256(origin() + b"\n\1" + public(seed)).digest()[:4]
        def vkey(seed): return origin() + b"+" + key_id(seed).hex().encode() + b"+" + base64.b64encode(b"\1" + public(seed))

        def sign(text, seed=None):
            seed = seed or stolen_seed()
            with tempfile.NamedTemporaryFile() as file:
                file.write(text)
                file.flush()
                made = openssl(seed, "pkeyutl", "-keyform", "DER", "-sign", "-rawin", "-in", file.name)
            return text + "\n\u2014 ".encode() + origin() + b" " + base64.b64encode(key_id(seed) + made) + b"\n"

        # A whole log anew, signed.
        def publish(entries, seed=None):
            write("checkpoint", sign(text_of(len(entries), rebuild(entries)), seed))
            if seed: write("log.vkey", vkey(seed) + b"\n")

        def replace(other):
            shutil.rmtree("tile")
            shutil.copytree(other, ".", dirs_exist_ok=True)

        assert vkey(stolen_seed()) == read(os.environ["K"] + "/log.vkey").strip(), "this is not the log's key"
        """#
}

extension Scenario {
    /// Lets a witness cosign the checkpoint of a size, and writes it with both lines.
    func cosign(_ witness: String, from old: Int = 0, to size: Int, keeping path: String) throws {
        try fill(to: size)
        try succeed(
            """
            rm -f $K/request; rvault audit consistency \(old) \(size) --out $K/request --dir $V
            rvault audit witness sign --state $K/\(witness) < $K/request > $K/answer
            (sed '1,/^$/d' $K/request; sed 1d $K/answer) > $K/note; mv $K/note \(path)
            """)
    }
}
