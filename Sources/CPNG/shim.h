#include <png.h>

// libpng's size macros, which Swift cannot import.

static inline size_t cpng_image_size(const png_image *image) { return PNG_IMAGE_SIZE(*image); }

static inline size_t cpng_colormap_size(const png_image *image) { return PNG_IMAGE_COLORMAP_SIZE(*image); }

static inline size_t cpng_png_size_max(const png_image *image) { return PNG_IMAGE_PNG_SIZE_MAX(*image); }
