/*
 * load - the load client of Tavle's benchmark: one thread, one epoll loop, libc only.
 *
 * It opens N connections spread over R rooms (boards), walks each through a scripted handshake, sends
 * operations at a fixed total rate, and finds every operation again in what each connection receives. It prints
 * one JSON object on stdout, and one JSON line a phase on stderr, so that its driver can sample the server at the
 * right moments. It knows nothing of how a server works inside, starts no process, and connects to 127.0.0.0/8
 * only.
 *
 * Build:  cc -O2 -Wall -Wextra -o load load.c -lm
 *
 * Two kinds of operation.
 *   each     an addition. It must reach every member exactly once; a bitmap an operation says who has had it.
 *   newest   a position, a place or a text of which only the newest counts. An operation has reached a viewer
 *            when the viewer shows it or a newer one by the same hand; the time until then is its freshness. So
 *            one that was merged away is not lost, and the denominator stays operations offered x viewers.
 *
 * The marker. "@T" and 16 hex digits: the CLOCK_MONOTONIC time in ns at which the operation was made, unique per
 * operation. Any text protocol carries it. Without --tavle the client looks for it anywhere in a frame.
 *
 * --tavle. Frames are read as SPEC 7 says, record by record: markers in the text of note records, the `spot` of
 * notes that are moved, positions in `drags` (x is the operation's number / 2^20), acks, refusals, versions. A
 * note with the id d<11 digits> is the one that connection drags.
 *
 * Templates. Paths, headers, steps and operations are templates. "t:..." is a text frame, "b:..." a binary frame
 * in hex (blanks allowed). In both, %(...) expands per connection and per operation:
 *
 *   conn room member   the connection's number, its room's, its place in it
 *   seq                operations this connection has made
 *   k                  operations of this stream that this connection has made
 *   n                  op numbers of this connection; counts up by being used
 *   randN              a number from 0 to N-1 (rand1000)
 *   NAME+K NAME-K K    arithmetic on the above; a plain number
 *   dec:W:EXPR         zero padded to W digits
 *   vu:W:EXPR          little-endian base-128 varint padded to W bytes (lib0)
 *   be:W:EXPR          a W-byte integer
 *   unit:EXPR          EXPR / 2^20 as a big-endian double (8 bytes)
 *   mark               the marker (18 bytes)
 *   f1 .. f9           fields of the connection's line in --vars
 *   hex1 .. hex9       the same, written there in hex
 *   pad:N s:TEXT       N bytes of 'x'; TEXT itself (for use inside hex)
 *
 * Handshake steps, in order, after the upgrade:
 *   t:... b:...        send a frame
 *   wait:TEXT          wait for a frame that contains TEXT (wait:* any frame)
 *   waithex:HEX        the same for bytes
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t i64;

#define SEC 1000000000ull
#define MARK_LEN 18
#define MAX_STEPS 32
#define MAX_STREAMS 8
#define MAX_FRAMES 8
#define MAX_HEADERS 16
#define MAX_PORTS 16
#define OUT_CAP (1u << 20)

static void die(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("load: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(2);
}

static void *must(void *p)
{
    if (!p)
        die("out of memory");
    return p;
}

static u64 now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (u64)ts.tv_sec * SEC + (u64)ts.tv_nsec;
}

static u64 rng_state = 0x9E3779B97F4A7C15ull;
static u64 rng(void)
{
    u64 x = rng_state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return rng_state = x;
}

/* ---------------------------------------------------------------- histogram */

/* Log-linear over microseconds: 64 buckets per power of two, so within 1.6 %. */
#define SUB 64
#define BUCKETS (SUB * 36)
typedef struct {
    u64 n, max;
    u64 b[BUCKETS];
} Hist;

static void hist_add(Hist *h, u64 ns)
{
    u64 v = ns / 1000;
    u32 i;
    if (v < SUB)
        i = (u32)v;
    else {
        u32 e = 63 - (u32)__builtin_clzll(v);
        i = (e - 5) * SUB + (u32)((v >> (e - 6)) & (SUB - 1));
        if (i >= BUCKETS)
            i = BUCKETS - 1;
    }
    h->b[i]++;
    h->n++;
    if (ns > h->max)
        h->max = ns;
}

static double hist_ms(const Hist *h, double q)
{
    if (!h->n)
        return 0;
    u64 want = (u64)ceil(q * (double)h->n), seen = 0;
    if (want < 1)
        want = 1;
    for (u32 i = 0; i < BUCKETS; i++) {
        seen += h->b[i];
        if (seen >= want) {
            double us = i < SUB ? i : ldexp((double)(SUB + i % SUB), (int)(i / SUB) - 1);
            double ms = us / 1000.0, max = (double)h->max / 1e6;
            return ms < max ? ms : max;
        }
    }
    return (double)h->max / 1e6;
}

static void hist_json(FILE *f, const char *name, const Hist *h)
{
    fprintf(f, "\"%s\":{\"n\":%" PRIu64 ",\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"max\":%.3f}", name,
            h->n, hist_ms(h, .5), hist_ms(h, .9), hist_ms(h, .99), (double)h->max / 1e6);
}

/* ---------------------------------------------------------------- templates */

enum { F_LIT, F_DEC, F_VU, F_BE, F_UNIT, F_MARK, F_FIELD, F_HEX, F_PAD };
enum { V_CONST, V_CONN, V_ROOM, V_MEMBER, V_SEQ, V_K, V_N, V_RAND };

typedef struct {
    u8 fmt, var;
    u32 width; /* width, field number, pad length or rand bound */
    u32 bound;
    i64 off;
    u8 *lit;
    u32 len;
} Piece;

typedef struct {
    u8 binary;
    u8 marks; /* how often the marker stands in it */
    Piece *p;
    u32 n;
} Tmpl;

enum { ST_IDLE, ST_TCP, ST_HTTP, ST_STEPS, ST_READY, ST_CLOSED };

typedef struct {
    int fd;
    u8 st, slow, stopped, want_out, bye;
    u32 idx, room, member;
    int step;
    u8 *rb; /* input not yet consumed */
    u32 rlen, rcap;
    u8 *wb; /* output the socket would not take */
    u32 woff, wlen, wcap;
    u8 *fb; /* fragments of one message */
    u32 flen, fcap;
    u8 fop;
    u64 t0, t_tcp, t_up, t_first, t_ready, t_full;
    u64 bytes, seq, version;
    u32 frames, marks;
    u32 opn, acked, k;           /* last op number used; answered up to; k of the operation being made */
    u32 drag_track, move_track;  /* number + 1 of the track of its drags, and of its moves */
} Conn;

static char **var_lines;
static u32 n_var_lines;

static u8 nib(int c)
{
    return (u8)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
}

static void piece_lit(Tmpl *t, const u8 *s, u32 n)
{
    if (!n)
        return;
    if (t->n && t->p[t->n - 1].fmt == F_LIT) {
        Piece *l = &t->p[t->n - 1];
        l->lit = must(realloc(l->lit, l->len + n));
        memcpy(l->lit + l->len, s, n);
        l->len += n;
        return;
    }
    t->p = must(realloc(t->p, (t->n + 1) * sizeof *t->p));
    Piece *l = &t->p[t->n++];
    memset(l, 0, sizeof *l);
    l->fmt = F_LIT;
    l->lit = must(malloc(n));
    memcpy(l->lit, s, n);
    l->len = n;
}

static void parse_expr(Piece *p, const char *s)
{
    static const struct {
        const char *name;
        u8 var;
    } names[] = {{"conn", V_CONN}, {"room", V_ROOM}, {"member", V_MEMBER}, {"seq", V_SEQ},
                 {"k", V_K},       {"n", V_N}};
    char *end;
    if (!strncmp(s, "rand", 4)) {
        p->var = V_RAND;
        p->bound = (u32)strtoul(s + 4, &end, 10);
        if (!p->bound)
            die("bad template: %s", s);
    } else if (isdigit((u8)*s)) {
        p->var = V_CONST;
        p->off = strtoll(s, &end, 10);
        return;
    } else {
        end = NULL;
        for (u32 i = 0; i < sizeof names / sizeof *names; i++) {
            size_t n = strlen(names[i].name);
            if (!strncmp(s, names[i].name, n)) {
                p->var = names[i].var;
                end = (char *)s + n;
                break;
            }
        }
        if (!end)
            die("bad template variable: %s", s);
    }
    if (*end == '+' || *end == '-')
        p->off = strtoll(end, NULL, 10);
    else if (*end)
        die("bad template expression: %s", s);
}

static void piece_var(Tmpl *t, char *s)
{
    if (!strncmp(s, "s:", 2)) {
        piece_lit(t, (u8 *)s + 2, (u32)strlen(s + 2));
        return;
    }
    t->p = must(realloc(t->p, (t->n + 1) * sizeof *t->p));
    Piece *p = &t->p[t->n++];
    memset(p, 0, sizeof *p);
    char *colon = strchr(s, ':');
    if (!strcmp(s, "mark"))
        p->fmt = F_MARK, t->marks++;
    else if (s[0] == 'f' && isdigit((u8)s[1]) && !s[2])
        p->fmt = F_FIELD, p->width = (u32)(s[1] - '0');
    else if (!strncmp(s, "hex", 3) && isdigit((u8)s[3]) && !s[4])
        p->fmt = F_HEX, p->width = (u32)(s[3] - '0');
    else if (!strncmp(s, "unit:", 5)) {
        p->fmt = F_UNIT;
        parse_expr(p, s + 5);
    } else if (!strncmp(s, "pad:", 4))
        p->fmt = F_PAD, p->width = (u32)strtoul(s + 4, NULL, 10);
    else if (colon) {
        *colon = 0;
        p->fmt = !strcmp(s, "dec") ? F_DEC : !strcmp(s, "vu") ? F_VU : !strcmp(s, "be") ? F_BE : 0;
        if (!p->fmt)
            die("bad template format: %s", s);
        char *e;
        p->width = (u32)strtoul(colon + 1, &e, 10);
        if (*e != ':' || p->width < 1 || p->width > 20)
            die("bad template width: %s", colon + 1);
        parse_expr(p, e + 1);
    } else {
        p->fmt = F_DEC;
        parse_expr(p, s);
    }
}

/* Compile the text after "t:" or "b:". */
static Tmpl tmpl(const char *s, int binary)
{
    Tmpl t = {.binary = (u8)binary};
    while (*s) {
        if (s[0] == '%' && s[1] == '(') {
            const char *e = strchr(s, ')');
            char spec[256];
            if (!e || (size_t)(e - s - 2) >= sizeof spec)
                die("bad template: %s", s);
            memcpy(spec, s + 2, (size_t)(e - s - 2));
            spec[e - s - 2] = 0;
            piece_var(&t, spec);
            s = e + 1;
        } else if (binary) {
            if (isspace((u8)*s)) {
                s++;
                continue;
            }
            if (!isxdigit((u8)s[0]) || !isxdigit((u8)s[1]))
                die("bad hex: %s", s);
            u8 b = (u8)(nib(s[0]) << 4 | nib(s[1]));
            piece_lit(&t, &b, 1);
            s += 2;
        } else {
            piece_lit(&t, (const u8 *)s, 1);
            s++;
        }
    }
    return t;
}

static Tmpl frame_tmpl(const char *s)
{
    if (s[0] && s[1] == ':' && (s[0] == 't' || s[0] == 'b'))
        return tmpl(s + 2, s[0] == 'b');
    die("a frame starts with t: or b:, not: %s", s);
    return (Tmpl){0};
}

static u32 field(const Conn *c, u32 n, const char **out)
{
    if (!n_var_lines)
        die("template uses %%(f%u) but there is no --vars", n);
    const char *s = var_lines[c->idx % n_var_lines];
    while (1) {
        size_t l = strcspn(s, " \t");
        if (n == 1) {
            *out = s;
            return (u32)l;
        }
        if (!s[l])
            die("--vars has too few fields");
        s += l + 1;
        n--;
    }
}

static u32 expand(const Tmpl *t, Conn *c, u64 ts, u8 *out, u32 cap)
{
    u32 o = 0;
    for (u32 i = 0; i < t->n; i++) {
        const Piece *p = &t->p[i];
        u64 v = 0;
        char tmp[48];
        const char *s;
        u32 l;
        if (o + p->len + p->width + 64 > cap)
            die("template too long");
        switch (p->fmt) {
        case F_LIT:
            memcpy(out + o, p->lit, p->len);
            o += p->len;
            continue;
        case F_MARK:
            sprintf(tmp, "@T%016" PRIx64, ts);
            memcpy(out + o, tmp, MARK_LEN);
            o += MARK_LEN;
            continue;
        case F_FIELD:
            l = field(c, p->width, &s);
            if (o + l > cap)
                die("template too long");
            memcpy(out + o, s, l);
            o += l;
            continue;
        case F_HEX:
            l = field(c, p->width, &s) / 2;
            if (o + l > cap)
                die("template too long");
            for (u32 k = 0; k < l; k++)
                out[o++] = (u8)(nib(s[2 * k]) << 4 | nib(s[2 * k + 1]));
            continue;
        case F_PAD:
            memset(out + o, 'x', p->width);
            o += p->width;
            continue;
        default:
            break;
        }
        switch (p->var) {
        case V_CONN: v = c->idx; break;
        case V_ROOM: v = c->room; break;
        case V_MEMBER: v = c->member; break;
        case V_SEQ: v = c->seq; break;
        case V_K: v = c->k; break;
        case V_N: v = ++c->opn; break;
        case V_RAND: v = (rng() >> 16) % p->bound; break;
        default: break;
        }
        v += (u64)p->off;
        if (p->fmt == F_DEC)
            o += (u32)sprintf((char *)out + o, "%0*" PRIu64, (int)p->width, v);
        else if (p->fmt == F_UNIT) {
            double d = (double)(v & 0xfffff) / 1048576.0;
            u64 b;
            memcpy(&b, &d, 8);
            for (int k = 7; k >= 0; k--)
                out[o++] = (u8)(b >> 8 * k);
        } else
            for (u32 k = 0; k < p->width; k++) {
                if (p->fmt == F_VU)
                    out[o++] = (u8)((v >> 7 * k & 0x7f) | (k + 1 < p->width ? 0x80 : 0));
                else
                    out[o++] = (u8)(v >> 8 * (p->width - 1 - k));
            }
    }
    return o;
}

/* ------------------------------------------------------------------ options */

enum { M_RUN, M_RAMP, M_JOIN, M_IDLE };
static const char *mode_names[] = {"run", "ramp", "join", "idle"};

enum { S_SEND, S_WAIT };
typedef struct {
    u8 kind, any;
    Tmpl t;
} Step;

typedef struct {
    char name[24];
    u32 r0, r1, m0, m1;
    double hz;
    u8 newest; /* only the newest by one hand counts; its sender is no viewer of it */
    u8 spot;   /* with --tavle: found again by the `spot` of its note's record */
    u32 end;   /* every so many operations of one sender are one of the next stream's instead */
    Tmpl fr[MAX_FRAMES], prep[MAX_FRAMES];
    u32 nf, np;
    /* schedule */
    u32 senders;
    u64 next, k;
    double every; /* ns between operations of the whole stream */
    /* results of the current step */
    u64 ops;
    Hist lat;
} Stream;

static int mode = M_RUN;
static const char *host = "127.0.0.1";
static u16 ports[MAX_PORTS];
static u32 n_ports;
static u32 n_conns = 1, n_rooms = 1;
static Tmpl path_t;
static Tmpl headers[MAX_HEADERS];
static u32 n_headers;
static Step steps[MAX_STEPS];
static int n_steps;
static Stream streams[MAX_STREAMS];
static u32 n_streams;
static int tavle, trace;
static u32 inflight_max = 128, slow_per_room;
static double connect_rate, settle_s = 0.5, warm_s = 1, dur_s = 10, drain_s = 5, timeout_s = 30, hold_s = 10, slow_at_s;
static double ramp_factor = 1.5, ramp_step_s = 3, ramp_p99_ms = 100, ramp_max = 1e9;
static u32 ramp_bisect = 4;
static u32 seeders = 1, preload, join_marks;
static u64 join_bytes;
static double preload_hz = 200;

/* -------------------------------------------------------------- operations */

typedef struct {
    u64 ts;
    u32 room, sender;
    u32 step;
    u32 stream;
    u32 track, k; /* of a newest: the track's number + 1, and its place in it, from 1 */
    size_t bits;  /* of an each: where its bitmap starts */
} Op;

/* What one hand does to one thing, of which the newest counts. */
typedef struct {
    u32 conn, stream, n, cap;
    u32 *op;   /* its operations */
    u32 *upto; /* how many of the hand's drags were before each (for moves, which end a drag) */
    u32 *got;  /* by member: how many of them that viewer has, or has newer than */
} Track;

static Track *tracks;
static u32 n_tracks, cap_tracks;
static u32 *track_of; /* stream * n_conns + conn -> number + 1 */

static Op *ops;
static u32 n_ops, cap_ops;
static u64 *bits;
static size_t n_bits, cap_bits;
static u32 *hash; /* ts -> op + 1 */
static u32 hash_cap;
static u32 per_room_max, words_per_op;

static u32 hash_slot(u64 ts)
{
    return (u32)((ts * 0x9E3779B97F4A7C15ull) >> 32) & (hash_cap - 1);
}

static u32 op_find(u64 ts)
{
    if (!hash_cap)
        return 0;
    for (u32 i = hash_slot(ts);; i = (i + 1) & (hash_cap - 1)) {
        if (!hash[i])
            return 0;
        if (ops[hash[i] - 1].ts == ts)
            return hash[i];
    }
}

static void hash_put(u32 op)
{
    u32 i = hash_slot(ops[op].ts);
    while (hash[i])
        i = (i + 1) & (hash_cap - 1);
    hash[i] = op + 1;
}

static Op *op_add(u64 ts, u32 room, u32 sender, u32 step, u32 stream)
{
    if (n_ops == cap_ops) {
        cap_ops = cap_ops ? cap_ops * 2 : 4096;
        ops = must(realloc(ops, cap_ops * sizeof *ops));
    }
    ops[n_ops++] = (Op){.ts = ts, .room = room, .sender = sender, .step = step, .stream = stream};
    if (n_ops * 2 > hash_cap) {
        hash_cap = hash_cap ? hash_cap * 2 : 16384;
        free(hash);
        hash = must(calloc(hash_cap, sizeof *hash));
        for (u32 k = 0; k < n_ops; k++)
            hash_put(k);
    } else
        hash_put(n_ops - 1);
    return &ops[n_ops - 1];
}

static void op_bits(Op *op)
{
    if (n_bits + words_per_op > cap_bits) {
        cap_bits = cap_bits ? cap_bits * 2 : 1u << 16;
        while (n_bits + words_per_op > cap_bits)
            cap_bits *= 2;
        bits = must(realloc(bits, cap_bits * sizeof *bits));
    }
    memset(bits + n_bits, 0, words_per_op * sizeof *bits);
    op->bits = n_bits;
    n_bits += words_per_op;
}

static Track *track(u32 stream, u32 conn)
{
    u32 *at = &track_of[(size_t)stream * n_conns + conn];
    if (!*at) {
        if (n_tracks == cap_tracks) {
            cap_tracks = cap_tracks ? cap_tracks * 2 : 64;
            tracks = must(realloc(tracks, cap_tracks * sizeof *tracks));
        }
        tracks[n_tracks] = (Track){.conn = conn, .stream = stream};
        tracks[n_tracks].got = must(calloc(per_room_max, sizeof(u32)));
        *at = ++n_tracks;
    }
    return &tracks[*at - 1];
}

/* Put the latest operation on a track; `upto` is how many drags were before it. */
static void track_add(Track *tr, u32 op, u32 upto)
{
    if (tr->n == tr->cap) {
        tr->cap = tr->cap ? tr->cap * 2 : 256;
        tr->op = must(realloc(tr->op, tr->cap * sizeof *tr->op));
        tr->upto = must(realloc(tr->upto, tr->cap * sizeof *tr->upto));
    }
    tr->op[tr->n] = op;
    tr->upto[tr->n] = upto;
    ops[op].track = (u32)(tr - tracks) + 1;
    ops[op].k = ++tr->n;
}

/* ------------------------------------------------------------ live counters */

static Conn *conns;
static int ep;
static u32 n_ready, n_failed, n_inflight, next_conn, connect_end;
static u32 *room_live; /* ready members per room that are expected to receive */
static u32 cur_step;   /* step that operations are being made for */
static int sending, window_open;
static u64 connect_t0, connect_next_at;
/* of the current step */
static u64 exp_step, rx_step, ops_step;
static Hist lat_step, lag_step;
/* of the whole run */
static u64 n_dup, foreign, stale, late, backwards, rx_window;
static u64 bad_frames, n_refused, n_resets, n_troubles, n_here;
static u64 bytes_in, frames_in, win_bytes, win_frames, ops_skipped;
static u64 closed_codes[5000], http_status[600];
static u32 n_closed, n_closed_slow, n_tcp_err;
static u32 full_count, first_count;
static char last_reason[40];
enum { B_PATCH, B_MINE, B_DRAGS, B_HERE, B_ACK, B_OTHER, B_KINDS };
static const char *kind_names[] = {"patch", "mine", "drags", "here", "ack", "other"};
static u64 kind_bytes[B_KINDS], kind_frames[B_KINDS];
static u8 out[OUT_CAP + 64];

static void events_set(Conn *c)
{
    struct epoll_event e = {.events = (c->stopped ? 0 : EPOLLIN) | (c->want_out ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
}

static void conn_close(Conn *c, u32 code)
{
    if (c->st == ST_CLOSED || c->st == ST_IDLE)
        return;
    if (c->st == ST_READY) {
        n_ready--;
        n_closed++;
        if (c->slow)
            n_closed_slow++;
        else
            room_live[c->room]--;
    } else {
        n_failed++;
        n_inflight--;
    }
    closed_codes[code < 5000 ? code : 0]++;
    c->st = ST_CLOSED;
    close(c->fd);
    c->fd = -1;
    free(c->rb);
    free(c->wb);
    free(c->fb);
    c->rb = c->wb = c->fb = NULL;
    c->rlen = c->wlen = c->flen = c->rcap = c->wcap = c->fcap = 0;
}

static void conn_write(Conn *c, const u8 *p, u32 n)
{
    if (c->st == ST_CLOSED)
        return;
    if (!c->wlen) {
        ssize_t w = send(c->fd, p, n, MSG_NOSIGNAL);
        if (w < 0) {
            if (errno != EAGAIN) {
                conn_close(c, 1006);
                return;
            }
            w = 0;
        }
        if ((u32)w == n)
            return;
        p += w;
        n -= (u32)w;
    }
    if (c->woff + c->wlen + n > c->wcap) {
        if (c->woff) {
            memmove(c->wb, c->wb + c->woff, c->wlen);
            c->woff = 0;
        }
        if (c->wlen + n > c->wcap) {
            c->wcap = (c->wlen + n) * 2;
            c->wb = must(realloc(c->wb, c->wcap));
        }
    }
    memcpy(c->wb + c->woff + c->wlen, p, n);
    c->wlen += n;
    if (!c->want_out) {
        c->want_out = 1;
        events_set(c);
    }
}

/* Send the payload that stands at out+14, masked, with its header before it. */
static void send_frame(Conn *c, u8 opcode, u32 n)
{
    u8 *p = out + 14, *h;
    u32 mask = (u32)rng();
    u8 m[4];
    memcpy(m, &mask, 4);
    if (n < 126) {
        h = p - 6;
        h[1] = (u8)(0x80 | n);
    } else if (n < 65536) {
        h = p - 8;
        h[1] = 0x80 | 126;
        h[2] = (u8)(n >> 8);
        h[3] = (u8)n;
    } else {
        h = p - 14;
        h[1] = 0x80 | 127;
        for (int k = 0; k < 8; k++)
            h[2 + k] = (u8)((u64)n >> 8 * (7 - k));
    }
    h[0] = 0x80 | opcode;
    memcpy(p - 4, m, 4);
    for (u32 i = 0; i < n; i++)
        p[i] ^= m[i & 3];
    conn_write(c, h, (u32)(p - h) + n);
}

static void send_tmpl(Conn *c, const Tmpl *t, u64 ts)
{
    u32 n = expand(t, c, ts, out + 14, OUT_CAP - 14);
    send_frame(c, t->binary ? 2 : 1, n);
}

/* ---------------------------------------------------------------- receiving */

/* One operation has reached one viewer. */
static void arrived(Op *op, u64 t)
{
    if (window_open)
        rx_window++;
    if (op->step != cur_step) {
        late++;
        return;
    }
    rx_step++;
    u64 lat = t > op->ts ? t - op->ts : 0;
    hist_add(&lat_step, lat);
    hist_add(&streams[op->stream].lat, lat);
}

static int counts(const Conn *c)
{
    return !c->slow && !(mode == M_JOIN && c->member >= seeders);
}

/* A viewer shows the k-th of a track: it has that one, and every older one is out of date. */
static void cover(Conn *c, Track *tr, u32 k, u64 t)
{
    if (conns[tr->conn].room != c->room || k > tr->n) {
        foreign++;
        return;
    }
    u32 *got = &tr->got[c->member], had = *got;
    if (k <= had) {
        backwards += k < had && (tavle || counts(c)); /* a CRDT may send a newcomer old updates after new ones */
        return;
    }
    *got = k;
    if (!counts(c) || tr->conn == c->idx)
        return;
    for (u32 j = had; j < k; j++)
        arrived(&ops[tr->op[j]], t);
}

/* A viewer no longer shows a drag: it has every position before the move that ended it. */
static void drag_ended(Conn *c, const Conn *who, u64 t)
{
    if (!who->drag_track)
        return;
    Track *drags = &tracks[who->drag_track - 1];
    u32 had = drags->got[c->member], lo = 0;
    if (!who->move_track)
        return;
    Track *moves = &tracks[who->move_track - 1];
    for (u32 hi = moves->n; lo < hi;) {
        u32 mid = (lo + hi) / 2;
        if (moves->upto[mid] > had)
            hi = mid;
        else
            lo = mid + 1;
    }
    if (lo < moves->n)
        cover(c, drags, moves->upto[lo], t);
}

static void on_mark(Conn *c, u64 ts, u64 t)
{
    u32 i = op_find(ts);
    if (!i) {
        stale++;
        return;
    }
    Op *op = &ops[i - 1];
    if (op->room != c->room) {
        foreign++;
        return;
    }
    if (op->track) {
        cover(c, &tracks[op->track - 1], op->k, t);
        return;
    }
    u64 *w = bits + op->bits + c->member / 64, m = 1ull << (c->member & 63);
    if (*w & m) {
        n_dup++;
        return;
    }
    *w |= m;
    c->marks++;
    if (join_marks && !c->t_full && c->marks >= join_marks) {
        c->t_full = t;
        full_count++;
    }
    if (counts(c))
        arrived(op, t);
}

static void scan_marks(Conn *c, const u8 *p, u32 n, u64 t)
{
    const u8 *end = p + n;
    while (end - p >= MARK_LEN && (p = memchr(p, '@', (size_t)(end - p - MARK_LEN + 1)))) {
        if (p[1] != 'T') {
            p++;
            continue;
        }
        u64 v = 0;
        int k;
        for (k = 2; k < MARK_LEN && isxdigit(p[k]); k++)
            v = v << 4 | nib(p[k]);
        if (k == MARK_LEN) {
            on_mark(c, v, t);
            p += MARK_LEN;
        } else
            p += 2;
    }
}

static void run_steps(Conn *c)
{
    while (c->st == ST_STEPS && c->step < n_steps && steps[c->step].kind == S_SEND) {
        send_tmpl(c, &steps[c->step].t, now_ns());
        c->step++;
    }
    if (c->st == ST_STEPS && c->step == n_steps) {
        c->st = ST_READY;
        c->t_ready = now_ns();
        n_ready++;
        n_inflight--;
        if (!c->slow && !(mode == M_JOIN && c->member >= seeders))
            room_live[c->room]++;
    }
}

static void step_frame(Conn *c, const u8 *p, u32 n)
{
    Step *s = &steps[c->step];
    if (!s->any) {
        static u8 want[4096];
        u32 l = expand(&s->t, c, 0, want, sizeof want);
        if (!memmem(p, n, want, l))
            return;
    }
    c->step++;
    run_steps(c);
}

/* ------------------------------------------------------------ Tavle's frames */

/* A reader of msgpack that never leaves its bytes; `bad` once anything is amiss. */
typedef struct {
    const u8 *p, *end;
    int bad;
} Mp;

static u64 mp_be(Mp *m, u32 n)
{
    u64 v = 0;
    if ((size_t)(m->end - m->p) < n) {
        m->bad = 1;
        return 0;
    }
    while (n--)
        v = v << 8 | *m->p++;
    return v;
}

/* The number of items of an array (or, with `map`, of pairs). */
static u32 mp_count(Mp *m, int map)
{
    u8 t = (u8)mp_be(m, 1), fix = map ? 0x80 : 0x90, wide = map ? 0xde : 0xdc;
    if ((t & 0xf0) == fix)
        return t & 15;
    if (t == wide || t == wide + 1)
        return (u32)mp_be(m, t == wide ? 2 : 4);
    m->bad = 1;
    return 0;
}

static u32 mp_str(Mp *m, const u8 **s)
{
    u8 t = (u8)mp_be(m, 1);
    u32 n = 0;
    if ((t & 0xe0) == 0xa0)
        n = t & 31;
    else if (t >= 0xd9 && t <= 0xdb)
        n = (u32)mp_be(m, 1u << (t - 0xd9));
    else
        m->bad = 1;
    if (m->bad || (size_t)(m->end - m->p) < n) {
        m->bad = 1;
        return 0;
    }
    *s = m->p;
    m->p += n;
    return n;
}

static u64 mp_uint(Mp *m)
{
    u8 t = (u8)mp_be(m, 1);
    if (t < 0x80)
        return t;
    if (t >= 0xcc && t <= 0xcf)
        return mp_be(m, 1u << (t - 0xcc));
    m->bad = 1;
    return 0;
}

static int mp_nil(Mp *m)
{
    if (m->p < m->end && *m->p == 0xc0) {
        m->p++;
        return 1;
    }
    return 0;
}

static double mp_double(Mp *m)
{
    double d;
    if (m->p < m->end && *m->p == 0xcb) {
        m->p++;
        u64 v = mp_be(m, 8);
        memcpy(&d, &v, 8);
        return d;
    }
    return (double)mp_uint(m);
}

static void mp_skip(Mp *m)
{
    const u8 *s;
    for (u64 left = 1; left && !m->bad; left--) {
        u8 t = m->p < m->end ? *m->p : 0xc1;
        if (t < 0x80 || t >= 0xe0 || t == 0xc0 || t == 0xc2 || t == 0xc3)
            m->p++;
        else if ((t & 0xf0) == 0x80 || t == 0xde || t == 0xdf)
            left += 2ull * mp_count(m, 1);
        else if ((t & 0xf0) == 0x90 || t == 0xdc || t == 0xdd)
            left += mp_count(m, 0);
        else if ((t & 0xe0) == 0xa0 || (t >= 0xd9 && t <= 0xdb))
            mp_str(m, &s);
        else if (t == 0xca || t == 0xcb) {
            m->p++;
            mp_be(m, t == 0xca ? 4 : 8);
        } else if (t >= 0xcc && t <= 0xd3) {
            m->p++;
            mp_be(m, 1u << ((t - 0xcc) & 3));
        } else
            m->bad = 1;
    }
}

static int is(const u8 *s, u32 n, const char *want)
{
    return n == strlen(want) && !memcmp(s, want, n);
}

/* Whose note it is that the id d<11 digits> names; NULL for other notes. */
static Conn *dragger(const u8 *s, u32 n)
{
    u64 i = 0;
    if (n != 12 || s[0] != 'd')
        return NULL;
    for (u32 k = 1; k < n; k++) {
        if (!isdigit(s[k]))
            return NULL;
        i = i * 10 + (u64)(s[k] - '0');
    }
    return i < n_conns ? &conns[i] : NULL;
}

/* Moves count their spots from here: the server gives lower ones to notes that were never moved. */
enum { BEFORE_MOVES = 1000 };

/* One note's record: markers in its text, and where it has been moved to. */
static void on_note(Conn *c, Mp *m, const Conn *who, u64 t)
{
    const u8 *s, *text;
    for (u32 left = mp_count(m, 1); left && !m->bad; left--) {
        u32 n = mp_str(m, &s);
        if (is(s, n, "text")) {
            u32 l = mp_str(m, &text);
            if (!m->bad)
                scan_marks(c, text, l, t);
        } else if (who && who->move_track && is(s, n, "spot")) {
            u64 k = mp_uint(m);
            if (k > BEFORE_MOVES && !m->bad)
                cover(c, &tracks[who->move_track - 1], (u32)k - BEFORE_MOVES, t);
        } else
            mp_skip(m);
    }
}

static void on_patch(Conn *c, Mp *m, u64 t)
{
    const u8 *s;
    u64 version = mp_uint(m);
    backwards += version < c->version;
    c->version = version;
    for (u32 left = mp_count(m, 1); left && !m->bad; left--) {
        u32 n = mp_str(m, &s);
        if (!m->bad && n > 5 && !memcmp(s, "note:", 5))
            on_note(c, m, dragger(s + 5, n - 5), t);
        else
            mp_skip(m);
    }
}

static void on_drags(Conn *c, Mp *m, u64 t)
{
    const u8 *s;
    for (u32 left = mp_count(m, 1); left && !m->bad; left--) {
        u32 n = mp_str(m, &s);
        Conn *who = m->bad ? NULL : dragger(s, n);
        if (mp_nil(m)) {
            if (who)
                drag_ended(c, who, t);
            continue;
        }
        if (mp_count(m, 0) != 2)
            m->bad = 1;
        double x = mp_double(m);
        mp_double(m);
        if (who && who->drag_track && !m->bad)
            cover(c, &tracks[who->drag_track - 1], (u32)(x * 1048576.0 + .5), t);
    }
}

static void on_tavle(Conn *c, const u8 *p, u32 n, u64 t)
{
    Mp m = {p, p + n, 0};
    const u8 *s = p;
    u32 items = mp_count(&m, 0), l = items ? mp_str(&m, &s) : 0, kind = B_OTHER;
    if (m.bad || !items)
        m.bad = 1;
    else if (is(s, l, "patch"))
        kind = B_PATCH, on_patch(c, &m, t);
    else if (is(s, l, "mine"))
        kind = B_MINE;
    else if (is(s, l, "drags"))
        kind = B_DRAGS, on_drags(c, &m, t);
    else if (is(s, l, "here"))
        kind = B_HERE, n_here += window_open;
    else if (is(s, l, "ack")) {
        u32 k = (u32)mp_uint(&m);
        kind = B_ACK;
        if (k > c->opn)
            foreign++;
        if (k > c->acked)
            c->acked = k;
    } else if (is(s, l, "refused")) {
        n_refused++;
        mp_skip(&m);
        l = mp_str(&m, &s);
        snprintf(last_reason, sizeof last_reason, "%.*s", (int)(m.bad ? 0 : l), s);
    } else if (is(s, l, "reset"))
        n_resets++;
    else if (is(s, l, "trouble"))
        n_troubles++;
    else if (is(s, l, "bye"))
        c->bye = 1;
    else if (!is(s, l, "welcome") && !is(s, l, "pong"))
        m.bad = 1;
    bad_frames += (u64)m.bad;
    if (window_open) {
        kind_bytes[kind] += n;
        kind_frames[kind]++;
    }
}

static void on_message(Conn *c, const u8 *p, u32 n, int text, u64 t)
{
    frames_in++;
    c->frames++;
    if (window_open)
        win_frames++;
    if (trace && c->idx < 2) {
        trace--;
        fprintf(stderr, "# conn %u %s %u bytes: ", c->idx, text ? "text" : "binary", n);
        for (u32 i = 0; i < n && i < 300; i++)
            isprint(p[i]) ? fputc(p[i], stderr) : fprintf(stderr, "\\x%02x", p[i]);
        fputc('\n', stderr);
    }
    if (!c->t_first) {
        c->t_first = t;
        first_count++;
    }
    if (tavle && !text)
        on_tavle(c, p, n, t);
    else
        scan_marks(c, p, n, t);
    if (c->st == ST_STEPS)
        step_frame(c, p, n);
}

static void append(u8 **b, u32 *len, u32 *cap, const u8 *p, u32 n)
{
    if (*len + n > *cap) {
        *cap = (*len + n) * 2;
        *b = must(realloc(*b, *cap));
    }
    memcpy(*b + *len, p, n);
    *len += n;
}

/* Consume whole frames from p; returns how many bytes were used. */
static u32 on_bytes(Conn *c, const u8 *p, u32 n, u64 t)
{
    u32 used = 0;
    while (c->st != ST_CLOSED && n - used >= 2) {
        const u8 *f = p + used;
        u64 len = f[1] & 0x7f;
        u32 h = 2;
        if (len == 126)
            h = 4;
        else if (len == 127)
            h = 10;
        if (n - used < h)
            break;
        if (len == 126)
            len = (u64)f[2] << 8 | f[3];
        else if (len == 127) {
            len = 0;
            for (int k = 0; k < 8; k++)
                len = len << 8 | f[2 + k];
        }
        if (len > 1u << 30) {
            conn_close(c, 1009);
            return n;
        }
        if (n - used < h + len)
            break;
        u8 op = f[0] & 15, fin = f[0] >> 7;
        const u8 *body = f + h;
        u32 l = (u32)len;
        used += h + l;
        if (op == 8) {
            conn_close(c, l >= 2 ? (u32)(body[0] << 8 | body[1]) : 1005);
            return n;
        }
        if (op == 9) {
            memcpy(out + 14, body, l);
            send_frame(c, 10, l);
        } else if (op == 10)
            ;
        else if (fin && op)
            on_message(c, body, l, op == 1, t);
        else {
            if (op) {
                c->fop = op;
                c->flen = 0;
            }
            append(&c->fb, &c->flen, &c->fcap, body, l);
            if (fin)
                on_message(c, c->fb, c->flen, c->fop == 1, t);
        }
    }
    return used;
}

static u32 on_http(Conn *c, const u8 *p, u32 n, u64 t)
{
    const u8 *e = memmem(p, n, "\r\n\r\n", 4);
    if (!e)
        return 0;
    int status = n > 12 ? atoi((const char *)p + 9) : 0;
    http_status[status > 0 && status < 600 ? status : 0]++;
    if (status != 101) {
        if (trace)
            fprintf(stderr, "# conn %u refused: %.*s\n", c->idx, (int)(n < 600 ? n : 600), p);
        conn_close(c, 1006);
        return n;
    }
    u32 used = (u32)(e - p) + 4;
    c->t_up = t;
    c->st = ST_STEPS;
    run_steps(c);
    return used;
}

static u32 consume(Conn *c, const u8 *p, u32 n, u64 t)
{
    u32 used = 0;
    if (c->st == ST_HTTP) {
        used = on_http(c, p, n, t);
        if (c->st == ST_HTTP || c->st == ST_CLOSED)
            return used;
    }
    return used + on_bytes(c, p + used, n - used, t);
}

static void on_readable(Conn *c)
{
    static u8 big[1 << 18];
    ssize_t r = recv(c->fd, big, sizeof big, 0);
    if (r <= 0) {
        if (r < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        conn_close(c, 1006);
        return;
    }
    u64 t = now_ns();
    bytes_in += (u64)r;
    c->bytes += (u64)r;
    if (window_open)
        win_bytes += (u64)r;
    if (join_bytes && !c->t_full && c->bytes >= join_bytes) {
        c->t_full = t;
        full_count++;
    }
    u32 used;
    if (c->rlen) {
        append(&c->rb, &c->rlen, &c->rcap, big, (u32)r);
        used = consume(c, c->rb, c->rlen, t);
        if (c->st == ST_CLOSED)
            return;
        c->rlen -= used;
        if (c->rlen)
            memmove(c->rb, c->rb + used, c->rlen);
        else if (c->rcap > 65536) {
            free(c->rb);
            c->rb = NULL;
            c->rcap = 0;
        }
    } else {
        used = consume(c, big, (u32)r, t);
        if (c->st != ST_CLOSED && used < (u32)r)
            append(&c->rb, &c->rlen, &c->rcap, big + used, (u32)r - used);
    }
}

/* --------------------------------------------------------------- connecting */

static void start_http(Conn *c)
{
    char *b = (char *)out;
    u32 n = (u32)sprintf(b, "GET ");
    n += expand(&path_t, c, 0, out + n, OUT_CAP - n);
    n += (u32)sprintf(b + n,
                      " HTTP/1.1\r\nHost: %s:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: d3Nsb2FkLXdzbG9hZC13cw==\r\n",
                      host, ports[c->idx % n_ports]);
    for (u32 i = 0; i < n_headers; i++) {
        n += expand(&headers[i], c, 0, out + n, OUT_CAP - n);
        n += (u32)sprintf(b + n, "\r\n");
    }
    n += (u32)sprintf(b + n, "\r\n");
    c->st = ST_HTTP;
    conn_write(c, out, n);
}

static void conn_start(Conn *c)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(ports[c->idx % n_ports])};
    inet_pton(AF_INET, host, &a.sin_addr);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0)
        die("socket: %s (raise the open files limit?)", strerror(errno));
    int one = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (c->slow) { /* a small window, so that it is the server that must hold what is not read */
        int small = 4096;
        setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    }
    c->t0 = now_ns();
    c->st = ST_TCP;
    c->want_out = 1;
    n_inflight++;
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
    epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
    if (connect(c->fd, (struct sockaddr *)&a, sizeof a) < 0 && errno != EINPROGRESS) {
        n_tcp_err++;
        conn_close(c, 1006);
    }
}

static u64 connect_more(u64 t)
{
    while (next_conn < connect_end && n_inflight < inflight_max) {
        if (connect_rate > 0) {
            if (t < connect_next_at)
                return connect_next_at;
            connect_next_at += (u64)(1e9 / connect_rate);
        }
        conn_start(&conns[next_conn++]);
    }
    return UINT64_MAX;
}

static void on_event(Conn *c, u32 ev)
{
    if (c->st == ST_CLOSED)
        return;
    if (c->st == ST_TCP) {
        int err = 0;
        socklen_t l = sizeof err;
        if (!(ev & (EPOLLOUT | EPOLLERR | EPOLLHUP)))
            return;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &l);
        if (err) {
            n_tcp_err++;
            conn_close(c, 1006);
            return;
        }
        c->t_tcp = now_ns();
        c->want_out = 0;
        events_set(c);
        start_http(c);
        return;
    }
    if (ev & EPOLLOUT && c->wlen) {
        ssize_t w = send(c->fd, c->wb + c->woff, c->wlen, MSG_NOSIGNAL);
        if (w < 0 && errno != EAGAIN) {
            conn_close(c, 1006);
            return;
        }
        if (w > 0) {
            c->woff += (u32)w;
            c->wlen -= (u32)w;
        }
        if (!c->wlen) {
            c->woff = 0;
            c->want_out = 0;
            events_set(c);
        }
    }
    if (ev & EPOLLIN)
        on_readable(c);
    else if (ev & (EPOLLERR | EPOLLHUP))
        conn_close(c, 1006);
}

/* ------------------------------------------------------------------ sending */

static Conn *conn_at(u32 room, u32 member)
{
    return &conns[(size_t)member * n_rooms + room];
}

static u64 last_ts;

static void make_op(u32 i, Conn *c, u64 t)
{
    Stream *s = &streams[i];
    if (c->st != ST_READY) {
        ops_skipped++;
        return;
    }
    u64 ts = t > last_ts ? t : last_ts + 1;
    last_ts = ts;
    c->seq++;
    u32 live = room_live[c->room];
    Op *op = op_add(ts, c->room, c->idx, cur_step, i);
    if (s->newest) {
        Track *tr = track(i, c->idx);
        u32 upto = s->spot && c->drag_track ? tracks[c->drag_track - 1].n : 0;
        track_add(tr, n_ops - 1, upto);
        if (s->spot)
            c->move_track = op->track;
        else
            c->drag_track = op->track;
        c->k = op->k;
    } else {
        op_bits(op);
        c->k = (u32)c->seq;
    }
    exp_step += s->newest && counts(c) ? live - 1 : live;
    ops_step++;
    s->ops++;
    for (u32 f = 0; f < s->nf; f++)
        send_tmpl(c, &s->fr[f], ts);
}

/* One operation of a stream, or of the one that ends what it does. */
static void make_next(u32 i, Conn *c, u64 t)
{
    Stream *s = &streams[i];
    if (s->end) {
        u32 done = track(i, c->idx)->n;
        done += track(i + 1, c->idx)->n;
        if ((done + c->member * 7) % s->end == s->end - 1 && done)
            i++;
    }
    make_op(i, c, t);
}

/* What each sender of a stream must have sent once before. */
static void prepare(void)
{
    for (u32 i = 0; i < n_streams; i++) {
        Stream *s = &streams[i];
        for (u32 r = s->r0; s->np && r <= s->r1; r++)
            for (u32 m = s->m0; m <= s->m1; m++) {
                Conn *c = conn_at(r, m);
                if (c->st == ST_READY)
                    for (u32 f = 0; f < s->np; f++)
                        send_tmpl(c, &s->prep[f], now_ns());
            }
    }
}

static void stream_start(Stream *s, u64 t)
{
    u32 rooms = s->r1 - s->r0 + 1, members = s->m1 - s->m0 + 1;
    s->senders = rooms * members;
    s->every = s->hz > 0 ? 1e9 / (s->hz * s->senders) : 1e9;
    s->next = t + (u64)(s->every * (double)(rng() >> 40) / (double)(1 << 24));
    memset(&s->lat, 0, sizeof s->lat);
    s->ops = 0;
}

/* Send what is due; returns when the next operation is. */
static u64 send_due(u64 t)
{
    u64 next = UINT64_MAX;
    for (u32 i = 0; i < n_streams; i++) {
        Stream *s = &streams[i];
        if (s->hz <= 0 || (mode == M_JOIN && i == 0))
            continue;
        for (int burst = 0; s->next <= t && burst < 64; burst++) {
            u32 rooms = s->r1 - s->r0 + 1, k = (u32)(s->k++ % s->senders);
            u64 real = now_ns();
            hist_add(&lag_step, real - s->next);
            make_next(i, conn_at(s->r0 + k % rooms, s->m0 + k / rooms), real);
            s->next += (u64)s->every;
        }
        if (s->next < next)
            next = s->next;
    }
    return next;
}

/* ---------------------------------------------------------------- main loop */

/* Run the loop until a time, or until done() says so. */
static void pump(u64 until, int (*done)(void))
{
    static struct epoll_event ev[512];
    for (;;) {
        u64 t = now_ns(), next = until, n1;
        if (t >= until || (done && done()))
            return;
        if (sending && (n1 = send_due(t)) < next)
            next = n1;
        if (next_conn < connect_end && (n1 = connect_more(t)) < next)
            next = n1;
        t = now_ns();
        u64 wait = next > t ? next - t : 0;
        if (wait > SEC / 20)
            wait = SEC / 20;
        struct timespec ts = {.tv_sec = 0, .tv_nsec = (long)wait};
        int n = epoll_pwait2(ep, ev, 512, &ts, NULL);
        for (int i = 0; i < n; i++)
            on_event(ev[i].data.ptr, ev[i].events);
    }
}

static u64 in_s(double s)
{
    return now_ns() + (u64)(s * 1e9);
}

static int all_settled(void)
{
    return next_conn >= connect_end && !n_inflight;
}

static u64 unanswered(void)
{
    u64 n = 0;
    for (u32 i = 0; tavle && i < n_conns; i++)
        if (conns[i].st == ST_READY && !conns[i].slow)
            n += conns[i].opn > conns[i].acked ? conns[i].opn - conns[i].acked : 0;
    return n;
}

static int all_answered(void)
{
    return !unanswered();
}

static int all_received(void)
{
    return rx_step >= exp_step && !unanswered();
}

static int all_full(void)
{
    return all_settled() && full_count + n_failed >= connect_end;
}

static int all_first(void)
{
    return all_settled() && first_count + n_failed + n_closed >= connect_end;
}

static void event(const char *name, const char *fmt, ...)
{
    va_list ap;
    fprintf(stderr, "{\"ev\":\"%s\",\"t\":%.6f", name, (double)now_ns() / 1e9);
    if (fmt) {
        fputc(',', stderr);
        va_start(ap, fmt);
        vfprintf(stderr, fmt, ap);
        va_end(ap);
    }
    fputs("}\n", stderr);
    fflush(stderr);
}

static double cpu_s(void)
{
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return (double)r.ru_utime.tv_sec + (double)r.ru_stime.tv_sec + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void connect_all(u32 upto)
{
    event("connecting", "\"conns\":%u", upto);
    connect_t0 = connect_next_at = now_ns();
    connect_end = upto;
    pump(in_s(timeout_s), all_settled);
    if (!all_settled())
        for (u32 i = 0; i < upto; i++)
            if (conns[i].st == ST_TCP || conns[i].st == ST_HTTP || conns[i].st == ST_STEPS)
                conn_close(&conns[i], 0);
}

static void step_begin(u32 step, double scale)
{
    cur_step = step;
    exp_step = rx_step = ops_step = 0;
    memset(&lat_step, 0, sizeof lat_step);
    memset(&lag_step, 0, sizeof lag_step);
    u64 t = now_ns();
    for (u32 i = 0; i < n_streams; i++) {
        double hz = streams[i].hz;
        streams[i].hz = hz * scale;
        stream_start(&streams[i], t);
        streams[i].hz = hz;
    }
}

static void slow_stop(void)
{
    for (u32 i = 0; i < n_conns; i++)
        if (conns[i].slow && conns[i].st == ST_READY) {
            conns[i].stopped = 1;
            events_set(&conns[i]);
        }
    event("slow_stopped", "\"per_room\":%u", slow_per_room);
}

/* ------------------------------------------------------------------- output */

static void print_times(FILE *f, const char *name, size_t off, size_t from_off, u32 first, u64 base)
{
    Hist *h = must(calloc(1, sizeof *h));
    for (u32 i = first; i < n_conns; i++) {
        u64 v = *(u64 *)((char *)&conns[i] + off);
        u64 a = base ? base : *(u64 *)((char *)&conns[i] + from_off);
        if (v && v >= a)
            hist_add(h, v - a);
    }
    hist_json(f, name, h);
    free(h);
}

static void print_codes(FILE *f, const char *name, const u64 *a, u32 n)
{
    int some = 0;
    fprintf(f, "\"%s\":{", name);
    for (u32 i = 0; i < n; i++)
        if (a[i])
            fprintf(f, "%s\"%u\":%" PRIu64, some++ ? "," : "", i, a[i]);
    fputs("}", f);
}

static void print_head(FILE *f)
{
    fprintf(f, "{\"mode\":\"%s\",\"conns\":%u,\"rooms\":%u,\"ready\":%u,\"failed\":%u,\"closed\":%u,\"tcp_errors\":%u,", mode_names[mode],
            n_conns, n_rooms, n_ready, n_failed, n_closed, n_tcp_err);
    print_codes(f, "close_codes", closed_codes, 5000);
    fputc(',', f);
    print_codes(f, "http", http_status, 600);
    fputc(',', f);
    print_times(f, "connect_ms", offsetof(Conn, t_ready), offsetof(Conn, t0), 0, 0);
    fprintf(f, ",\"dup\":%" PRIu64 ",\"foreign\":%" PRIu64 ",\"stale\":%" PRIu64 ",\"late\":%" PRIu64 ",\"skipped\":%" PRIu64 ",\"backwards\":%" PRIu64 ",\"unanswered\":%" PRIu64
               ",\"bad_frames\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"reason\":\"%s\",\"resets\":%" PRIu64 ",\"troubles\":%" PRIu64 ",\"bytes_in\":%" PRIu64 ",\"frames_in\":%" PRIu64,
            n_dup, foreign, stale, late, ops_skipped, backwards, unanswered(), bad_frames, n_refused, last_reason, n_resets,
            n_troubles, bytes_in, frames_in);
}

/* -------------------------------------------------------------------- modes */

static void mode_run(void)
{
    connect_all(n_conns);
    event("ready", "\"ready\":%u,\"failed\":%u,\"connect_s\":%.3f", n_ready, n_failed, (double)(now_ns() - connect_t0) / 1e9);
    prepare();
    pump(in_s(settle_s), NULL);
    pump(in_s(drain_s), all_answered);
    sending = 1;
    if (slow_per_room && slow_at_s <= 0)
        slow_stop();
    if (warm_s > 0) {
        step_begin(0, 1);
        pump(in_s(warm_s), NULL);
    }
    step_begin(1, 1);
    double c0 = cpu_s();
    u64 t0 = now_ns();
    window_open = 1;
    event("measure_start", NULL);
    if (slow_per_room && slow_at_s > 0 && slow_at_s < dur_s) {
        pump(in_s(slow_at_s), NULL);
        slow_stop();
        pump(t0 + (u64)(dur_s * 1e9), NULL);
    } else
        pump(in_s(dur_s), NULL);
    window_open = 0;
    sending = 0;
    double secs = (double)(now_ns() - t0) / 1e9, cpu = (cpu_s() - c0) / secs;
    event("measure_end", NULL);
    u64 d0 = now_ns();
    pump(in_s(drain_s), all_received);
    double drain = (double)(now_ns() - d0) / 1e9;
    event("drained", NULL);
    u64 lost = exp_step > rx_step ? exp_step - rx_step : 0;
    if (slow_per_room) { /* only one that reads again sees that it was cut off */
        cur_step = UINT32_MAX; /* what reaches the others only now counts as late */
        for (u32 i = 0; i < n_conns; i++)
            if (conns[i].stopped && conns[i].st == ST_READY) {
                conns[i].stopped = 0;
                events_set(&conns[i]);
            }
        pump(in_s(2), NULL);
    }
    u32 told = 0;
    for (u32 i = 0; i < n_conns; i++)
        told += conns[i].slow && conns[i].bye;
    print_head(stdout);
    printf(",\"seconds\":%.3f,\"ops\":%" PRIu64 ",\"ops_s\":%.1f,\"expected\":%" PRIu64 ",\"received\":%" PRIu64 ",\"lost\":%" PRIu64
           ",\"loss_pct\":%.4f,\"deliveries_s\":%.1f,\"frames_s\":%.1f,\"bytes_s\":%.0f,\"drain_s\":%.3f,\"slow\":%u,\"slow_closed\":%u,\"slow_told\":%u,",
           secs, ops_step, (double)ops_step / secs, exp_step, rx_step, lost, exp_step ? 100.0 * (double)lost / (double)exp_step : 0,
           (double)rx_window / secs, (double)win_frames / secs, (double)win_bytes / secs, drain, slow_per_room * n_rooms, n_closed_slow, told);
    hist_json(stdout, "lat_ms", &lat_step);
    printf(",\"streams\":[");
    for (u32 i = 0; i < n_streams; i++) {
        printf("%s{\"name\":\"%s\",\"newest\":%s,\"ops\":%" PRIu64 ",", i ? "," : "", streams[i].name, streams[i].newest ? "true" : "false", streams[i].ops);
        hist_json(stdout, "lat_ms", &streams[i].lat);
        printf("}");
    }
    printf("],\"by_frame\":{");
    for (u32 i = 0; i < B_KINDS; i++)
        printf("%s\"%s\":{\"frames\":%" PRIu64 ",\"bytes\":%" PRIu64 "}", i ? "," : "", kind_names[i], kind_frames[i], kind_bytes[i]);
    printf("},\"client\":{\"cpu\":%.3f,", cpu);
    hist_json(stdout, "lag_ms", &lag_step);
    printf("}}\n");
}

static double ramp_deliveries, ramp_p50, ramp_p99, ramp_loss, ramp_cpu, ramp_lag, ramp_ops;

/* One step of the ramp at `scale` times the streams' rates; says if it passed. */
static int ramp_step(u32 step, double scale)
{
    rx_window = 0;
    step_begin(step, scale);
    double c0 = cpu_s();
    u64 t0 = now_ns();
    event("step_start", "\"scale\":%.4f", scale);
    sending = window_open = 1;
    pump(in_s(ramp_step_s), NULL);
    window_open = sending = 0;
    double secs = (double)(now_ns() - t0) / 1e9;
    ramp_cpu = (cpu_s() - c0) / secs;
    event("step_end", "\"scale\":%.4f", scale);
    pump(in_s(1), all_received);
    u64 lost = exp_step > rx_step ? exp_step - rx_step : 0;
    ramp_deliveries = (double)rx_window / secs;
    ramp_ops = (double)ops_step / secs;
    ramp_p50 = hist_ms(&lat_step, .5);
    ramp_p99 = hist_ms(&lat_step, .99);
    ramp_lag = hist_ms(&lag_step, .99);
    ramp_loss = exp_step ? 100.0 * (double)lost / (double)exp_step : 0;
    int pass = ramp_p99 <= ramp_p99_ms && ramp_loss < 0.1 && rx_step;
    event("step", "\"scale\":%.4f,\"ops_s\":%.1f,\"deliveries_s\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"loss_pct\":%.3f,\"client_cpu\":%.2f,\"lag_p99_ms\":%.2f,\"pass\":%d",
          scale, ramp_ops, ramp_deliveries, ramp_p50, ramp_p99, ramp_loss, ramp_cpu, ramp_lag, pass);
    if (!pass) {
        u64 end = in_s(drain_s);
        while (now_ns() < end && !all_received()) {
            u64 before = rx_step;
            pump(in_s(1), all_received);
            if (rx_step == before)
                break;
        }
    }
    return pass;
}

static void mode_ramp(void)
{
    connect_all(n_conns);
    event("ready", "\"ready\":%u,\"failed\":%u,\"connect_s\":%.3f", n_ready, n_failed, (double)(now_ns() - connect_t0) / 1e9);
    prepare();
    pump(in_s(settle_s), NULL);
    pump(in_s(drain_s), all_answered);
    event("measure_start", NULL);
    double lo = 0, hi = 0, scale = 1;
    double best[7] = {0};
    u32 step = 1;
    int client_limited = 0;
    u32 bisect = ramp_bisect;
    while (1) {
        /* A step that fails is tried again before it is believed: the machine may have been busy. */
        int pass = n_ready && (ramp_step(step++, scale) || ramp_step(step++, scale));
        if (pass) {
            lo = scale;
            double b[7] = {scale, ramp_ops, ramp_deliveries, ramp_p50, ramp_p99, ramp_cpu, ramp_lag};
            memcpy(best, b, sizeof b);
        } else {
            hi = scale;
            if (ramp_cpu > 0.95 || ramp_lag > ramp_p99_ms / 2)
                client_limited = 1;
        }
        if (!n_ready || (!hi && scale >= ramp_max))
            break;
        if (!hi)
            scale = scale * ramp_factor < ramp_max ? scale * ramp_factor : ramp_max;
        else if (lo > 0 && bisect--)
            scale = sqrt(lo * hi);
        else if (lo == 0 && scale > 0.01)
            scale /= ramp_factor * ramp_factor, hi = 0, bisect = ramp_bisect;
        else
            break;
        if (hi && lo > 0 && hi / lo < 1.03)
            break;
    }
    event("measure_end", NULL);
    print_head(stdout);
    printf(",\"capacity\":{\"scale\":%.4f,\"ops_s\":%.1f,\"deliveries_s\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"client_cpu\":%.3f,\"lag_p99_ms\":%.3f},"
           "\"steps\":%u,\"client_limited\":%s,\"topped_out\":%s}\n",
           best[0], best[1], best[2], best[3], best[4], best[5], best[6], step - 1, client_limited ? "true" : "false",
           best[0] >= ramp_max ? "true" : "false");
}

static void mode_join(void)
{
    u32 seed_conns = seeders * n_rooms;
    if (seed_conns > n_conns)
        die("--seeders times --rooms is more than --conns");
    connect_all(seed_conns);
    pump(in_s(settle_s), NULL);
    event("seeded_connect", "\"ready\":%u,\"failed\":%u", n_ready, n_failed);
    prepare();
    pump(in_s(settle_s), NULL);
    pump(in_s(drain_s), all_answered);
    step_begin(0, 1);
    if (preload && n_streams) {
        u64 t = now_ns();
        for (u32 k = 0; k < preload; k++)
            for (u32 r = 0; r < n_rooms; r++) {
                make_op(0, conn_at(r, k % seeders), now_ns());
                t += (u64)(1e9 / (preload_hz * n_rooms));
                pump(t, NULL);
            }
        pump(in_s(drain_s), all_received);
        pump(in_s(settle_s), NULL);
    }
    event("seeded", "\"ops\":%" PRIu64 ",\"received\":%" PRIu64 ",\"expected\":%" PRIu64, ops_step, rx_step, exp_step);
    u64 b0 = bytes_in;
    inflight_max = UINT32_MAX;
    step_begin(1, 1);
    sending = n_streams > 1;
    for (u32 i = 0; i < seed_conns; i++)
        conns[i].t_first = conns[i].t_full = 1; /* theirs are not counted */
    full_count = first_count = seed_conns;
    event("measure_start", NULL);
    double c0 = cpu_s();
    connect_t0 = now_ns();
    connect_all(n_conns);
    pump(connect_t0 + (u64)(timeout_s * 1e9), join_marks || join_bytes ? all_full : all_first);
    sending = 0;
    double secs = (double)(now_ns() - connect_t0) / 1e9;
    event("measure_end", NULL);
    pump(in_s(drain_s), all_received);
    u64 lost = exp_step > rx_step ? exp_step - rx_step : 0;
    print_head(stdout);
    printf(",\"live_lost\":%" PRIu64 ",\"joiners\":%u,\"preloaded\":%u,\"seconds\":%.3f,\"full\":%u,\"bytes_per_join\":%.0f,\"client_cpu\":%.3f,", lost, n_conns - seed_conns,
           preload, secs, full_count - seed_conns,
           n_conns > seed_conns ? (double)(bytes_in - b0) / (double)(n_conns - seed_conns) : 0, (cpu_s() - c0) / secs);
    print_times(stdout, "tcp_ms", offsetof(Conn, t_tcp), 0, seed_conns, connect_t0);
    fputc(',', stdout);
    print_times(stdout, "upgrade_ms", offsetof(Conn, t_up), 0, seed_conns, connect_t0);
    fputc(',', stdout);
    print_times(stdout, "first_ms", offsetof(Conn, t_first), 0, seed_conns, connect_t0);
    fputc(',', stdout);
    print_times(stdout, "ready_ms", offsetof(Conn, t_ready), 0, seed_conns, connect_t0);
    fputc(',', stdout);
    print_times(stdout, "full_ms", offsetof(Conn, t_full), 0, seed_conns, connect_t0);
    fputc(',', stdout);
    hist_json(stdout, "live_lat_ms", &lat_step);
    printf("}\n");
}

static void mode_idle(void)
{
    connect_all(n_conns);
    event("ready", "\"ready\":%u,\"failed\":%u,\"connect_s\":%.3f", n_ready, n_failed, (double)(now_ns() - connect_t0) / 1e9);
    pump(in_s(settle_s), NULL);
    event("measure_start", NULL);
    window_open = 1;
    u64 t0 = now_ns();
    pump(in_s(hold_s), NULL);
    double secs = (double)(now_ns() - t0) / 1e9;
    event("measure_end", NULL);
    print_head(stdout);
    printf(",\"seconds\":%.3f,\"frames_s\":%.1f,\"bytes_s\":%.0f}\n", secs, (double)win_frames / secs, (double)win_bytes / secs);
}

static int none_left(void)
{
    return !n_ready;
}

/* Close politely, so that servers do not log a broken connection each. */
static void goodbye(void)
{
    fflush(stdout);
    next_conn = connect_end;
    for (u32 i = 0; i < n_conns; i++)
        if (conns[i].st == ST_READY && !conns[i].stopped) {
            memcpy(out + 14, "\x03\xe8", 2);
            send_frame(&conns[i], 8, 2);
        }
    pump(in_s(1), none_left);
}

/* --------------------------------------------------------------------- main */

static const char *usage =
    "usage: load --port P[,P2,...] [options]          (host: 127.0.0.0/8 only)\n"
    "  --mode run|ramp|join|idle     what to do (run)\n"
    "  --conns N --rooms R           connections; connection i is member i/R of room i%R\n"
    "  --path T --header T           the upgrade request\n"
    "  --tavle                       read frames as Tavle's protocol\n"
    "  --vars FILE                   a line of fields per connection: %(f1) ... %(f9)\n"
    "  --step STEP                   handshake step: t: b: wait: waithex: (repeat)\n"
    "  --stream NAME,hz=H[,rooms=A-B][,members=A-B][,newest][,spot][,end=N]   senders, each H a second;\n"
    "                                end: every Nth operation is one of the next stream's\n"
    "  --prep FRAME                  what each sender of the last stream sends once, first (repeat)\n"
    "  --op FRAME                    a frame of the last stream's operation (repeat)\n"
    "  --inflight N --connect-rate N --timeout S        connecting\n"
    "  --settle S --warm S --duration S --drain S       run\n"
    "  --slow K [--slow-at S]        the last K members of each room stop reading\n"
    "  --ramp-factor F --ramp-step S --ramp-p99 MS --ramp-max SCALE --ramp-bisect N\n"
    "  --seeders K --preload N --preload-hz H --join-marks N --join-bytes N   join\n"
    "  --hold S                      idle\n"
    "  --trace N                     show the first N frames of two connections\n";

static void parse_range(const char *s, u32 *a, u32 *b)
{
    char *e;
    *a = *b = (u32)strtoul(s, &e, 10);
    if (*e == '-')
        *b = (u32)strtoul(e + 1, NULL, 10);
}

static void parse_stream(char *s)
{
    if (n_streams == MAX_STREAMS)
        die("too many streams");
    Stream *st = &streams[n_streams++];
    st->m1 = st->r1 = UINT32_MAX;
    char *save, *tok = strtok_r(s, ",", &save);
    snprintf(st->name, sizeof st->name, "%s", tok ? tok : "ops");
    while ((tok = strtok_r(NULL, ",", &save))) {
        if (!strncmp(tok, "hz=", 3))
            st->hz = atof(tok + 3);
        else if (!strncmp(tok, "rooms=", 6))
            parse_range(tok + 6, &st->r0, &st->r1);
        else if (!strncmp(tok, "members=", 8))
            parse_range(tok + 8, &st->m0, &st->m1);
        else if (!strcmp(tok, "newest"))
            st->newest = 1;
        else if (!strcmp(tok, "spot"))
            st->spot = 1;
        else if (!strncmp(tok, "end=", 4))
            st->end = (u32)atoi(tok + 4);
        else
            die("bad --stream part: %s", tok);
    }
}

static void parse_step(const char *s)
{
    if (n_steps == MAX_STEPS)
        die("too many steps");
    Step *st = &steps[n_steps++];
    if (!strncmp(s, "wait:", 5)) {
        st->kind = S_WAIT;
        st->any = !strcmp(s + 5, "*");
        st->t = tmpl(s + 5, 0);
    } else if (!strncmp(s, "waithex:", 8)) {
        st->kind = S_WAIT;
        st->t = tmpl(s + 8, 1);
    } else {
        st->kind = S_SEND;
        st->t = frame_tmpl(s);
    }
}

static void read_vars(const char *name)
{
    FILE *f = fopen(name, "r");
    if (!f)
        die("%s: %s", name, strerror(errno));
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    while ((n = getline(&line, &cap, f)) > 0) {
        while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            line[--n] = 0;
        if (!n)
            continue;
        var_lines = must(realloc(var_lines, (n_var_lines + 1) * sizeof *var_lines));
        var_lines[n_var_lines++] = must(strdup(line));
    }
    free(line);
    fclose(f);
}

int main(int argc, char **argv)
{
    const char *path = "/";
    for (int i = 1; i < argc; i++) {
        const char *o = argv[i];
        if (!strcmp(o, "--help")) {
            fputs(usage, stdout);
            return 0;
        }
        if (!strcmp(o, "--tavle")) {
            tavle = 1;
            continue;
        }
        if (i + 1 == argc)
            die("%s needs a value", o);
        char *v = argv[++i];
#define IS(name) (!strcmp(o, name))
        if (IS("--host")) host = v;
        else if (IS("--port"))
            for (char *save, *p = strtok_r(v, ",", &save); p && n_ports < MAX_PORTS; p = strtok_r(NULL, ",", &save))
                ports[n_ports++] = (u16)atoi(p);
        else if (IS("--mode")) {
            for (mode = 0; mode < 4 && strcmp(v, mode_names[mode]); mode++)
                ;
            if (mode == 4)
                die("no such mode: %s", v);
        }
        else if (IS("--conns")) n_conns = (u32)strtoul(v, NULL, 10);
        else if (IS("--rooms")) n_rooms = (u32)strtoul(v, NULL, 10);
        else if (IS("--path")) path = v;
        else if (IS("--header")) {
            if (n_headers == MAX_HEADERS)
                die("too many headers");
            headers[n_headers++] = tmpl(v, 0);
        }
        else if (IS("--vars")) read_vars(v);
        else if (IS("--step")) parse_step(v);
        else if (IS("--stream")) parse_stream(v);
        else if (IS("--op")) {
            if (!n_streams || streams[n_streams - 1].nf == MAX_FRAMES)
                die("--op needs a --stream before it, and at most %d frames", MAX_FRAMES);
            streams[n_streams - 1].fr[streams[n_streams - 1].nf++] = frame_tmpl(v);
        }
        else if (IS("--prep")) {
            if (!n_streams || streams[n_streams - 1].np == MAX_FRAMES)
                die("--prep needs a --stream before it, and at most %d frames", MAX_FRAMES);
            streams[n_streams - 1].prep[streams[n_streams - 1].np++] = frame_tmpl(v);
        }
        else if (IS("--inflight")) inflight_max = (u32)strtoul(v, NULL, 10);
        else if (IS("--connect-rate")) connect_rate = atof(v);
        else if (IS("--timeout")) timeout_s = atof(v);
        else if (IS("--settle")) settle_s = atof(v);
        else if (IS("--warm")) warm_s = atof(v);
        else if (IS("--duration")) dur_s = atof(v);
        else if (IS("--drain")) drain_s = atof(v);
        else if (IS("--slow")) slow_per_room = (u32)strtoul(v, NULL, 10);
        else if (IS("--slow-at")) slow_at_s = atof(v);
        else if (IS("--ramp-factor")) ramp_factor = atof(v);
        else if (IS("--ramp-step")) ramp_step_s = atof(v);
        else if (IS("--ramp-p99")) ramp_p99_ms = atof(v);
        else if (IS("--ramp-max")) ramp_max = atof(v);
        else if (IS("--ramp-bisect")) ramp_bisect = (u32)strtoul(v, NULL, 10);
        else if (IS("--seeders")) seeders = (u32)strtoul(v, NULL, 10);
        else if (IS("--preload")) preload = (u32)strtoul(v, NULL, 10);
        else if (IS("--preload-hz")) preload_hz = atof(v);
        else if (IS("--join-marks")) join_marks = (u32)strtoul(v, NULL, 10);
        else if (IS("--join-bytes")) join_bytes = strtoull(v, NULL, 10);
        else if (IS("--hold")) hold_s = atof(v);
        else if (IS("--trace")) trace = atoi(v);
        else
            die("no such option: %s\n%s", o, usage);
#undef IS
    }
    struct in_addr a;
    if (inet_pton(AF_INET, host, &a) != 1 || (ntohl(a.s_addr) >> 24) != 127)
        die("only loopback addresses are allowed");
    if (!n_ports || !n_conns || !n_rooms || n_rooms > n_conns)
        die("need --port, and at least one connection per room\n%s", usage);
    path_t = tmpl(path, 0);
    per_room_max = (n_conns + n_rooms - 1) / n_rooms;
    words_per_op = (per_room_max + 63) / 64;
    for (u32 i = 0; i < n_streams; i++) {
        Stream *s = &streams[i];
        if (s->r1 >= n_rooms)
            s->r1 = n_rooms - 1;
        if (s->m1 >= n_conns / n_rooms)
            s->m1 = n_conns / n_rooms - 1;
        if (!s->nf || s->r0 > s->r1 || s->m0 > s->m1 || (s->end && i + 1 == n_streams))
            die("stream %s: no operation, no senders, or nothing to end with", s->name);
    }
    rng_state ^= now_ns() * 0xD1342543DE82EF95ull | 1;
    conns = must(calloc(n_conns, sizeof *conns));
    room_live = must(calloc(n_rooms, sizeof *room_live));
    track_of = must(calloc((size_t)n_conns * (n_streams + 1), sizeof *track_of));
    for (u32 i = 0; i < n_conns; i++) {
        conns[i].idx = i;
        conns[i].room = i % n_rooms;
        conns[i].member = i / n_rooms;
        conns[i].fd = -1;
        u32 in_room = (n_conns - conns[i].room + n_rooms - 1) / n_rooms;
        conns[i].slow = slow_per_room && conns[i].member + slow_per_room >= in_room;
    }
    ep = epoll_create1(0);
    switch (mode) {
    case M_RUN: mode_run(); break;
    case M_RAMP: mode_ramp(); break;
    case M_JOIN: mode_join(); break;
    case M_IDLE: mode_idle(); break;
    }
    goodbye();
    return n_failed == n_conns ? 1 : 0;
}
