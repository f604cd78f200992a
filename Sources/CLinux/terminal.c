#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Signals that end or stop the process while the terminal is quiet; the handler only notes which one came. */
static const int endings[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
enum { ending_count = sizeof endings / sizeof endings[0] };
static volatile sig_atomic_t came;

static void note(int number) { came = number; }

static int put(int terminal, const char *text) {
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t count = write(terminal, text, left);
        if (count < 0 && errno == EINTR && came == 0) continue;
        if (count <= 0) return -1;
        text += count;
        left -= (size_t)count;
    }
    return 0;
}

long rv_ask_terminal(const char *question, void *buffer, size_t size) {
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) return -1;
    struct termios loud;
    if (tcgetattr(terminal, &loud) != 0) {
        close(terminal);
        return -1;
    }
    struct sigaction old[ending_count], noting;
    memset(&noting, 0, sizeof noting);
    noting.sa_handler = note; /* no SA_RESTART: the read below must end */
    came = 0;
    /* Whoever started this process may have blocked them, and a Ctrl-C must end the question. */
    sigset_t unblocked, blocked;
    sigemptyset(&unblocked);
    for (int i = 0; i < ending_count; i++) {
        sigaction(endings[i], &noting, &old[i]);
        sigaddset(&unblocked, endings[i]);
    }
    pthread_sigmask(SIG_UNBLOCK, &unblocked, &blocked);
    struct termios quiet = loud;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    quiet.c_lflag |= ECHONL | ICANON;
    quiet.c_iflag |= IUTF8;
    long count = -1;
    if (tcsetattr(terminal, TCSAFLUSH, &quiet) == 0 && put(terminal, question) == 0 && came == 0) {
        do count = read(terminal, buffer, size);
        while (count < 0 && errno == EINTR && came == 0);
    }
    int reason = came != 0 ? EINTR : errno;
    tcsetattr(terminal, TCSAFLUSH, &loud);
    for (int i = 0; i < ending_count; i++) sigaction(endings[i], &old[i], NULL);
    close(terminal);
    if (came != 0) {
        raise(came);
        count = -1;
    }
    pthread_sigmask(SIG_SETMASK, &blocked, NULL);
    if (count < 0) {
        errno = reason;
        return -1;
    }
    char *end = memchr(buffer, '\n', (size_t)count);
    if (end == NULL) {
        explicit_bzero(buffer, size);
        errno = count == 0 ? EIO : E2BIG;
        return -1;
    }
    return end - (char *)buffer;
}
