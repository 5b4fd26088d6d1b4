#include <zlib.h>

// deflateInit is a macro; this is the call it stands for.
static inline int rs_deflate_init(z_stream *stream, int level) { return deflateInit(stream, level); }
static inline int rs_inflate_init(z_stream *stream) { return inflateInit(stream); }
