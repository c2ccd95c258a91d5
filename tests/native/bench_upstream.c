/*
 * An Ollama that costs next to nothing, for tests/system/proxy-bench: whatever time passes is the way's, not the server's.
 *   POST /api/generate   one fixed answer with a length
 *   POST /api/chat       a stream: one line every `interval` microseconds, the moment it was sent in its content, then the
 *                        last message after `num_predict` lines. Both are taken from the request's text
 *   anything else        {"models":[]}
 *
 *   gcc -O2 -o bench_upstream bench_upstream.c && ./bench_upstream PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { most_connections = 8192, most_request = 16384 };

static const char *const generated =
    "{\"model\":\"bench\",\"created_at\":\"2026-11-22T16:08:01.627365409Z\",\"response\":\" energy over over not would him them only"
    " at may do about other may may cool up has out the after have other little run\",\"done\":true,\"done_reason\":\"stop\","
    "\"total_duration\":1962694379,\"load_duration\":4506513,\"prompt_eval_count\":21,\"prompt_eval_duration\":488816000,"
    "\"eval_count\":26,\"eval_duration\":1463600000}";
static const char *const stream_head =
    "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nDate: Sun, 22 Nov 2026 16:07:57 GMT\r\nTransfer-Encoding: chunked\r\n\r\n";

struct connection {
    char request[most_request];
    size_t held;
    long left;        /* lines still to send; 0 without a stream */
    int64_t interval; /* ns */
    int64_t due;
    int is_open;
};

static struct connection *connections[most_connections];
static int highest = -1;
static int timer;

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* A line or an answer is far smaller than a socket's buffer: a short write means a client that reads nothing, and is left. */
static int say(int fd, const char *text, size_t length)
{
    return write(fd, text, length) == (ssize_t)length;
}

static int say_fixed(int fd, const char *body)
{
    char text[2048];
    int length = snprintf(text, sizeof text,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nDate: Sun, 22 Nov 2026 16:08:01 GMT\r\nContent-Length: %zu\r\n\r\n%s",
        strlen(body), body);
    return say(fd, text, (size_t)length);
}

static void leave(int fd)
{
    connections[fd]->is_open = 0;
    close(fd);
}

static int say_line(int fd, struct connection *c)
{
    char body[512], text[640];
    int length = --c->left > 0
        ? snprintf(body, sizeof body,
              "{\"model\":\"bench\",\"created_at\":\"2026-11-22T16:07:57.112707521Z\",\"message\":{\"role\":\"assistant\",\"content\":\" %019lld\"},\"done\":false}\n",
              (long long)now())
        : snprintf(body, sizeof body,
              "{\"model\":\"bench\",\"created_at\":\"2026-11-22T16:07:59.663019351Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,"
              "\"done_reason\":\"length\",\"total_duration\":4732948940,\"load_duration\":1634122023,\"prompt_eval_count\":21,"
              "\"prompt_eval_duration\":531241000,\"eval_count\":6,\"eval_duration\":2557070000}\n");
    length = snprintf(text, sizeof text, "%x\r\n%s\r\n%s", length, body, c->left > 0 ? "" : "0\r\n\r\n");
    c->due += c->interval;
    return say(fd, text, (size_t)length);
}

static long number(const char *text, const char *key, long otherwise)
{
    const char *found = strstr(text, key);
    return found == NULL ? otherwise : atol(found + strlen(key));
}

static int answer(int fd, struct connection *c, const char *body)
{
    if (strncmp(c->request, "POST /api/generate ", 19) == 0) {
        return say_fixed(fd, generated);
    }
    if (strncmp(c->request, "POST /api/chat ", 15) != 0) {
        return say_fixed(fd, "{\"models\":[]}");
    }
    c->left = number(body, "\"num_predict\":", 100);
    c->interval = number(body, "\"interval\":", 20000) * 1000LL;
    if (!say(fd, stream_head, strlen(stream_head))) {
        return 0;
    }
    c->due = now();
    if (!say_line(fd, c)) {
        return 0;
    }
    c->due -= (int64_t)((double)rand() / RAND_MAX * (double)c->interval); /* streams begun together do not stay in step */
    return 1;
}

/* Length of the request at the beginning, -1 while it is not all there. A body without a length has chunks. */
static long request_length(struct connection *c, const char **body)
{
    c->request[c->held] = 0;
    char *end = strstr(c->request, "\r\n\r\n");
    if (end == NULL) {
        return -1;
    }
    *body = end + 4;
    long head = (long)(end + 4 - c->request);
    char *length = strcasestr(c->request, "\r\nContent-Length:");
    if (length != NULL && length < end) {
        head += atol(length + 17);
        return (long)c->held >= head ? head : -1;
    }
    char *chunks = strcasestr(c->request, "\r\nTransfer-Encoding: chunked");
    if (chunks == NULL || chunks > end) {
        return head;
    }
    char *last = strstr(end, "\r\n0\r\n\r\n");
    return last == NULL ? -1 : (long)(last + 7 - c->request);
}

static void receive(int fd)
{
    struct connection *c = connections[fd];
    ssize_t got = read(fd, c->request + c->held, sizeof c->request - 1 - c->held);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) {
            leave(fd);
        }
        return;
    }
    c->held += (size_t)got;
    const char *body;
    for (long length; c->held > 0 && (length = request_length(c, &body)) > 0;) {
        if (!answer(fd, c, body)) {
            leave(fd);
            return;
        }
        c->held -= (size_t)length;
        memmove(c->request, c->request + length, c->held);
    }
}

static void take(int listener, int events)
{
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) {
        return;
    }
    if (fd >= most_connections) {
        close(fd);
        return;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connections[fd] == NULL) {
        connections[fd] = malloc(sizeof *connections[fd]);
    }
    memset(connections[fd], 0, sizeof *connections[fd]);
    connections[fd]->is_open = 1;
    highest = fd > highest ? fd : highest;
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
    epoll_ctl(events, EPOLL_CTL_ADD, fd, &event);
}

/* Sends what is due, and sets the timer to what is due next. */
static void send_due(void)
{
    int64_t next = INT64_MAX;
    for (int fd = 0; fd <= highest; fd++) {
        struct connection *c = connections[fd];
        if (c == NULL || !c->is_open || c->left == 0) {
            continue;
        }
        if (c->due <= now() && !say_line(fd, c)) {
            leave(fd);
        } else if (c->left > 0 && c->due < next) {
            next = c->due;
        }
    }
    struct itimerspec at = { 0 };
    if (next != INT64_MAX) {
        at.it_value.tv_sec = next / 1000000000;
        at.it_value.tv_nsec = next % 1000000000;
    }
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
}

int main(int count, char **words)
{
    if (count != 2) {
        fprintf(stderr, "usage: %s PORT\n", words[0]);
        return 2;
    }
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(words[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0) {
        perror("bench_upstream");
        return 1;
    }
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    int events = epoll_create1(0);
    for (int i = 0; i < 2; i++) {
        struct epoll_event event = { .events = EPOLLIN, .data.fd = i == 0 ? listener : timer };
        epoll_ctl(events, EPOLL_CTL_ADD, event.data.fd, &event);
    }
    for (;;) {
        struct epoll_event ready[256];
        int found = epoll_wait(events, ready, 256, -1), is_due = 0;
        for (int i = 0; i < found; i++) {
            int fd = ready[i].data.fd;
            if (fd == listener) {
                take(listener, events);
            } else if (fd == timer) {
                is_due = 1;
            } else if (connections[fd]->is_open) {
                receive(fd);
                is_due |= connections[fd]->left > 0;
            }
        }
        if (is_due) {
            send_due();
        }
    }
}
