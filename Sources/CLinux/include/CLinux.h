/* What Glibc's Swift overlay hides because it is built without _GNU_SOURCE. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Who is at the other end of a Unix socket, as the kernel recorded it at connect(2). */
typedef struct {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
} rv_peer;

/* SO_PEERCRED. Returns 0, or -1 with errno. */
int rv_peer_credentials(int fd, rv_peer *out);

/* SO_PEERGROUPS: the peer's supplementary groups. Returns how many were written (at most capacity), or -1. */
int rv_peer_groups(int fd, uint32_t *groups, int capacity);

/* No core file and no ptrace by others: RLIMIT_CORE 0 and PR_SET_DUMPABLE 0. Returns 0, or -1 with errno. */
int rv_refuse_core_dumps(void);

/* Has a spawned child begin with no descriptor from this number on (glibc 2.34): it is the child that closes them, so
   none that another thread opens meanwhile gets through. `actions` is a posix_spawn_file_actions_t. Returns 0 or an errno. */
int rv_spawn_close_from(void *actions, int from);

/* Clears the 64 KiB of stack below the caller: what finished calls left there, short strings above all, which Swift
   keeps inline and so never frees. */
void rv_clear_stack(void);

/* Bytes this process may lock (RLIMIT_MEMLOCK), as a signed number; -1 for no limit, -2 on failure. */
int64_t rv_memory_lock_limit(void);

/* Asks on the controlling terminal and reads one line without showing it; the terminal is put back also when a signal
   ends the process meanwhile. Returns the line's length in bytes without its end, or -1 with errno: ENXIO without a
   terminal, E2BIG for a line that does not fit, EIO at the end of input. */
long rv_ask_terminal(const char *question, void *buffer, size_t size);
