#ifndef RENDERDROP_FUZZER_H
#define RENDERDROP_FUZZER_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer as a library: its loop around a function of ours. It comes with the compiler, as libclang_rt.fuzzer.
   Source: llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a library". */
int LLVMFuzzerRunDriver(
    int *_Nonnull argc, char *_Nullable *_Nonnull *_Nonnull argv,
    int (*_Nonnull callback)(const uint8_t *_Nullable data, size_t size));

#endif
