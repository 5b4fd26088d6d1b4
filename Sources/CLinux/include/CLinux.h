#ifndef CLINUX_H
#define CLINUX_H
/// Renames within or across folders and fails with -EEXIST where the new name is taken.
/// Returns 0 or -errno (-EINVAL where the file system cannot do it).
int clinux_rename_noreplace(int old_dir, const char *old_name, int new_dir, const char *new_name);
/// Lets the heap grow and shrink in large steps, and keeps it in few arenas: many short tasks on changing threads would
/// otherwise ask the system for a page at a time, and give back little.
void clinux_calm_heap(void);
/// The file system's magic number of the folder or file at `path` in *type. Returns 0 or -errno.
int clinux_filesystem_type(const char *path, long *type);
/// The same for an open file.
int clinux_filesystem_type_of(int fd, long *type);
/// Asks by a read lease whether anybody has the file open for writing: 1 or 0, or -errno where the kernel does not tell
/// (-EACCES for a file of another user without CAP_LEASE, -EINVAL where the file system has no leases).
/// The lease is given back at once; whoever opens the file for writing meanwhile waits for that moment.
int clinux_is_open_for_writing(int fd);
/// When the file was made, where the file system remembers it: 0, or -errno. Both are 0 where it does not.
int clinux_made_at(int fd, long *seconds, long *nanoseconds);
/// Sets the time of the last change and leaves that of the last access. Returns 0 or -errno.
int clinux_set_modified(int fd, long seconds, long nanoseconds);
/// Whether an entry of a folder, or the folder itself for "", is immutable (1), append-only (2) or a mount point (4), in *flags. Returns 0 or -errno.
int clinux_attributes(int dir, const char *name, unsigned *flags);
/// Whether nothing was ever written to the last byte of a file of `size` bytes: 1 or 0; 0 where the file system does not tell. Moves the
/// file's position.
int clinux_ends_in_hole(int fd, long size);
/// What this thread is at work on; NULL at first.
void *clinux_work(void);
void clinux_set_work(void *work);
/// Milliseconds by a clock that only goes forward, a few at a time: no system call.
unsigned long clinux_milliseconds(void);
#endif
