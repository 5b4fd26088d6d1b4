#include "CEmbedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

/* The films of the simulator; docs/simulator.md says how they were made. */
static const unsigned char film_wide_mp4[] = {
#embed "films/wide.mp4"
};

static const unsigned char film_tall_mp4[] = {
#embed "films/tall.mp4"
};

static const unsigned char film_square_mp4[] = {
#embed "films/square.mp4"
};

const unsigned char *renderdrop_film_wide_mp4(size_t *length) {
  *length = sizeof film_wide_mp4;
  return film_wide_mp4;
}

const unsigned char *renderdrop_film_tall_mp4(size_t *length) {
  *length = sizeof film_tall_mp4;
  return film_tall_mp4;
}

const unsigned char *renderdrop_film_square_mp4(size_t *length) {
  *length = sizeof film_square_mp4;
  return film_square_mp4;
}
