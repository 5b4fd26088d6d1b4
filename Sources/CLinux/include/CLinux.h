#ifndef CLINUX_H
#define CLINUX_H
/// Renames within or across folders and fails with -EEXIST where the new name is taken.
/// Returns 0 or -errno (-EINVAL where the file system cannot do it).
int clinux_rename_noreplace(int old_dir, const char *old_name, int new_dir, const char *new_name);
/// The file system's magic number of the folder or file at `path` in *type. Returns 0 or -errno.
int clinux_filesystem_type(const char *path, long *type);
#endif
