/* The load client of bench.live and bench.pages: one thread over epoll, so that Python's speed is not what is measured.

     streams open  HOST PORT PATH N SECONDS CONNECTS MESSAGES   N event streams; when each got each message
     streams again HOST PORT PATH N SECONDS CONNECTS            N event streams, all closed and all opened once more
     streams get   HOST PORT PATH N SECONDS [HEADER ...]        N connections asking one after the other, kept alive

   HOST is an IPv4 address. It ends after SECONDS at the latest, and when its standard input is closed. Prints a JSON
   object a line: times of messages are microseconds of CLOCK_MONOTONIC, all others seconds or as named. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "answers.h"

struct stream {
    struct answer answer; /* first: a pointer to one is a pointer to the other */
    int fd, index, named, has_data, column;
    long messages; /* received; of "get", answers on this connection */
    int64_t asked; /* microseconds */
    char start[5]; /* of the line being read */
};

enum { OTHERS = 64, HIGHEST = 600, PORTS = 4000, EVENTS = 512, ANSWERS = 4 << 20 };

static struct sockaddr_in server;
static char request[4096], buffer[1 << 18];
static struct stream *streams;
static int poller, number, connects, most, gets, reached;
static int started, under_way, opened, refused, failed, lost, resyncs, first_error, statuses[HIGHEST];
static int64_t *times, deadline, now;
static int *counts;
static uint32_t *latencies;
static long answers, bytes;

static void stop(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fputc('\n', stderr);
    exit(2);
}

static int64_t microseconds(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

static void make_room(void)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if ((rlim_t)number + OTHERS > files.rlim_cur)
        stop("%d streams do not fit: this machine lets a process open %llu files (ulimit -Hn).", number,
             (unsigned long long)files.rlim_cur);
}

static void end(struct stream *s)
{
    if (s->answer.state == CLOSED)
        return;
    if (s->answer.state <= HEAD)
        under_way--;
    close(s->fd);
    s->answer.state = CLOSED;
}

static void fail(struct stream *s, int error)
{
    if (!first_error)
        first_error = error;
    failed++;
    end(s);
}

static void begin(struct stream *s);

/* A server may end a kept connection after an answer, and then refuses what was on its way to it. */
static void drop(struct stream *s, int error)
{
    if (!gets || !s->messages) {
        fail(s, error);
        return;
    }
    end(s);
    begin(s);
}

static void ask(struct stream *s)
{
    ssize_t length = strlen(request);
    s->answer.state = HEAD;
    s->answer.have = 0;
    s->asked = microseconds();
    if (send(s->fd, request, length, MSG_NOSIGNAL) != length)
        drop(s, errno);
}

static void watch(struct stream *s, int how, uint32_t what)
{
    struct epoll_event event = {.events = what, .data.ptr = s};
    if (epoll_ctl(poller, how, s->fd, &event))
        stop("epoll: %s", strerror(errno));
}

/* From one of several loopback addresses: one has ports for 28,000 connections, those just closed included. */
static void bind_source(int fd, int index)
{
    int yes = 1;
    struct sockaddr_in source = {.sin_family = AF_INET};
    if (ntohl(server.sin_addr.s_addr) >> 24 != 127)
        return;
    source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + index / PORTS);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&source, sizeof source))
        stop("bind: %s", strerror(errno));
}

static void begin(struct stream *s)
{
    int yes = 1;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->fd < 0)
        stop("socket: %s", strerror(errno));
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    bind_source(s->fd, s->index);
    s->answer.state = CONNECTING;
    s->column = s->has_data = s->named = 0;
    s->messages = gets ? 0 : s->messages;
    under_way++;
    if (connect(s->fd, (struct sockaddr *)&server, sizeof server) && errno != EINPROGRESS)
        fail(s, errno);
    else
        watch(s, EPOLL_CTL_ADD, EPOLLOUT);
}

static void connected(struct stream *s)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        fail(s, error);
        return;
    }
    watch(s, EPOLL_CTL_MOD, EPOLLIN);
    ask(s);
}

static void begin_more(void)
{
    while (started < number && under_way < connects)
        begin(&streams[started++]);
}

/* Of a stream: what its lines say. */

static void received(struct stream *s)
{
    if (s->named) {
        resyncs++;
    } else if (s->messages < most) {
        times[s->messages * number + s->index] = now;
        counts[s->messages]++;
        s->messages++;
    }
}

static void line(struct stream *s)
{
    if (s->column == 0 || (s->column == 1 && s->start[0] == '\r')) {
        if (s->has_data)
            received(s);
        s->has_data = s->named = 0;
    } else if (s->column == 5 && !memcmp(s->start, "data:", 5)) {
        s->has_data = 1;
    } else if (s->column == 5 && !memcmp(s->start, "event", 5)) {
        s->named = 1;
    }
    s->column = 0;
}

static void lines(struct stream *s, const char *at, long length)
{
    while (length > 0) {
        const char *end_of_line = memchr(at, '\n', length);
        long part = end_of_line ? end_of_line - at : length;
        for (long i = 0; i < part && s->column < 5; i++)
            s->start[s->column++] = at[i];
        if (!end_of_line)
            return;
        line(s);
        at += part + 1;
        length -= part + 1;
    }
}

static void head_is_read(struct answer *a)
{
    statuses[a->status > 0 && a->status < HIGHEST ? a->status : 0]++;
    under_way--;
    if (gets)
        return;
    if (a->status == 200) {
        opened++;
    } else {
        refused++;
        end((struct stream *)a);
    }
}

static void body_is_read(struct answer *a, const char *at, long length)
{
    if (gets)
        bytes += length;
    else
        lines((struct stream *)a, at, length);
}

static void answer_is_read(struct answer *a)
{
    struct stream *s = (struct stream *)a;
    if (!gets) {
        lost++;
        end(s);
        return;
    }
    if (answers < ANSWERS)
        latencies[answers] = now - s->asked;
    answers++;
    s->messages++;
    under_way++;
    ask(s);
}

static void readable(struct stream *s)
{
    ssize_t length = recv(s->fd, buffer, sizeof buffer, 0);
    now = microseconds();
    if (length > 0) {
        take(&s->answer, buffer, length);
    } else if (length < 0 && errno == EAGAIN) {
        return;
    } else if (gets || s->answer.state == HEAD) {
        drop(s, length ? errno : ECONNRESET);
    } else {
        lost++;
        end(s);
    }
}

/* Waits until `done`, the end of the time or of the standard input. */
static int run_until(int (*done)(void))
{
    struct epoll_event events[EVENTS];
    while (!done()) {
        int64_t left = (deadline - microseconds()) / 1000;
        if (left <= 0)
            return 0;
        int ready = epoll_wait(poller, events, EVENTS, left < 1000 ? left : 1000);
        for (int i = 0; i < ready; i++) {
            struct stream *s = events[i].data.ptr;
            if (!s && read(0, buffer, sizeof buffer) <= 0)
                return 0;
            if (s && s->answer.state == CONNECTING)
                connected(s);
            else if (s && s->answer.state != CLOSED)
                readable(s);
        }
        begin_more();
    }
    return 1;
}

static int all_answered(void) { return opened + refused + failed == number; }
static int none_is_left(void) { return failed == number; }

static int all_received(void)
{
    while (reached < most && counts[reached] >= opened - lost)
        reached++;
    return reached == most || opened == lost;
}

static void report_open(const char *what, int64_t from)
{
    printf("{\"%s\": %d, \"seconds\": %.6f, \"refused\": %d, \"failed\": %d, \"why\": \"%s\"}\n", what, opened,
           (microseconds() - from) / 1e6, refused, failed, first_error ? strerror(first_error) : "");
    fflush(stdout);
}

static void open_all(const char *what)
{
    int64_t from = microseconds();
    for (int i = 0; i < number; i++)
        end(&streams[i]);
    started = opened = refused = failed = under_way = 0;
    begin_more();
    run_until(all_answered);
    report_open(what, from);
}

static void report_messages(void)
{
    for (int k = 0; k < most; k++) {
        const char *comma = "";
        printf("{\"message\": %d, \"at\": [", k);
        for (int i = 0; i < number; i++)
            if (times[(long)k * number + i]) {
                printf("%s%lld", comma, (long long)times[(long)k * number + i]);
                comma = ",";
            }
        printf("]}\n");
    }
    printf("{\"lost\": %d, \"resyncs\": %d}\n", lost, resyncs);
}

static int by_size(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

static void report_gets(int64_t from)
{
    double spent = (microseconds() - from) / 1e6;
    long kept = answers < ANSWERS ? answers : ANSWERS;
    const char *comma = "";
    qsort(latencies, kept, sizeof *latencies, by_size);
    printf("{\"answers\": %ld, \"seconds\": %.6f, \"bytes\": %ld, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"failed\": %d, "
           "\"why\": \"%s\", \"statuses\": {", answers, spent, bytes, kept ? latencies[kept / 2] / 1e3 : 0,
           kept ? latencies[kept * 99 / 100] / 1e3 : 0, failed, first_error ? strerror(first_error) : "");
    for (int status = 0; status < HIGHEST; status++)
        if (statuses[status]) {
            printf("%s\"%d\": %d", comma, status, statuses[status]);
            comma = ", ";
        }
    printf("}}\n");
}

static void write_request(char **arguments, int count)
{
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s:%s\r\n", arguments[4], arguments[2],
                          arguments[3]);
    for (int i = 7; gets && i < count; i++)
        length += snprintf(request + length, sizeof request - length, "%s\r\n", arguments[i]);
    if (!gets)
        length += snprintf(request + length, sizeof request - length, "Accept: text/event-stream\r\n");
    if (length + 3 > (int)sizeof request)
        stop("The request is longer than %zu bytes.", sizeof request);
    strcpy(request + length, "\r\n");
}

static void prepare(char **arguments, int count)
{
    struct epoll_event input = {.events = EPOLLIN};
    gets = !strcmp(arguments[1], "get");
    number = atoi(arguments[5]);
    connects = gets ? number : count > 7 ? atoi(arguments[7]) : 0;
    most = !gets && count > 8 ? atoi(arguments[8]) : 0;
    server.sin_family = AF_INET;
    server.sin_port = htons(atoi(arguments[3]));
    if (inet_pton(AF_INET, arguments[2], &server.sin_addr) != 1 || number < 1 || connects < 1 || most < 0)
        stop("HOST must be an IPv4 address, N and CONNECTS above zero, MESSAGES not below.");
    make_room();
    write_request(arguments, count);
    poller = epoll_create1(EPOLL_CLOEXEC);
    epoll_ctl(poller, EPOLL_CTL_ADD, 0, &input);  /* refused for a file; then only the time ends it */
    deadline = microseconds() + (int64_t)(atof(arguments[6]) * 1e6);
    streams = calloc(number, sizeof *streams);
    times = calloc((size_t)most * number + 1, sizeof *times);
    counts = calloc(most + 1, sizeof *counts);
    latencies = gets ? malloc(ANSWERS * sizeof *latencies) : NULL;
    for (int i = 0; i < number; i++)
        streams[i].index = i;
}

int main(int count, char **arguments)
{
    if (count < 7 || (strcmp(arguments[1], "open") && strcmp(arguments[1], "again") && strcmp(arguments[1], "get")))
        stop("streams open|again|get HOST PORT PATH N SECONDS …");
    prepare(arguments, count);
    int64_t from = microseconds();
    if (gets) {
        begin_more();
        run_until(none_is_left);
        report_gets(from);
        return 0;
    }
    open_all("open");
    if (!strcmp(arguments[1], "again")) {
        open_all("again");
    } else {
        run_until(all_received);
        report_messages();
    }
    return 0;
}
