#define _GNU_SOURCE
#include "CBench.h"
#include "clock.h"
#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

double rv_sync_rate(const char *path, double seconds) {
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return -1;
    char block[4096];
    memset(block, 7, sizeof block);
    uint64_t start = now_ns(), stop = start + (uint64_t)(seconds * 1e9), count = 0;
    while (now_ns() < stop) {
        if (write(fd, block, sizeof block) != sizeof block || fdatasync(fd) != 0) break;
        count++;
    }
    double rate = (double)count / ((double)(now_ns() - start) / 1e9);
    close(fd);
    unlink(path);
    return count ? rate : -1;
}

double rv_query(const char *path, const char *sql) {
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    double value = -1;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK
        && sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW)
        value = sqlite3_column_double(query, 0);
    sqlite3_finalize(query);
    sqlite3_close(db);
    return value;
}

#define SEAL crypto_aead_xchacha20poly1305_ietf_encrypt
#define OPEN crypto_aead_xchacha20poly1305_ietf_decrypt
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES

/* nonce ‖ ciphertext, as everything sealed is kept. */
static void seal(unsigned char *out, const unsigned char *text, size_t length, const unsigned char *context,
                 size_t contexts, const unsigned char *key) {
    randombytes_buf(out, NONCE);
    SEAL(out + NONCE, NULL, text, length, context, contexts, NULL, out, key);
}

static int unseal(unsigned char *out, const unsigned char *sealed, size_t length, const unsigned char *context,
                  size_t contexts, const unsigned char *key) {
    return OPEN(out, NULL, NULL, sealed + NONCE, length - NONCE, context, contexts, sealed, key);
}

double rv_aead_rate(int opens, size_t length, size_t additional, double seconds) {
    if (sodium_init() < 0 || length > 4096 || additional > 4096) return -1;
    unsigned char key[32], text[4096], context[4096], sealed[4096 + NONCE + TAG];
    randombytes_buf(key, sizeof key);
    randombytes_buf(text, sizeof text);
    randombytes_buf(context, sizeof context);
    seal(sealed, text, length, context, additional, key);
    uint64_t start = now_ns(), stop = start + (uint64_t)(seconds * 1e9), count = 0;
    while (now_ns() < stop)
        for (int i = 0; i < 256; i++, count++) {
            if (!opens) seal(sealed, text, length, context, additional, key);
            else if (unseal(text, sealed, NONCE + length + TAG, context, additional, key) != 0) return -1;
        }
    return (double)count / ((double)(now_ns() - start) / 1e9);
}

/* The floor. */

enum { FIELDS = 20, READ = 5, CELL = NONCE + 32 + TAG, BUNDLE = 120 + READ * 56, ENTRY = 600, CONTEXT = 112 };

static sqlite3 *open_database(const char *path) {
    sqlite3 *db = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK) return NULL;
    const char *settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
                           "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;";
    if (sqlite3_exec(db, settings, NULL, NULL, NULL) == SQLITE_OK) return db;
    sqlite3_close(db);
    return NULL;
}

static const unsigned char floor_key[32] = {9};

int rv_floor_make(const char *path, unsigned residents) {
    sqlite3 *db = sodium_init() < 0 ? NULL : open_database(path);
    if (!db) return -1;
    const char *tables =
        "CREATE TABLE pairwise (id BLOB PRIMARY KEY, resident INTEGER) WITHOUT ROWID;"
        "CREATE TABLE consent (resident INTEGER PRIMARY KEY, statement BLOB, bundle BLOB);"
        "CREATE TABLE cell (resident INTEGER, field INTEGER, epoch INTEGER, revision INTEGER, source INTEGER, time INTEGER,"
        " blob BLOB, PRIMARY KEY (resident, field)) WITHOUT ROWID;"
        "CREATE TABLE log (seq INTEGER PRIMARY KEY, entry BLOB); BEGIN";
    sqlite3_stmt *pair = NULL, *grant = NULL, *cell = NULL;
    int status = sqlite3_exec(db, tables, NULL, NULL, NULL) == SQLITE_OK
                         && sqlite3_prepare_v2(db, "INSERT INTO pairwise VALUES (?, ?)", -1, &pair, NULL) == SQLITE_OK
                         && sqlite3_prepare_v2(db, "INSERT INTO consent VALUES (?, ?, ?)", -1, &grant, NULL) == SQLITE_OK
                         && sqlite3_prepare_v2(db, "INSERT INTO cell VALUES (?, ?, 1, 1, 1, 1700000000000, ?)", -1, &cell, NULL) == SQLITE_OK
                     ? 0 : -1;
    unsigned char text[BUNDLE] = {0}, context[CONTEXT] = {0}, sealed[BUNDLE + NONCE + TAG], statement[700] = {1};
    for (unsigned r = 0; r < residents && status == 0; r++) {
        unsigned char id[16] = {0};
        crypto_generichash(id, sizeof id, (const unsigned char *)&r, sizeof r, NULL, 0);
        sqlite3_bind_blob(pair, 1, id, sizeof id, SQLITE_TRANSIENT);
        sqlite3_bind_int(pair, 2, (int)r);
        seal(sealed, text, BUNDLE, context, sizeof context, floor_key);
        sqlite3_bind_int(grant, 1, (int)r);
        sqlite3_bind_blob(grant, 2, statement, sizeof statement, SQLITE_TRANSIENT);
        sqlite3_bind_blob(grant, 3, sealed, BUNDLE + NONCE + TAG, SQLITE_TRANSIENT);
        if (sqlite3_step(pair) != SQLITE_DONE || sqlite3_step(grant) != SQLITE_DONE) status = -1;
        sqlite3_reset(pair);
        sqlite3_reset(grant);
        for (int f = 0; f < FIELDS && status == 0; f++) {
            seal(sealed, text, 32, context, sizeof context, floor_key);
            sqlite3_bind_int(cell, 1, (int)r);
            sqlite3_bind_int(cell, 2, f);
            sqlite3_bind_blob(cell, 3, sealed, CELL, SQLITE_TRANSIENT);
            if (sqlite3_step(cell) != SQLITE_DONE) status = -1;
            sqlite3_reset(cell);
        }
    }
    sqlite3_finalize(pair);
    sqlite3_finalize(grant);
    sqlite3_finalize(cell);
    if (sqlite3_exec(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL) != SQLITE_OK) status = -1;
    sqlite3_close(db);
    return status;
}

double rv_floor_rate(const char *path, unsigned residents, unsigned group, double seconds) {
    sqlite3 *db = sodium_init() < 0 ? NULL : open_database(path);
    if (!db) return -1;
    sqlite3_stmt *pair = NULL, *grant = NULL, *cell = NULL, *entry = NULL, *begin = NULL, *commit = NULL;
    const char *texts[] = {"SELECT resident FROM pairwise WHERE id = ?",
                           "SELECT statement, bundle FROM consent WHERE resident = ?",
                           "SELECT epoch, revision, source, time, blob FROM cell WHERE resident = ? AND field = ?",
                           "INSERT INTO log (entry) VALUES (?)", "BEGIN IMMEDIATE", "COMMIT"};
    sqlite3_stmt **all[] = {&pair, &grant, &cell, &entry, &begin, &commit};
    int ok = 1;
    for (int i = 0; i < 6; i++) ok = ok && sqlite3_prepare_v2(db, texts[i], -1, all[i], NULL) == SQLITE_OK;
    unsigned char public[32], secret[64], signature[64], hash[32], text[BUNDLE + 64], context[CONTEXT] = {0}, row[ENTRY] = {3};
    crypto_sign_keypair(public, secret);
    uint64_t random = 88172645463325252u, count = 0, start = now_ns(), stop = start + (uint64_t)(seconds * 1e9);
    while (ok && now_ns() < stop) {
        ok = sqlite3_step(begin) == SQLITE_DONE;
        sqlite3_reset(begin);
        for (unsigned i = 0; ok && i < group; i++, count++) {
            unsigned r = (unsigned)(next_random(&random) % residents);
            unsigned char id[16];
            crypto_generichash(id, sizeof id, (const unsigned char *)&r, sizeof r, NULL, 0);
            sqlite3_bind_blob(pair, 1, id, sizeof id, SQLITE_STATIC);
            ok = sqlite3_step(pair) == SQLITE_ROW;
            int resident = sqlite3_column_int(pair, 0);
            sqlite3_bind_int(grant, 1, resident);
            ok = ok && sqlite3_step(grant) == SQLITE_ROW
                 && unseal(text, sqlite3_column_blob(grant, 1), (size_t)sqlite3_column_bytes(grant, 1), context,
                           sizeof context, floor_key) == 0;
            for (int f = 0; ok && f < READ; f++) {
                sqlite3_bind_int(cell, 1, resident);
                sqlite3_bind_int(cell, 2, f * 3);
                ok = sqlite3_step(cell) == SQLITE_ROW
                     && unseal(text, sqlite3_column_blob(cell, 4), (size_t)sqlite3_column_bytes(cell, 4), context,
                               sizeof context, floor_key) == 0;
                sqlite3_reset(cell);
            }
            crypto_hash_sha256(hash, row, sizeof row);
            sqlite3_bind_blob(entry, 1, row, sizeof row, SQLITE_STATIC);
            ok = ok && sqlite3_step(entry) == SQLITE_DONE;
            sqlite3_reset(entry);
            sqlite3_reset(grant);
            sqlite3_reset(pair);
        }
        ok = ok && sqlite3_step(commit) == SQLITE_DONE;
        sqlite3_reset(commit);
        crypto_sign_detached(signature, NULL, hash, sizeof hash, secret);
    }
    double rate = (double)count / ((double)(now_ns() - start) / 1e9);
    for (int i = 0; i < 6; i++) sqlite3_finalize(*all[i]);
    sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
    sqlite3_close(db);
    return ok ? rate : -1;
}
