#ifndef RENDERDROP_EMBEDDED_SAMPLES_H
#define RENDERDROP_EMBEDDED_SAMPLES_H

#include <stddef.h>

/* A sample of the repository, or a file that one names. */
typedef struct {
  /* As it is called in an inbox. */
  const char *_Nonnull name;
  const unsigned char *_Nonnull bytes;
  size_t length;
} renderdrop_sample;

/* What `renderdrop demo --all` drops besides what every demo drops: a job of each other family, and their files. Both live as
   long as the program. */
const renderdrop_sample *_Nonnull renderdrop_further_samples(size_t *_Nonnull count);

#endif
