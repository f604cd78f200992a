// Command verify checks an exported log with code that shares nothing with the vault: the Go
// project's own transparency-log packages and this file. An auditor who reads this file and trusts
// golang.org/x/mod needs to trust nothing of ours.
//
// The directory is laid out as C2SP tlog-tiles says: checkpoint, log.vkey, tile/<L>/<N>[.p/<W>] and
// tile/entries/<N>[.p/<W>]. Everything that can be computed is computed from the entries and compared.
//
//	cd Tests/SystemTests/Independent
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o /tmp/verify verify.go
//	/tmp/verify DIR VKEYFILE [-old CHECKPOINTFILE] [-witness VKEYFILE]
//
// Take VKEYFILE from outside DIR: whoever can rewrite the log can also replace the key beside it.
// Exit status: 0 all is well, 1 a fault, 2 wrong usage.
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	// tileHeight and tileWidth are fixed by C2SP: a full tile is 2^8 hashes.
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	// maxNote bounds what is read of a checkpoint or key file. A hundred signatures fit many times over.
	maxNote = 1 << 20

	typeEd25519     = 0x01
	typeCosignature = 0x04
)

func main() {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	// Pointers, because `-old ""` from a script whose variable is empty must fail, not be skipped.
	var old, witnesses *string
	flags.Func("old", "", func(s string) error { old = &s; return nil })
	flags.Func("witness", "", func(s string) error { witnesses = &s; return nil })
	if len(os.Args) < 3 || flags.Parse(os.Args[3:]) != nil || flags.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: verify DIR VKEYFILE [-old CHECKPOINTFILE] [-witness VKEYFILE]")
		os.Exit(2)
	}
	verified, err := verify(os.Args[1], os.Args[2], old, witnesses)
	if err == nil {
		_, err = fmt.Printf("verified %d entries, root %s\n", verified.size, verified.root)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAILED:", err)
		os.Exit(1)
	}
}

// verify checks the whole directory and stops at the first fault.
func verify(dir, keyFile string, oldFile, witnessFile *string) (checkpoint, error) {
	var none checkpoint
	key, err := readLogKey(keyFile)
	if err != nil {
		return none, fmt.Errorf("%s: %w", keyFile, err)
	}
	var witnesses []verifier
	if witnessFile != nil {
		if witnesses, err = readWitnesses(*witnessFile, key); err != nil {
			return none, fmt.Errorf("%s: %w", *witnessFile, err)
		}
	}

	tree, err := openFolder(dir)
	if err != nil {
		return none, err
	}
	// The log may have another key by now. Then the directory's own is taken at its word until the
	// entries have shown the way to it.
	served, err := tree.readOwnKey(key)
	if err != nil {
		return none, fmt.Errorf("log.vkey: %w", err)
	}
	tip, data, err := tree.readCheckpoint(served, witnesses)
	if err != nil {
		return none, fmt.Errorf("checkpoint: %w", err)
	}

	hashes, err := tree.readTiles(tip.size)
	if err != nil {
		return none, err
	}
	if err := tree.checkNothingElse(); err != nil {
		return none, err
	}
	root, err := treeRoot(tip.size, hashes)
	if err != nil {
		return none, err
	}
	if root != tip.root {
		return none, fmt.Errorf("checkpoint: its root is %s, but the %d entries give %s", tip.root, tip.size, root)
	}
	if served.text != key.text {
		if _, err := tree.keys.open(data, key, witnesses, 0); err != nil {
			return none, fmt.Errorf("log.vkey: is %q, and the entries do not lead there from %q: %w",
				served.text, key.text, err)
		}
	}
	if err := tree.keys.checkCurrent(served, tip.size); err != nil {
		return none, fmt.Errorf("checkpoint: %w", err)
	}
	if oldFile != nil {
		// Only the log's keys count here: which witnesses saw the old checkpoint is no matter.
		data, err := readSmall(*oldFile)
		if err != nil {
			return none, fmt.Errorf("old checkpoint %s: %w", *oldFile, err)
		}
		old, err := tree.keys.open(data, key, nil, tip.size)
		if err != nil {
			return none, fmt.Errorf("old checkpoint %s: %w", *oldFile, err)
		}
		if old.size > tip.size {
			return none, fmt.Errorf("old checkpoint %s: has %d entries, the log only %d: it was cut or rolled back",
				*oldFile, old.size, tip.size)
		}
		if err := checkExtends(old, tip, hashes); err != nil {
			return none, fmt.Errorf("old checkpoint %s: %w", *oldFile, err)
		}
	}
	return tip, nil
}

// Keys

// verifier is a note.Verifier that remembers its key, so that equal keys can be told.
type verifier struct {
	note.Verifier
	text string
	key  string
}

// cosigner verifies a timestamped cosignature (C2SP tlog-cosignature), a type that x/mod lacks.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.id }

// Verify puts before the text the line with the time, which stands only in the signature bytes.
func (c cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	if time > math.MaxInt64 {
		return false
	}
	message := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), text...)
	return ed25519.Verify(c.key, message, sig[8:])
}

// parseKey reads one vkey of the given type. It rebuilds the text and compares, because x/mod's
// own parser takes upper-case ids and loose base64.
func parseKey(text string, keyType byte) (verifier, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return verifier{}, errors.New("not a verifier key")
	}
	name := parts[0]
	payload, err := strictBase64(parts[2])
	if err != nil {
		return verifier{}, err
	}
	if len(payload) != 1+ed25519.PublicKeySize || payload[0] != keyType {
		return verifier{}, fmt.Errorf("not a key of type 0x%02x and %d bytes", keyType, ed25519.PublicKeySize)
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), payload...))
	id := binary.BigEndian.Uint32(sum[:])
	if parts[1] != fmt.Sprintf("%08x", id) {
		return verifier{}, fmt.Errorf("key id is %q, but name and key give %08x", parts[1], id)
	}
	key := ed25519.PublicKey(payload[1:])
	// note.NewVerifier also judges the name. It knows only type 0x01, so a witness's name is judged
	// in the dress of one.
	plain, err := note.NewEd25519VerifierKey(name, key)
	if err != nil {
		return verifier{}, err
	}
	known, err := note.NewVerifier(plain)
	if err != nil {
		return verifier{}, err
	}
	if keyType == typeCosignature {
		known = cosigner{name, id, key}
	}
	return verifier{known, text, string(key)}, nil
}

func readLogKey(file string) (verifier, error) {
	lines, err := readLines(file)
	if err != nil {
		return verifier{}, err
	}
	if len(lines) != 1 {
		return verifier{}, fmt.Errorf("has %d lines instead of one", len(lines))
	}
	return parseKey(lines[0], typeEd25519)
}

// readWitnesses reads one vkey a line. One key under two names would count as two witnesses,
// since the signed message does not hold the name; so each key may stand there once.
func readWitnesses(file string, log verifier) ([]verifier, error) {
	lines, err := readLines(file)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{log.key: true}
	var witnesses []verifier
	for i, line := range lines {
		witness, err := parseKey(line, typeCosignature)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		if seen[witness.key] {
			return nil, fmt.Errorf("line %d: the key of %s is also the log's or another witness's", i+1, witness.Name())
		}
		seen[witness.key] = true
		witnesses = append(witnesses, witness)
	}
	return witnesses, nil
}

// readLines returns at least one line. Only the last line may lack its end.
func readLines(file string) ([]string, error) {
	data, err := readSmall(file)
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n"), nil
}

// strictBase64 decodes and encodes again: Go's decoder skips line ends and ignores the last
// character's unused bits, so that several texts would stand for one value.
func strictBase64(text string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || base64.StdEncoding.EncodeToString(data) != text {
		return nil, fmt.Errorf("%q is not canonical base64", text)
	}
	return data, nil
}

// Checkpoints

// checkpoint is the signed text: whose log (the key's name), how many entries, which root.
type checkpoint struct {
	size int64
	root tlog.Hash
}

// openCheckpoint wants a signature by the log and one by every witness.
func openCheckpoint(data []byte, log verifier, witnesses []verifier) (checkpoint, error) {
	known := []note.Verifier{log}
	for _, witness := range witnesses {
		known = append(known, witness)
	}
	opened, err := note.Open(data, note.VerifierList(known...))
	if err != nil {
		return checkpoint{}, err
	}
	lines, err := countSignatures(data)
	if err != nil {
		return checkpoint{}, err
	}
	// note.Open is content with any one known signature, and of several lines by one key it checks the
	// first. Lines by unknown keys are nobody's concern.
	for _, needed := range known {
		name := fmt.Sprintf("%s+%08x", needed.Name(), needed.KeyHash())
		if lines[name] != 1 {
			return checkpoint{}, fmt.Errorf("%d signatures by %s instead of one", lines[name], name)
		}
	}
	return parseCheckpoint(opened.Text, log.Name())
}

// countSignatures says how many lines each key has, in a note that note.Open took. It refuses the
// loose base64 that note.Open lets through.
func countSignatures(data []byte) (map[string]int, error) {
	block := string(data[bytes.LastIndex(data, []byte("\n\n"))+2:])
	lines := map[string]int{}
	for _, line := range strings.Split(strings.TrimSuffix(block, "\n"), "\n") {
		parts := strings.Split(line, " ")
		if len(parts) != 3 {
			return nil, fmt.Errorf("malformed signature line %q", line)
		}
		sig, err := strictBase64(parts[2])
		if err != nil {
			return nil, err
		}
		if len(sig) < 4 {
			return nil, fmt.Errorf("malformed signature line %q", line)
		}
		lines[fmt.Sprintf("%s+%x", parts[1], sig[:4])]++
	}
	return lines, nil
}

// parseCheckpoint stands in for tlog.ParseTree, which takes the Go checksum database's origin only.
func parseCheckpoint(text, origin string) (checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return checkpoint{}, errors.New("not exactly three lines: extension lines cannot be audited")
	}
	if lines[0] != origin {
		return checkpoint{}, fmt.Errorf("is of the log %q, the key of %q", lines[0], origin)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	// Printed again, so that "+5" and "05" are refused.
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return checkpoint{}, fmt.Errorf("malformed size %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil || root.String() != lines[2] {
		return checkpoint{}, fmt.Errorf("malformed root %q", lines[2])
	}
	return checkpoint{size, root}, nil
}

// The folder

// folder is the exported directory. It knows every file in it from the start, and which of them
// has been read; what was not asked for in the end is a stray.
type folder struct {
	root  string
	files map[string]bool
	dirs  map[string]bool
	read  map[string]bool
	keys  keyChain

	reader *bufio.Reader
	buffer []byte
}

func openFolder(root string) (*folder, error) {
	f := &folder{
		root: root, files: map[string]bool{}, dirs: map[string]bool{}, read: map[string]bool{},
		reader: bufio.NewReaderSize(nil, 1<<16), buffer: make([]byte, math.MaxUint16),
	}
	// WalkDir would not follow a link as its root.
	resolved, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, err
	}
	f.root = resolved
	err = filepath.WalkDir(resolved, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(resolved, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case entry.IsDir():
			f.dirs[name] = true
		case entry.Type().IsRegular():
			f.files[name] = true
		default:
			// A link may lead elsewhere tomorrow, and opening a pipe would wait for ever.
			return fmt.Errorf("%s: neither a file nor a directory", name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !f.dirs["."] {
		return nil, fmt.Errorf("%s: not a directory", root)
	}
	return f, nil
}

// open opens a file that has to be there, and marks it as belonging to the log.
func (f *folder) open(name string) (*os.File, error) {
	if !f.files[name] {
		return nil, errors.New("missing")
	}
	f.read[name] = true
	return os.Open(filepath.Join(f.root, filepath.FromSlash(name)))
}

// readUpTo reads a whole file that may not be longer than limit.
func (f *folder) readUpTo(name string, limit int64) ([]byte, error) {
	file, err := f.open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readBounded(file, limit)
}

func readSmall(file string) ([]byte, error) {
	opened, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return readBounded(opened, maxNote)
}

func readBounded(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("longer than %d bytes", limit)
	}
	return data, err
}

func (f *folder) readCheckpoint(log verifier, witnesses []verifier) (checkpoint, []byte, error) {
	data, err := f.readUpTo("checkpoint", maxNote)
	if err != nil {
		return checkpoint{}, nil, err
	}
	opened, err := openCheckpoint(data, log, witnesses)
	return opened, data, err
}

// readOwnKey reads the key that the directory offers. It must be of the log that the auditor trusts.
func (f *folder) readOwnKey(log verifier) (verifier, error) {
	data, err := f.readUpTo("log.vkey", maxNote)
	if err != nil {
		return verifier{}, err
	}
	text := strings.TrimSuffix(string(data), "\n")
	if text == log.text {
		return log, nil
	}
	own, err := parseKey(text, typeEd25519)
	if err != nil || own.Name() != log.Name() {
		return verifier{}, fmt.Errorf("is %q, the key to verify with is %q", text, log.text)
	}
	return own, nil
}

// The log's keys

// keyLink is a key and the entry that put it in force.
type keyLink struct {
	key   []byte
	since int64
}

// keyChain is the keys of a log as its entries name them, oldest first: the first in init, each other in
// a change "service_key" that the key before has signed.
type keyChain []keyLink

// take looks at an entry that can name a key.
func (c *keyChain) take(index int64, entry []byte) error {
	// Most entries are neither, and parsing a million of them would take a while.
	if !bytes.Contains(entry, []byte(`"op":"service_key"`)) && index != 0 {
		return nil
	}
	var parsed struct {
		Action string `json:"action"`
		Vault  string `json:"vault"`
		Change struct {
			Op    string `json:"op"`
			Log   string `json:"log"`
			Cross string `json:"cross"`
			Keys  struct {
				Log string `json:"log"`
			} `json:"keys"`
		} `json:"change"`
	}
	if err := json.Unmarshal(entry, &parsed); err != nil {
		return err
	}
	switch {
	case parsed.Action == "init" && index == 0:
		if key, err := base64.RawURLEncoding.DecodeString(parsed.Change.Keys.Log); err == nil && len(key) == ed25519.PublicKeySize {
			*c = keyChain{{key, 0}}
		}
	case parsed.Action == "config" && parsed.Change.Op == "service_key":
		if len(*c) == 0 {
			return errors.New("a key is changed in a log that names none")
		}
		last := (*c)[len(*c)-1]
		key, err := base64.RawURLEncoding.DecodeString(parsed.Change.Log)
		if err != nil || len(key) != ed25519.PublicKeySize {
			return errors.New("the log's key is changed for none")
		}
		object := fmt.Sprintf(`{"from":%q,"to":%q,"type":"log-key","vault":%q}`,
			base64.RawURLEncoding.EncodeToString(last.key), base64.RawURLEncoding.EncodeToString(key), parsed.Vault)
		signature, err := base64.RawURLEncoding.DecodeString(parsed.Change.Cross)
		if err != nil || !ed25519.Verify(last.key, []byte("\x00\x07log-key"+object), signature) {
			return errors.New("the log's key is changed without a signature by the key before")
		}
		for _, link := range *c {
			if bytes.Equal(link.key, key) {
				return errors.New("the log goes back to a key that it had before")
			}
		}
		*c = append(*c, keyLink{key, index})
	}
	return nil
}

// open opens a note by a key of the chain: the trusted one and those after it; those before it only
// within a tree of `vouched` entries, if these lead from there to the trusted one.
func (c keyChain) open(data []byte, trusted verifier, witnesses []verifier, vouched int64) (checkpoint, error) {
	at := -1
	for i, link := range c {
		if link.verifier(trusted.Name()).text == trusted.text {
			at = i
		}
	}
	if at < 0 {
		return openCheckpoint(data, trusted, witnesses)
	}
	err := errors.New("is signed by no key of the log")
	for i, link := range c {
		if i < at && vouched <= c[at].since {
			continue
		}
		signer := link.verifier(trusted.Name())
		opened, fault := openCheckpoint(data, signer, witnesses)
		if fault != nil {
			err = fault
			continue
		}
		return opened, c.checkCurrent(signer, opened.size)
	}
	return checkpoint{}, err
}

// checkCurrent refuses a key that another had replaced in a tree of this size.
func (c keyChain) checkCurrent(signer verifier, size int64) error {
	for i, link := range c {
		if link.verifier(signer.Name()).text == signer.text && i+1 < len(c) && size > c[i+1].since {
			return errors.New("is signed with a key that the log had replaced before")
		}
	}
	return nil
}

// verifier makes the C2SP form of a key and reads it like any other.
func (l keyLink) verifier(name string) verifier {
	hash := sha256.Sum256(append([]byte(name+"\n\x01"), l.key...))
	text := fmt.Sprintf("%s+%x+%s", name, hash[:4], base64.StdEncoding.EncodeToString(append([]byte{typeEd25519}, l.key...)))
	made, err := parseKey(text, typeEd25519)
	if err != nil {
		return verifier{}
	}
	return made
}

// checkNothingElse refuses files and directories that the log of this size does not have, such as
// partial tiles of an earlier size. Only an empty `tile` is let be: the log may have no entries.
func (f *folder) checkNothingElse() error {
	needed := map[string]bool{".": true, "tile": true}
	for name := range f.read {
		for dir := path.Dir(name); !needed[dir]; dir = path.Dir(dir) {
			needed[dir] = true
		}
	}
	var strays []string
	for name := range f.files {
		if !f.read[name] {
			strays = append(strays, name)
		}
	}
	// A stray file says more than the directory made for it.
	if len(strays) == 0 {
		for name := range f.dirs {
			if !needed[name] {
				strays = append(strays, name+"/")
			}
		}
	}
	if len(strays) == 0 {
		return nil
	}
	sort.Strings(strays)
	return fmt.Errorf("%s: does not belong to the log at this size", strays[0])
}

// Tiles

// levels holds the tree's hashes at every eighth level: levels[0] the leaves, levels[1] the roots
// of full tiles of leaves, and so on. Entries are not kept.
type levels [][]tlog.Hash

// readTiles reads all entries and all tiles, computes each tile from what lies below and compares.
func (f *folder) readTiles(size int64) (levels, error) {
	var all levels
	for level, width := 0, size; width > 0; level, width = level+1, width>>tileHeight {
		var row, parents []tlog.Hash
		if level > 0 {
			row = all[level]
		}
		for start := int64(0); start < width; start += tileWidth {
			tile := tlog.Tile{H: tileHeight, L: level, N: start / tileWidth, W: tileWidth}
			if width-start < tileWidth {
				tile.W = int(width - start)
			}
			stored, err := f.readTile(tile)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", tilePath(tile), err)
			}
			if level == 0 {
				if row, err = f.appendLeaves(row, tile, stored); err != nil {
					return nil, err
				}
			} else {
				for i, want := range row[start : start+int64(tile.W)] {
					if stored[i] != want {
						return nil, fmt.Errorf("%s: hash %d is not the root of its tile on level %d",
							tilePath(tile), i, level-1)
					}
				}
			}
			// A level above takes full tiles only.
			if tile.W == tileWidth {
				parents = append(parents, fold(row[start:start+tileWidth]))
			}
		}
		if level == 0 {
			all = append(all, row)
		}
		all = append(all, parents)
	}
	return all, nil
}

func (f *folder) readTile(tile tlog.Tile) ([]tlog.Hash, error) {
	length := tile.W * tlog.HashSize
	data, err := f.readUpTo(tilePath(tile), int64(length))
	if err != nil {
		return nil, err
	}
	if len(data) != length {
		return nil, fmt.Errorf("%d bytes long instead of %d", len(data), length)
	}
	hashes := make([]tlog.Hash, tile.W)
	for i := range hashes {
		copy(hashes[i][:], data[i*tlog.HashSize:])
	}
	return hashes, nil
}

// appendLeaves reads the bundle beside a tile of leaves, one entry at a time, and appends the hashes.
func (f *folder) appendLeaves(row []tlog.Hash, tile tlog.Tile, stored []tlog.Hash) ([]tlog.Hash, error) {
	bundle := tile
	bundle.L = -1
	name := tilePath(bundle)
	file, err := f.open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer file.Close()
	f.reader.Reset(file)
	for i := range stored {
		index := tile.N*tileWidth + int64(i)
		entry, err := f.nextEntry()
		if err != nil {
			return nil, fmt.Errorf("entry %d: %s: %w", index, name, err)
		}
		leaf := tlog.RecordHash(entry)
		// The hash comes before the structure: a changed entry should be called changed, not malformed.
		if leaf != stored[i] {
			return nil, fmt.Errorf("entry %d: its bytes in %s do not have the hash in %s", index, name, tilePath(tile))
		}
		if err := checkStructure(entry); err != nil {
			return nil, fmt.Errorf("entry %d: %s: %w", index, name, err)
		}
		if err := f.keys.take(index, entry); err != nil {
			return nil, fmt.Errorf("entry %d: %w", index, err)
		}
		row = append(row, leaf)
	}
	if _, err := f.reader.ReadByte(); err != io.EOF {
		if err == nil {
			err = fmt.Errorf("bytes after the last of %d entries", tile.W)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return row, nil
}

// nextEntry reads a length and as many bytes, into a buffer that the next call uses again.
func (f *folder) nextEntry() ([]byte, error) {
	var prefix [2]byte
	if _, err := io.ReadFull(f.reader, prefix[:]); err != nil {
		return nil, cutShort(err)
	}
	entry := f.buffer[:binary.BigEndian.Uint16(prefix[:])]
	if _, err := io.ReadFull(f.reader, entry); err != nil {
		return nil, cutShort(err)
	}
	return entry, nil
}

func cutShort(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errors.New("the bundle ends within this entry or before it")
	}
	return err
}

// checkStructure wants a JSON object with unique members, of which "type" is "entry". A map would
// keep the last of two equal members, where another reader may take the first.
func checkStructure(entry []byte) error {
	// Valid first, because a decoder read token by token forgives more.
	if !utf8.Valid(entry) || !json.Valid(entry) {
		return errors.New("not JSON")
	}
	decoder := json.NewDecoder(bytes.NewReader(entry))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return errors.New("not a JSON object")
	}
	members := map[string]json.RawMessage{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		name, ok := token.(string)
		if !ok {
			return errors.New("a member without name")
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		if _, twice := members[name]; twice {
			return fmt.Errorf("two members %q", name)
		}
		members[name] = value
	}
	if string(members["type"]) != `"entry"` {
		return errors.New(`"type" is not "entry"`)
	}
	return nil
}

// tilePath is x/mod's path without the height, which C2SP leaves out, and with C2SP's name for data.
func tilePath(tile tlog.Tile) string {
	name := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if tile.L < 0 {
		name = "entries" + strings.TrimPrefix(name, "data")
	}
	return "tile/" + name
}

// The tree

// fold returns the root over hashes, whose number is a power of two.
func fold(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	half := len(hashes) / 2
	return tlog.NodeHash(fold(hashes[:half]), fold(hashes[half:]))
}

// ReadHashes lets x/mod ask for any node of the tree. A node between two kept levels is folded
// from the one below, 128 hashes at most.
func (all levels) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		count := int64(1) << (level % tileHeight)
		start := n * count
		if level/tileHeight >= len(all) || start+count > int64(len(all[level/tileHeight])) {
			return nil, fmt.Errorf("no hash %d on level %d of the tree", n, level)
		}
		hashes[i] = fold(all[level/tileHeight][start : start+count])
	}
	return hashes, nil
}

// emptyRoot is the hash of nothing. The x/mod of Debian 12 has 32 zero bytes for the empty tree.
var emptyRoot = tlog.Hash(sha256.Sum256(nil))

func treeRoot(size int64, hashes levels) (tlog.Hash, error) {
	if size == 0 {
		return emptyRoot, nil
	}
	return tlog.TreeHash(size, hashes)
}

// checkExtends proves that the old log is the beginning of the new one.
func checkExtends(old, tip checkpoint, hashes levels) error {
	// x/mod knows no proof from the empty tree, and the proof between equal sizes is empty.
	if old.size == 0 {
		if old.root != emptyRoot {
			return errors.New("its root is not that of an empty log")
		}
		return nil
	}
	if old.size == tip.size {
		if old.root != tip.root {
			return fmt.Errorf("same size %d, other root: the log was rewritten", old.size)
		}
		return nil
	}
	proof, err := tlog.ProveTree(tip.size, old.size, hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tip.size, tip.root, old.size, old.root); err != nil {
		return fmt.Errorf("the log's first %d entries are not what it signed: the log was rewritten", old.size)
	}
	return nil
}
