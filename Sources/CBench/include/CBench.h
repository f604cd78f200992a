/* The parts of the benchmarks that are written in C: a load generator that costs little beside what it measures, and
   the yardsticks that say how fast this machine's libsodium, SQLite and disk are without any Swift. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* What a load came to. */
typedef struct {
    uint64_t answered;
    /* Answers whose status is not 200, or that hold what no good answer holds. */
    uint64_t wrong;
    uint64_t bytes;
    double seconds;
} rv_load;

/* Sends HTTP/1.1 requests over a Unix socket: each connection sends its next one as soon as it has the answer, chosen at
   random, until the time is over. `bytes` holds all requests one after the other; `ends` says where each one ends.
   Latencies are written in nanoseconds, as many as there is room for. An answer that holds `bad` counts as wrong.
   Returns 0, or -1 when the socket cannot be used. */
int rv_load_run(
    const char *socket_path, const uint8_t *bytes, const size_t *ends, size_t requests, unsigned connections,
    double seconds, uint64_t seed, const char *bad, uint32_t *latencies, size_t room, rv_load *result);

/* A connection to a Unix socket for `rv_call`, or -1. */
int rv_connect(const char *socket_path);

/* Sends one request and reads the whole answer, which may be chunked and of any length; as much of its body as there is
   room for is kept. Returns the body's length, or -1 when the connection failed. */
int64_t rv_call(int fd, const uint8_t *request, size_t length, uint8_t *body, size_t room, int *status);

/* The number that a query of an SQLite file gives, or -1. */
double rv_query(const char *path, const char *sql);

/* Appends 4 KiB and syncs, over and over; syncs a second, or -1. */
double rv_sync_rate(const char *path, double seconds);

/* Bare libsodium: seals or opens `length` bytes with `additional` bytes of context, a fresh random nonce each. Calls a
   second. */
double rv_aead_rate(int opens, size_t length, size_t additional, double seconds);

/* Makes the database that `rv_floor_rate` reads: cells as the vault keeps them, for so many residents. 0, or -1. */
int rv_floor_make(const char *path, unsigned residents);

/* The reading path without HTTP, policy or checks, on one thread: find the grant, open its bundle and five cells, insert
   the entry; `group` reads a durable commit, each with one signature. Reads a second, or -1. */
double rv_floor_rate(const char *path, unsigned residents, unsigned group, double seconds);
