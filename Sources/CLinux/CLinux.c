#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/vfs.h>

int clinux_rename_noreplace(int old_dir, const char *old_name, int new_dir, const char *new_name) {
    return renameat2(old_dir, old_name, new_dir, new_name, RENAME_NOREPLACE) < 0 ? -errno : 0;
}

int clinux_filesystem_type(const char *path, long *type) {
    struct statfs info;
    if (statfs(path, &info) < 0) return -errno;
    *type = (long)info.f_type;
    return 0;
}
