/*
 * Reads streams of bench_upstream, for tests/system/proxy-bench.
 *   bench_reader PORT STREAMS SECONDS INTERVAL   prints the lines' age in microseconds when they were read: p50, p99, lines read
 *   bench_reader PORT STREAMS hold               opens the streams, waits for the first line of each, prints how many, and keeps
 *                                                them open until its input ends
 *
 *   gcc -O2 -o bench_reader bench_reader.c
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { most_samples = 4000000, most_text = 65536, patience_seconds = 20 };

static const char *const mark = "\"content\":\" ";
static double *ages;
static long samples;

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

static int begin(int port, long interval, int lines)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("bench_reader");
        exit(1);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    char body[256], text[1024];
    int length = snprintf(body, sizeof body,
        "{\"model\":\"bench\",\"messages\":[{\"role\":\"user\",\"content\":\"how much energy\"}],\"options\":{\"num_predict\":%d,\"interval\":%ld}}", lines, interval);
    length = snprintf(text, sizeof text,
        "POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", port, length, body);
    if (write(fd, text, (size_t)length) != length) {
        perror("bench_reader");
        exit(1);
    }
    return fd;
}

/* Lines in a read; one that two reads share is not counted, and is rare. */
static int measure(const char *text, int64_t at)
{
    int lines = 0;
    for (const char *found = text; (found = strstr(found, mark)) != NULL; lines++) {
        found += strlen(mark);
        if (strlen(found) >= 19 && samples < most_samples) {
            ages[samples++] = (double)(at - atoll(found)) / 1000;
        }
    }
    return lines;
}

int main(int count, char **words)
{
    int hold = count == 4 && strcmp(words[3], "hold") == 0;
    if (count != 5 && !hold) {
        fprintf(stderr, "usage: %s PORT STREAMS SECONDS INTERVAL | PORT STREAMS hold\n", words[0]);
        return 2;
    }
    int streams = atoi(words[2]), events = epoll_create1(0), begun = 0;
    ages = malloc(most_samples * sizeof *ages);
    for (int i = 0; i < streams; i++) {
        int fd = begin(atoi(words[1]), hold ? 2000000000L : atol(words[4]), 1000000);
        struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
        epoll_ctl(events, EPOLL_CTL_ADD, fd, &event);
    }

    static char text[most_text + 1];
    int64_t end = now() + (hold ? patience_seconds * 1000000000LL : (int64_t)(atof(words[3]) * 1e9));
    while (now() < end && !(hold && begun == streams)) {
        struct epoll_event ready[64];
        int found = epoll_wait(events, ready, 64, 100);
        for (int i = 0; i < found; i++) {
            ssize_t got = read(ready[i].data.fd, text, most_text);
            int64_t at = now();
            if (got <= 0) {
                fprintf(stderr, "bench_reader: a stream ended\n");
                return 1;
            }
            text[got] = 0;
            begun += measure(text, at);
        }
    }

    if (hold) {
        printf("%d\n", begun);
        fflush(stdout);
        while (read(0, text, most_text) > 0) {
        }
        return 0;
    }
    qsort(ages, (size_t)samples, sizeof *ages, ascending);
    printf("%.1f %.1f %ld\n", samples ? ages[samples / 2] : 0, samples ? ages[samples * 99 / 100] : 0, samples);
    return samples == 0;
}
