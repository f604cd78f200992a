internal import GRDB

/// The tables, all `STRICT`: a text where a number belongs is refused by SQLite and not by a trap in ours.
///
/// Residents have a small number beside their id: cells are keyed by it, because ten cells a resident make
/// the cell table the size of the vault, and sixteen random bytes in each key would double its index and scatter its pages.
///
/// Tables of small rows found by one key are `WITHOUT ROWID`. Larger rows are not: SQLite would keep whole rows in the
/// inner pages of the tree, a grant's tree of four rows a page would be eight pages deep, and a read of one resident
/// looked at 28 pages where it now looks at ten. A bundle lies under its grant's number, beside its neighbours'.
enum Schema {
    /// Kept in `PRAGMA user_version`.
    static let version = 6

    static func create(in db: Database) throws {
        try db.execute(sql: """
            CREATE TABLE vault (
                id BLOB PRIMARY KEY, name TEXT NOT NULL, created INTEGER NOT NULL, seal BLOB NOT NULL) WITHOUT ROWID, STRICT;
            CREATE TABLE config (
                number INTEGER PRIMARY KEY, body BLOB NOT NULL, seal BLOB NOT NULL) STRICT;
            CREATE TABLE resident (
                number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, login TEXT NOT NULL UNIQUE, box BLOB NOT NULL,
                sign BLOB, tag_key BLOB NOT NULL, revision INTEGER NOT NULL, epoch INTEGER NOT NULL,
                stale TEXT NOT NULL, restricted INTEGER NOT NULL, enrolled INTEGER NOT NULL, seal BLOB NOT NULL) STRICT;
            CREATE INDEX resident_stale ON resident (number) WHERE stale <> '';
            CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
            CREATE TABLE cell (
                resident INTEGER NOT NULL, field INTEGER NOT NULL, epoch INTEGER NOT NULL, revision INTEGER NOT NULL,
                source INTEGER NOT NULL, time INTEGER NOT NULL, blob BLOB NOT NULL,
                PRIMARY KEY (resident, field)) WITHOUT ROWID, STRICT;
            CREATE TABLE write_key (
                resident INTEGER NOT NULL, epoch INTEGER NOT NULL, blob BLOB NOT NULL, seal BLOB NOT NULL,
                PRIMARY KEY (resident, epoch)) WITHOUT ROWID, STRICT;
            CREATE TABLE "grant" (
                number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, resident INTEGER NOT NULL, recipient TEXT NOT NULL,
                purpose TEXT NOT NULL, state TEXT NOT NULL, until INTEGER NOT NULL, ended INTEGER, statement BLOB NOT NULL,
                signature BLOB NOT NULL, seal BLOB NOT NULL) STRICT;
            CREATE INDEX grant_resident ON "grant" (resident, recipient, purpose);
            CREATE INDEX grant_recipient ON "grant" (recipient, id);
            CREATE INDEX grant_open_kind ON "grant" (recipient, purpose) WHERE state IN ('given', 'renewed', 'paused');
            CREATE INDEX grant_open_until ON "grant" (until, id) WHERE state IN ('given', 'renewed', 'paused');
            CREATE TABLE bundle (
                number INTEGER PRIMARY KEY, grant_id BLOB NOT NULL, form INTEGER NOT NULL, serial INTEGER NOT NULL,
                box BLOB NOT NULL, blob BLOB NOT NULL, seal BLOB NOT NULL) STRICT;
            CREATE TABLE supplement (
                grant_id BLOB NOT NULL, epoch INTEGER NOT NULL, fields TEXT NOT NULL, box BLOB NOT NULL, blob BLOB NOT NULL,
                seal BLOB NOT NULL, PRIMARY KEY (grant_id, epoch)) WITHOUT ROWID, STRICT;
            CREATE TABLE pairwise (
                resident INTEGER NOT NULL, recipient TEXT NOT NULL, id BLOB PRIMARY KEY, seal BLOB NOT NULL,
                UNIQUE (resident, recipient)) WITHOUT ROWID, STRICT;
            CREATE TABLE blind_index (
                value BLOB NOT NULL, field TEXT NOT NULL, resident INTEGER NOT NULL,
                generation INTEGER NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (value, field, resident)) WITHOUT ROWID, STRICT;
            CREATE INDEX blind_index_resident ON blind_index (resident);
            CREATE TABLE envelope (
                resident INTEGER NOT NULL, kind TEXT NOT NULL, salt BLOB, auth BLOB NOT NULL, commitment BLOB NOT NULL,
                until INTEGER, used INTEGER, custody_set BLOB, pepper INTEGER, blob BLOB NOT NULL, seal BLOB NOT NULL,
                PRIMARY KEY (resident, kind)) STRICT;
            CREATE INDEX envelope_pepper ON envelope (pepper) WHERE pepper IS NOT NULL;
            CREATE INDEX envelope_auth ON envelope (auth);
            CREATE TABLE share (
                resident INTEGER NOT NULL, x INTEGER NOT NULL, custodian TEXT NOT NULL, custody_set BLOB NOT NULL,
                threshold INTEGER NOT NULL, digest BLOB NOT NULL, box BLOB NOT NULL, blob BLOB NOT NULL, seal BLOB NOT NULL,
                PRIMARY KEY (resident, x)) STRICT;
            CREATE INDEX share_custodian ON share (custodian, resident);
            CREATE TABLE former_custodian (
                custodian TEXT NOT NULL, box BLOB NOT NULL, sign BLOB NOT NULL, seal BLOB NOT NULL,
                PRIMARY KEY (custodian, box)) WITHOUT ROWID, STRICT;
            CREATE TABLE key_share (
                name TEXT NOT NULL, x INTEGER NOT NULL, custodian TEXT NOT NULL, custody_set BLOB NOT NULL,
                threshold INTEGER NOT NULL, digest BLOB NOT NULL, box BLOB NOT NULL, mark BLOB NOT NULL, seal BLOB NOT NULL,
                PRIMARY KEY (name, x)) WITHOUT ROWID, STRICT;
            CREATE TABLE proposal (
                resident INTEGER NOT NULL, field TEXT NOT NULL, app TEXT NOT NULL, time INTEGER NOT NULL,
                blob BLOB NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (resident, field, app)) WITHOUT ROWID, STRICT;
            CREATE TABLE access_request (
                id BLOB PRIMARY KEY, resident INTEGER, app TEXT NOT NULL, purpose TEXT NOT NULL, version INTEGER NOT NULL,
                fields TEXT NOT NULL, form TEXT, until INTEGER, created INTEGER NOT NULL, expires INTEGER NOT NULL,
                state TEXT NOT NULL, decided INTEGER, grant_id BLOB, seal BLOB NOT NULL) WITHOUT ROWID, STRICT;
            CREATE INDEX access_request_resident ON access_request (resident, app, purpose);
            CREATE TABLE daily_count (
                first INTEGER PRIMARY KEY, next INTEGER NOT NULL, day TEXT NOT NULL, counts BLOB NOT NULL,
                seal BLOB NOT NULL) STRICT;
            CREATE TABLE log (seq INTEGER PRIMARY KEY, entry BLOB NOT NULL) STRICT;
            CREATE TABLE log_head (id INTEGER PRIMARY KEY CHECK (id = 0), frontier BLOB NOT NULL, time INTEGER NOT NULL,
                config BLOB NOT NULL, seal BLOB NOT NULL) STRICT;
            CREATE TABLE state_tag (
                tag BLOB PRIMARY KEY, seq INTEGER NOT NULL, state BLOB, seal BLOB NOT NULL) STRICT;
            CREATE TABLE tile (
                level INTEGER NOT NULL, number INTEGER NOT NULL, hashes BLOB NOT NULL,
                PRIMARY KEY (level, number)) STRICT;
            CREATE TABLE subject_tag (
                part INTEGER NOT NULL, first INTEGER NOT NULL, places BLOB NOT NULL, PRIMARY KEY (part, first)) STRICT;
            CREATE TABLE scrub (id INTEGER PRIMARY KEY CHECK (id = 0), number INTEGER NOT NULL, seal BLOB NOT NULL) STRICT;
            CREATE TABLE pepper (
                generation INTEGER PRIMARY KEY, digest BLOB NOT NULL, made INTEGER NOT NULL, retired INTEGER,
                seal BLOB NOT NULL) STRICT;
            CREATE TABLE index_root (generation INTEGER PRIMARY KEY, blob BLOB NOT NULL, seal BLOB NOT NULL) STRICT;
            CREATE TABLE next_key (id INTEGER PRIMARY KEY CHECK (id = 0), log_key BLOB NOT NULL, seal BLOB NOT NULL) STRICT;
            CREATE TABLE rotation (
                kind TEXT PRIMARY KEY, target TEXT NOT NULL, stage TEXT NOT NULL, cursor BLOB NOT NULL,
                done INTEGER NOT NULL, failed INTEGER NOT NULL, total INTEGER NOT NULL, rate INTEGER NOT NULL,
                started INTEGER NOT NULL, since INTEGER NOT NULL, finished INTEGER, seal BLOB NOT NULL) WITHOUT ROWID, STRICT;
            CREATE TABLE moment (name TEXT PRIMARY KEY, time INTEGER NOT NULL, seal BLOB NOT NULL) WITHOUT ROWID, STRICT;
            CREATE TABLE tally (name TEXT PRIMARY KEY, count INTEGER NOT NULL, seal BLOB NOT NULL) WITHOUT ROWID, STRICT;
            CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 0), readings BLOB NOT NULL, seal BLOB NOT NULL) STRICT;
            PRAGMA user_version = 6;
            """)
    }
}
