#define _GNU_SOURCE
#include "CBench.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int rv_connect(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return -1;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    close(fd);
    return -1;
}

typedef struct {
    int fd;
    char bytes[1 << 16];
    size_t from, to;
} input;

static int fill(input *in) {
    if (in->from < in->to) return 0;
    ssize_t got = recv(in->fd, in->bytes, sizeof in->bytes, 0);
    if (got <= 0) return -1;
    in->from = 0;
    in->to = (size_t)got;
    return 0;
}

/* One line without its end; -1 when there is none. */
static int read_line(input *in, char *line, size_t room) {
    size_t length = 0;
    for (;;) {
        if (fill(in) != 0) return -1;
        char c = in->bytes[in->from++];
        if (c == '\n') {
            if (length > 0 && line[length - 1] == '\r') length--;
            line[length] = 0;
            return 0;
        }
        if (length + 1 < room) line[length++] = c;
    }
}

static int take(input *in, size_t length, uint8_t *body, size_t room, size_t *have) {
    while (length > 0) {
        if (fill(in) != 0) return -1;
        size_t part = in->to - in->from < length ? in->to - in->from : length;
        size_t kept = *have < room ? (part < room - *have ? part : room - *have) : 0;
        if (kept > 0) memcpy(body + *have, in->bytes + in->from, kept);
        *have += part;
        in->from += part;
        length -= part;
    }
    return 0;
}

int64_t rv_call(int fd, const uint8_t *request, size_t length, uint8_t *body, size_t room, int *status) {
    while (length > 0) {
        ssize_t sent = send(fd, request, length, MSG_NOSIGNAL);
        if (sent <= 0) return -1;
        request += sent;
        length -= (size_t)sent;
    }
    input *in = malloc(sizeof *in);
    in->fd = fd;
    in->from = in->to = 0;
    char line[1024];
    size_t content = 0, have = 0;
    int chunked = 0;
    int64_t result = -1;
    if (read_line(in, line, sizeof line) != 0 || strlen(line) < 12) goto end;
    *status = atoi(line + 9);
    for (;;) {
        if (read_line(in, line, sizeof line) != 0) goto end;
        if (!line[0]) break;
        if (strncasecmp(line, "content-length:", 15) == 0) content = strtoul(line + 15, NULL, 10);
        if (strncasecmp(line, "transfer-encoding:", 18) == 0) chunked = 1;
    }
    if (!chunked && take(in, content, body, room, &have) != 0) goto end;
    while (chunked) {
        if (read_line(in, line, sizeof line) != 0) goto end;
        size_t part = strtoul(line, NULL, 16);
        if (take(in, part, body, room, &have) != 0 || read_line(in, line, sizeof line) != 0) goto end;
        if (part == 0) break;
    }
    result = (int64_t)have;
end:
    free(in);
    return result;
}
