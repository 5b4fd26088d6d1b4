// Makes the k-th call on a folder fail, lie or be the process's last. For LD_PRELOAD; Linux only.
//
// Environment:
//   HOSTILE_CALLS  names, comma-separated: rename, link, unlink, rmdir, mkdir, create, write, flush
//   HOSTILE_UNDER  folders, colon-separated; only calls on a path below one of them count. `!` before it: not the source of a rename
//   HOSTILE_NAME   ends of file names, comma-separated; empty: any
//   HOSTILE_AT     which of these calls it is, from 1
//   HOSTILE_DO     kill-before, kill-after, fail:ERRNO (not done), done:ERRNO (done, reported as failed), lie (not done, reported as done)
//   HOSTILE_TIMES  how many calls from that one on; 0: all
//   HOSTILE_LOG    a file that gets a line for each call that counts
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum act { PASS, KILL_BEFORE, KILL_AFTER, FAIL, DONE, LIE };

static atomic_long seen;

static ssize_t (*real_write)(int, const void *, size_t);

#define REAL(name, ...)                                              \
    static __typeof__(name) *real;                                   \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, __VA_ARGS__)

// Whether `word` stands in a list, whole (or, with `ends`, as the end of it).
static int listed(const char *list, const char *word, char separator, int ends) {
    size_t length = strlen(word);
    while (list && *list) {
        const char *end = strchr(list, separator);
        size_t size = end ? (size_t)(end - list) : strlen(list);
        if (ends ? size > 0 && size <= length && !memcmp(word + length - size, list, size)
                 : size == length && !memcmp(word, list, size))
            return 1;
        list = end ? end + 1 : NULL;
    }
    return 0;
}

static int below(const char *folders, const char *path) {
    size_t length = strlen(path);
    while (folders && *folders) {
        const char *end = strchr(folders, ':');
        size_t size = end ? (size_t)(end - folders) : strlen(folders);
        if (size > 0 && size <= length && !memcmp(path, folders, size) && (path[size] == 0 || path[size] == '/'))
            return 1;
        folders = end ? end + 1 : NULL;
    }
    return 0;
}

// The whole path of `name` in `folder` (no name: of the descriptor itself).
static void whole(int folder, const char *name, char *out, size_t size) {
    out[0] = 0;
    if (name && name[0] == '/') {
        snprintf(out, size, "%s", name);
        return;
    }
    char link[64];
    if (folder == AT_FDCWD)
        snprintf(link, sizeof link, "/proc/self/cwd");
    else
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t count = readlink(link, out, size - 1);
    if (count < 0) count = 0;
    out[count] = 0;
    if (name && strcmp(name, ".")) snprintf(out + count, size - (size_t)count, "/%s", name);
}

static int matches(const char *path) {
    const char *name = strrchr(path, '/');
    const char *ends = getenv("HOSTILE_NAME");
    return below(getenv("HOSTILE_UNDER"), path) && (!ends || !*ends || listed(ends, name ? name + 1 : path, ',', 1));
}

static void tell(long number, const char *call, const char *path, const char *other, const char *what) {
    const char *log = getenv("HOSTILE_LOG");
    if (!log) return;
    char line[2 * PATH_MAX + 128];
    int count = snprintf(line, sizeof line, "%ld %s %s %s %s\n", number, what, call, path, other ? other : "");
    int raw = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (raw < 0) return;
    if (!real_write) real_write = (__typeof__(real_write))dlsym(RTLD_NEXT, "write");
    if (real_write(raw, line, (size_t)count) < 0) {}
    close(raw);
}

static enum act decide(const char *call, const char *path, const char *other, int *code) {
    const char *calls = getenv("HOSTILE_CALLS");
    if (!calls || !listed(calls, call, ',', 0)) return PASS;
    if (!matches(path) && !(other && matches(other))) return PASS;
    const char *at = getenv("HOSTILE_AT"), *what = getenv("HOSTILE_DO"), *times = getenv("HOSTILE_TIMES");
    long number = atomic_fetch_add(&seen, 1) + 1, first = at ? atol(at) : 1, many = times ? atol(times) : 1;
    int hit = what && number >= first && (many == 0 || number < first + many);
    tell(number, call, path, other, hit ? what : "passed");
    if (!hit) return PASS;
    const char *colon = strchr(what, ':');
    *code = colon ? atoi(colon + 1) : EIO;
    if (!strcmp(what, "kill-before")) raise(SIGKILL);
    if (!strcmp(what, "kill-after")) return KILL_AFTER;
    if (!strcmp(what, "lie")) return LIE;
    return !strncmp(what, "done", 4) ? DONE : FAIL;
}

#define AROUND(call, path, other, lied, work)                    \
    int code = 0, before = errno;                                \
    enum act act = decide(call, path, other, &code);             \
    errno = before;                                              \
    if (act == FAIL) { errno = code; return -1; }                \
    if (act == LIE) return lied;                                 \
    __auto_type result = work;                                   \
    if (act == KILL_AFTER) raise(SIGKILL);                       \
    if (act == DONE && result >= 0) { errno = code; return -1; } \
    return result

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    REAL(renameat2, "renameat2");
    char path[PATH_MAX], other[PATH_MAX];
    whole(from, old, path, sizeof path);
    whole(to, new, other, sizeof other);
    AROUND("rename", path, other, 0, real(from, old, to, new, flags));
}

int renameat(int from, const char *old, int to, const char *new) {
    REAL(renameat, "renameat");
    char path[PATH_MAX], other[PATH_MAX];
    whole(from, old, path, sizeof path);
    whole(to, new, other, sizeof other);
    AROUND("rename", path, other, 0, real(from, old, to, new));
}

int rename(const char *old, const char *new) { return renameat(AT_FDCWD, old, AT_FDCWD, new); }

int linkat(int from, const char *old, int to, const char *new, int flags) {
    REAL(linkat, "linkat");
    char path[PATH_MAX], other[PATH_MAX];
    whole(from, old, path, sizeof path);
    whole(to, new, other, sizeof other);
    AROUND("link", path, other, 0, real(from, old, to, new, flags));
}

int unlinkat(int folder, const char *name, int flags) {
    REAL(unlinkat, "unlinkat");
    char path[PATH_MAX];
    whole(folder, name, path, sizeof path);
    AROUND(flags & AT_REMOVEDIR ? "rmdir" : "unlink", path, NULL, 0, real(folder, name, flags));
}

int mkdirat(int folder, const char *name, mode_t mode) {
    REAL(mkdirat, "mkdirat");
    char path[PATH_MAX];
    whole(folder, name, path, sizeof path);
    AROUND("mkdir", path, NULL, 0, real(folder, name, mode));
}

static int create(const char *symbol, int folder, const char *name, int flags, mode_t mode) {
    int (*real)(int, const char *, int, ...) = (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, symbol);
    if (!(flags & O_CREAT)) return real(folder, name, flags, mode);
    char path[PATH_MAX];
    whole(folder, name, path, sizeof path);
    // A descriptor cannot be made up, and one that is reported as failed must not stay open.
    int code = 0, saved = errno;
    enum act act = decide("create", path, NULL, &code);
    errno = saved;
    if (act == FAIL || act == LIE) { errno = code ? code : EIO; return -1; }
    int result = real(folder, name, flags, mode);
    if (act == KILL_AFTER) raise(SIGKILL);
    if (act == DONE && result >= 0) { close(result); errno = code; return -1; }
    return result;
}

int openat(int folder, const char *name, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return create("openat", folder, name, flags, mode);
}

int openat64(int folder, const char *name, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return create("openat64", folder, name, flags, mode);
}

ssize_t write(int raw, const void *bytes, size_t count) {
    if (!real_write) real_write = (__typeof__(real_write))dlsym(RTLD_NEXT, "write");
    char path[PATH_MAX];
    // Streams, sockets and wake-ups would cost a look each.
    const char *calls = getenv("HOSTILE_CALLS");
    if (raw <= 2 || !calls || !listed(calls, "write", ',', 0)) return real_write(raw, bytes, count);
    int saved = errno;
    whole(raw, NULL, path, sizeof path);
    errno = saved;
    AROUND("write", path, NULL, (ssize_t)count, real_write(raw, bytes, count));
}

int fsync(int raw) {
    REAL(fsync, "fsync");
    char path[PATH_MAX];
    whole(raw, NULL, path, sizeof path);
    AROUND("flush", path, NULL, 0, real(raw));
}

int fdatasync(int raw) {
    REAL(fdatasync, "fdatasync");
    char path[PATH_MAX];
    whole(raw, NULL, path, sizeof path);
    AROUND("flush", path, NULL, 0, real(raw));
}
