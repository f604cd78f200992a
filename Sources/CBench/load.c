#define _GNU_SOURCE
#include "CBench.h"
#include "clock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct {
    int fd;
    const uint8_t *out;
    size_t left;
    uint64_t sent;
    char *in;
    size_t have, room;
} connection;

static int open_socket(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return -1;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0
        || fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Writes what is left; -1 when the connection is gone. A full socket is waited for: answers are read meanwhile. */
static int push(connection *c, int poller, unsigned place) {
    while (c->left > 0) {
        ssize_t n = send(c->fd, c->out, c->left, MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.u32 = place};
            return epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
        }
        if (n <= 0) return -1;
        c->out += n;
        c->left -= (size_t)n;
        if (c->left == 0) {
            struct epoll_event event = {.events = EPOLLIN, .data.u32 = place};
            if (epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event) != 0) return -1;
        }
    }
    return 0;
}

/* The length of the whole first answer in the buffer; 0 if more must come, -1 if it is none. */
static ssize_t answer_length(connection *c, size_t *head) {
    char *end = memmem(c->in, c->have, "\r\n\r\n", 4);
    if (!end) return 0;
    *head = (size_t)(end - c->in) + 4;
    size_t body = 0;
    for (char *line = memchr(c->in, '\n', *head); line && line + 2 < end; line = memchr(line, '\n', (size_t)(end - line))) {
        line++;
        if (strncasecmp(line, "content-length:", 15) == 0) body = strtoul(line + 15, NULL, 10);
        if (strncasecmp(line, "transfer-encoding:", 18) == 0) {
            /* Chunked: the last chunk ends it. */
            char *last = memmem(c->in + *head, c->have - *head, "0\r\n\r\n", 5);
            return last ? last + 5 - c->in : 0;
        }
    }
    return c->have >= *head + body ? (ssize_t)(*head + body) : 0;
}

int rv_load_run(
    const char *socket_path, const uint8_t *bytes, const size_t *ends, size_t requests, unsigned connections,
    double seconds, uint64_t seed, const char *bad, uint32_t *latencies, size_t room, rv_load *result) {
    memset(result, 0, sizeof *result);
    connection *all = calloc(connections, sizeof *all);
    int poller = epoll_create1(EPOLL_CLOEXEC);
    int status = 0;
    unsigned open = 0, busy = 0;
    uint64_t random = seed * 2654435761u + 88172645463325252u;
    for (; open < connections && status == 0; open++) {
        all[open] = (connection){.fd = open_socket(socket_path), .room = 1 << 16};
        all[open].in = malloc(all[open].room);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = open};
        if (all[open].fd < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, all[open].fd, &event) != 0) status = -1;
    }
    uint64_t start = now_ns(), stop = start + (uint64_t)(seconds * 1e9);
#define NEXT(c, place)                                                                                                 \
    do {                                                                                                               \
        size_t which = next_random(&random) % requests;                                                                \
        size_t from = which ? ends[which - 1] : 0;                                                                     \
        (c)->out = bytes + from;                                                                                       \
        (c)->left = ends[which] - from;                                                                                \
        (c)->sent = now_ns();                                                                                          \
        if (push(c, poller, place) != 0) status = -1;                                                                  \
    } while (0)
    for (unsigned i = 0; i < open && status == 0; i++) {
        NEXT(&all[i], i);
        busy++;
    }
    struct epoll_event events[128];
    while (busy > 0 && status == 0) {
        int n = epoll_wait(poller, events, 128, 30000);
        if (n == 0 || (n < 0 && errno != EINTR)) status = -1;
        for (int i = 0; i < n && status == 0; i++) {
            connection *c = &all[events[i].data.u32];
            if ((events[i].events & EPOLLOUT) && push(c, poller, events[i].data.u32) != 0) status = -1;
            if (!(events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) continue;
            if (c->room - c->have < 1 << 15) c->in = realloc(c->in, c->room *= 2);
            ssize_t got = recv(c->fd, c->in + c->have, c->room - c->have, 0);
            if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (got <= 0) {
                status = -1;
                break;
            }
            c->have += (size_t)got;
            size_t head = 0;
            ssize_t length = answer_length(c, &head);
            if (length == 0) continue;
            uint64_t now = now_ns(), took = now - c->sent;
            if (result->answered < room) latencies[result->answered] = took > UINT32_MAX ? UINT32_MAX : (uint32_t)took;
            result->answered++;
            result->bytes += (uint64_t)length;
            if (c->have < 12 || memcmp(c->in, "HTTP/1.1 200", 12) != 0
                || (bad && memmem(c->in + head, (size_t)length - head, bad, strlen(bad))))
                result->wrong++;
            c->have -= (size_t)length;
            memmove(c->in, c->in + length, c->have);
            if (now < stop) NEXT(c, events[i].data.u32);
            else busy--;
        }
    }
#undef NEXT
    result->seconds = (double)(now_ns() - start) / 1e9;
    for (unsigned i = 0; i < open; i++) {
        if (all[i].fd >= 0) close(all[i].fd);
        free(all[i].in);
    }
    if (poller >= 0) close(poller);
    free(all);
    return status;
}
