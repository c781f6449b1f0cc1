// Codes the coefficients of a JPEG file anew, arithmetically: Golden/arithmetic.jpg of 420.jpg.
// cc arithmetic.c -ljpeg -o arithmetic && ./arithmetic ../Golden/images/420.jpg ../Golden/arithmetic.jpg
#include <stdio.h>

#include <jpeglib.h>

int main(int count, char **arguments) {
  if (count != 3) return 1;
  struct jpeg_decompress_struct source;
  struct jpeg_compress_struct target;
  struct jpeg_error_mgr errors[2];
  source.err = jpeg_std_error(&errors[0]);
  target.err = jpeg_std_error(&errors[1]);
  jpeg_create_decompress(&source);
  jpeg_create_compress(&target);
  FILE *in = fopen(arguments[1], "rb"), *out = fopen(arguments[2], "wb");
  jpeg_stdio_src(&source, in);
  jpeg_stdio_dest(&target, out);
  jpeg_read_header(&source, TRUE);
  jvirt_barray_ptr *coefficients = jpeg_read_coefficients(&source);
  jpeg_copy_critical_parameters(&source, &target);
  target.arith_code = TRUE;
  jpeg_write_coefficients(&target, coefficients);
  jpeg_finish_compress(&target);
  return fclose(out);
}
