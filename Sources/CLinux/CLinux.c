#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

int clinux_rename_noreplace(int old_dir, const char *old_name, int new_dir, const char *new_name) {
    return renameat2(old_dir, old_name, new_dir, new_name, RENAME_NOREPLACE) < 0 ? -errno : 0;
}

int clinux_filesystem_type(const char *path, long *type) {
    struct statfs info;
    if (statfs(path, &info) < 0) return -errno;
    *type = (long)info.f_type;
    return 0;
}

int clinux_filesystem_type_of(int fd, long *type) {
    struct statfs info;
    if (fstatfs(fd, &info) < 0) return -errno;
    *type = (long)info.f_type;
    return 0;
}

int clinux_made_at(int fd, long *seconds, long *nanoseconds) {
    struct statx info;
    *seconds = 0;
    *nanoseconds = 0;
    if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &info) < 0) return -errno;
    if (info.stx_mask & STATX_BTIME) {
        *seconds = (long)info.stx_btime.tv_sec;
        *nanoseconds = (long)info.stx_btime.tv_nsec;
    }
    return 0;
}

int clinux_is_open_for_writing(int fd) {
    // A broken lease raises SIGIO, which ends a process that does not expect it; SIGURG is ignored by default.
    if (fcntl(fd, F_SETSIG, SIGURG) < 0) return -errno;
    if (fcntl(fd, F_SETLEASE, F_RDLCK) < 0) return errno == EAGAIN ? 1 : -errno;
    return fcntl(fd, F_SETLEASE, F_UNLCK) < 0 ? -errno : 0;
}

int clinux_set_modified(int fd, long seconds, long nanoseconds) {
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = seconds, .tv_nsec = nanoseconds}};
    return futimens(fd, times) < 0 ? -errno : 0;
}

int clinux_attributes(int dir, const char *name, unsigned *flags) {
    struct statx info;
    if (statx(dir, name, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, STATX_TYPE, &info) < 0) return -errno;
    *flags = (info.stx_attributes & STATX_ATTR_IMMUTABLE ? 1 : 0) | (info.stx_attributes & STATX_ATTR_APPEND ? 2 : 0) |
             (info.stx_attributes & STATX_ATTR_MOUNT_ROOT ? 4 : 0);
    return 0;
}

int clinux_ends_in_hole(int fd, long size) {
    return size > 0 && lseek(fd, size - 1, SEEK_DATA) < 0 && errno == ENXIO;
}

static _Thread_local void *work_of_thread;

void *clinux_work(void) { return work_of_thread; }

void clinux_set_work(void *work) { work_of_thread = work; }

unsigned long clinux_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (unsigned long)now.tv_sec * 1000 + (unsigned long)now.tv_nsec / 1000000;
}

void clinux_calm_heap(void) {
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_TOP_PAD, 1 << 18);
    mallopt(M_TRIM_THRESHOLD, 1 << 19);
}
