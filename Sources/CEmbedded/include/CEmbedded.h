#ifndef RENDERDROP_EMBEDDED_H
#define RENDERDROP_EMBEDDED_H

#include <stddef.h>

#include "EmbeddedSamples.h"

/* Files that travel inside the binary. Each call returns the first byte and writes the length; the bytes live as long as
   the program. Texts are UTF-8 and do not end with a NUL. */
const unsigned char *_Nonnull renderdrop_models_yaml(size_t *_Nonnull length);
const unsigned char *_Nonnull renderdrop_wavespeed_yaml(size_t *_Nonnull length);
const unsigned char *_Nonnull renderdrop_qwen_proxy_yaml(size_t *_Nonnull length);
const unsigned char *_Nonnull renderdrop_watch_yaml(size_t *_Nonnull length);
const unsigned char *_Nonnull renderdrop_paper_lighthouse_yaml(size_t *_Nonnull length);
const unsigned char *_Nonnull renderdrop_orange_cat_yaml(size_t *_Nonnull length);
const unsigned char *_Nonnull renderdrop_tin_robot_yaml(size_t *_Nonnull length);
const unsigned char *_Nonnull renderdrop_red_hat_yaml(size_t *_Nonnull length);
const unsigned char *_Nonnull renderdrop_red_kite_yaml(size_t *_Nonnull length);
const unsigned char *_Nonnull renderdrop_broken_yaml(size_t *_Nonnull length);
const unsigned char *_Nonnull renderdrop_cat_jpg(size_t *_Nonnull length);

/* Short H.264 films that the simulator's results are made of: 16:9 with a tone, 9:16 with a silent track and its index at
   the end, 1:1 without sound. */
const unsigned char *_Nonnull renderdrop_film_wide_mp4(size_t *_Nonnull length);
const unsigned char *_Nonnull renderdrop_film_tall_mp4(size_t *_Nonnull length);
const unsigned char *_Nonnull renderdrop_film_square_mp4(size_t *_Nonnull length);

#endif
