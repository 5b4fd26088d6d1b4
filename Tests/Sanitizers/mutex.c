/* Tells Thread Sanitizer of the locks that it cannot see; linked into what `make sanitize` builds, and nothing else.

   Swift's `Mutex` takes and gives a free lock with atomics that are compiled, and watched, with our code. A lock that somebody else
   holds goes through libswiftSynchronization instead, which calls futex(2) and is not built with the sanitizer: it sees neither
   that a thread waited nor for whom, and reports every access under a contended `Mutex` as a race. These three functions stand in
   front of the library's, call them, and say what they did. Nothing is suppressed: a race beside a `Mutex` is still reported,
   which `scripts/sanitize` proves with `race.swift` before it believes the rest.

   Source: swift/stdlib/public/Synchronization/Mutex/LinuxImpl.swift (6.2, 6.3); the names are part of the library's ABI. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

/* Weak: programs that are built along the way are not all sanitized. */
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

SWIFT void renderdrop_lock(uint32_t thread, SELF void *mutex) __asm__(LOCK);
SWIFT bool renderdrop_try_lock(SELF void *mutex) __asm__(TRY_LOCK);
SWIFT void renderdrop_unlock(SELF void *mutex) __asm__(UNLOCK);

static SWIFT void (*lock)(uint32_t thread, SELF void *mutex);
static SWIFT bool (*try_lock)(SELF void *mutex);
static SWIFT void (*unlock)(SELF void *mutex);

/* Before any thread but the first. A program that does not use `Mutex` does not load the library and never calls these. */
__attribute__((constructor)) static void find_the_library_s_own(void) {
    *(void **)&lock = dlsym(RTLD_NEXT, LOCK);
    *(void **)&try_lock = dlsym(RTLD_NEXT, TRY_LOCK);
    *(void **)&unlock = dlsym(RTLD_NEXT, UNLOCK);
}

SWIFT void renderdrop_lock(uint32_t thread, SELF void *mutex) {
    lock(thread, mutex);
    if (__tsan_acquire != NULL) __tsan_acquire(mutex);
}

SWIFT bool renderdrop_try_lock(SELF void *mutex) {
    bool taken = try_lock(mutex);
    if (taken && __tsan_acquire != NULL) __tsan_acquire(mutex);
    return taken;
}

SWIFT void renderdrop_unlock(SELF void *mutex) {
    if (__tsan_release != NULL) __tsan_release(mutex);
    unlock(mutex);
}
