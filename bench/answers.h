/* Reads HTTP/1.1 answers as they come in, piece by piece: the head, then a body of known length, in chunks or until the
   server closes. Who includes it says what is to be done with each part. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum state { CLOSED, CONNECTING, HEAD, SIZE, BODY, AFTER }; /* AFTER: the line end behind a chunk */
enum { UNTIL_CLOSED = -1, LAST_CHUNK = -2 };

struct answer {
    enum state state;
    int have, status, chunked; /* `have`: bytes of the head read so far */
    long left;                 /* bytes of the body or chunk still to come, or one of the above */
    char head[4096];
};

static void head_is_read(struct answer *a);
static void body_is_read(struct answer *a, const char *at, long length); /* a part of it, in order */
static void answer_is_read(struct answer *a);                            /* may ask for the next, or close */

static const char *header(const struct answer *a, const char *name)
{
    const char *at = strcasestr(a->head, name);
    return at ? at + strlen(name) + strspn(at + strlen(name), " ") : NULL;
}

static void understand_head(struct answer *a)
{
    const char *size = header(a, "\r\ncontent-length:"), *coding = header(a, "\r\ntransfer-encoding:");
    a->status = atoi(a->head + strlen("HTTP/1.1 "));
    a->chunked = coding && !strncasecmp(coding, "chunked", 7);
    a->state = a->chunked ? SIZE : BODY;
    a->left = a->chunked ? 0 : size ? atol(size) : UNTIL_CLOSED;
    if (a->status == 304 || a->status == 204) {
        a->state = BODY;
        a->chunked = a->left = 0;
    }
    head_is_read(a);
}

/* Each of these returns how many of the bytes it used. */

static long take_head(struct answer *a, const char *at, long length)
{
    long before = a->have, room = sizeof a->head - 1 - a->have, part = length < room ? length : room;
    memcpy(a->head + a->have, at, part);
    a->have += part;
    a->head[a->have] = 0;
    char *whole = strstr(a->head, "\r\n\r\n");
    if (!whole && part == room) {
        fprintf(stderr, "The head of an answer is longer than %zu bytes.\n", sizeof a->head);
        exit(2);
    }
    if (!whole)
        return length;
    whole[2] = 0;
    understand_head(a);
    return whole + 4 - a->head - before;
}

static long take_size(struct answer *a, const char *at, long length)
{
    for (long used = 0; used < length; used++) {
        char digit = at[used];
        if (digit == '\n') {
            a->state = a->left ? BODY : AFTER;
            a->left = a->left ? a->left : LAST_CHUNK;
            return used + 1;
        }
        if (digit != '\r')
            a->left = a->left * 16 + (digit <= '9' ? digit - '0' : (digit | 32) - 'a' + 10);
    }
    return length;
}

static long take_line_end(struct answer *a, const char *at, long length)
{
    const char *found = memchr(at, '\n', length);
    if (!found)
        return length;
    int was_last = a->left == LAST_CHUNK;
    a->left = 0;
    a->state = SIZE;
    if (was_last)
        answer_is_read(a);
    return found + 1 - at;
}

static long take_body(struct answer *a, const char *at, long length)
{
    long part = a->left == UNTIL_CLOSED || length < a->left ? length : a->left;
    body_is_read(a, at, part);
    if (a->left > 0)
        a->left -= part;
    if (a->left == 0 && a->chunked)
        a->state = AFTER;
    else if (a->left == 0)
        answer_is_read(a);
    return part;
}

static void take(struct answer *a, const char *at, long length)
{
    while (a->state > CONNECTING && (length > 0 || (a->state == BODY && a->left == 0))) {
        long used = a->state == HEAD   ? take_head(a, at, length)
                    : a->state == SIZE ? take_size(a, at, length)
                    : a->state == BODY ? take_body(a, at, length)
                                       : take_line_end(a, at, length);
        at += used;
        length -= used;
    }
}
