"""Picture and mask files in Tests/Golden/images, and Pillow's reading of them."""

import struct
import zlib

import numpy
import PIL
import torch
from golden import FOLDER, save
from PIL import Image, ImageOps

IMAGES = FOLDER / "images"
IMAGES.mkdir(exist_ok=True)
WIDTH, HEIGHT = 23, 17
random = numpy.random.default_rng(1)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, depth):
    """Rows of samples [h, w, channels] as filter byte 0 and big-endian bits."""
    rows = b""
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            data = row.astype(">u2").tobytes()
        else:
            bits = ((row[:, None] >> numpy.arange(depth - 1, -1, -1)) & 1).astype(numpy.uint8)
            data = numpy.packbits(bits.ravel()).tobytes()
        rows += b"\0" + data
    return rows


def png(name, samples, kind, depth, interlaced=False, extra=b""):
    """Writes a PNG of any colour type and depth, which Pillow cannot."""
    samples = numpy.asarray(samples)
    samples = samples.reshape(*samples.shape[:2], -1)
    height, width = samples.shape[:2]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in passes]
        data = b"".join(packed(part, depth) for part in parts if part.size)
    else:
        data = packed(samples, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    (IMAGES / name).write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def picture(width, height):
    """Smooth colours with edges and some noise."""
    y, x = numpy.mgrid[0:height, 0:width] / max(width, height)
    waves = numpy.stack([numpy.sin(9 * x + 3 * y), numpy.cos(7 * y - x), numpy.sin(5 * x * y)], -1)
    waves[(x - 0.4) ** 2 + (y - 0.3) ** 2 < 0.04] *= -1
    return numpy.clip(128 + 100 * waves + random.normal(0, 12, waves.shape), 0, 255).astype(numpy.uint8)


def palette(count):
    colors = random.integers(0, 256, (count, 3), dtype=numpy.uint8)
    return chunk(b"PLTE", colors.tobytes())


photo = picture(WIDTH, HEIGHT)
wide = photo.astype(numpy.uint16) * 256 + random.integers(0, 256, photo.shape, dtype=numpy.uint16)
alpha = random.integers(0, 256, (HEIGHT, WIDTH, 1), dtype=numpy.uint8)
gamma = chunk(b"gAMA", struct.pack(">I", 100000))


def ids(count):
    return random.integers(0, count, (HEIGHT, WIDTH), dtype=numpy.uint8)


png("rgb.png", photo, 2, 8)
png("rgb-interlaced.png", photo, 2, 8, interlaced=True)
png("rgb-gamma.png", photo, 2, 8, extra=gamma)
png("rgba.png", numpy.concatenate([photo, alpha], -1), 6, 8)
png("rgb16.png", wide, 2, 16)
png("rgba16.png", numpy.concatenate([wide, alpha.astype(numpy.uint16) * 257], -1), 6, 16)
png("grey8.png", ids(256), 0, 8)
png("grey8-interlaced.png", ids(256), 0, 8, interlaced=True)
png("grey-alpha.png", numpy.concatenate([ids(22)[..., None], alpha], -1), 4, 8)
png("grey16.png", wide[..., 0], 0, 16)
png("grey16-ids.png", ids(22).astype(numpy.uint16), 0, 16)
for depth in (1, 2, 4):
    png(f"grey{depth}.png", ids(1 << depth), 0, depth)
for depth in (1, 2, 4, 8):
    png(f"palette{depth}.png", ids(1 << depth), 3, depth, extra=palette(1 << depth))
png("palette4-interlaced.png", ids(16), 3, 4, interlaced=True, extra=palette(16))
png("palette8-short.png", ids(21), 3, 8, extra=palette(21))
transparency = chunk(b"tRNS", bytes([0, 128, 255, 7]))
png("palette8-transparent.png", ids(256), 3, 8, extra=gamma + palette(256) + transparency)
png("palette2-transparent.png", ids(4), 3, 2, extra=palette(4) + transparency)

image = Image.fromarray(picture(41, 27))
image.save(IMAGES / "420.jpg", quality=90, subsampling=2)
image.save(IMAGES / "444.jpg", quality=75, subsampling=0)
image.save(IMAGES / "422.jpg", quality=85, subsampling=1)
image.save(IMAGES / "progressive.jpg", quality=80, progressive=True)
image.convert("L").save(IMAGES / "grey.jpg", quality=90)
image.convert("CMYK").save(IMAGES / "cmyk.jpg", quality=90)
exif = Image.Exif()
exif[0x0112] = 6
image.save(IMAGES / "rotated.jpg", quality=90, exif=exif)

tensors = {}
for path in sorted(IMAGES.iterdir()):
    if path.name == "cmyk.jpg":
        continue
    opened = Image.open(path)
    ImageOps.exif_transpose(opened, in_place=True)
    if opened.mode == "I;16":
        # Pillow clips 16-bit grey when it converts; the high byte is what it gives for 16-bit RGB.
        rgb = numpy.repeat((numpy.asarray(opened) >> 8)[..., None], 3, -1)
    else:
        rgb = numpy.asarray(opened.convert("RGB"))
    tensors[path.name] = torch.from_numpy(rgb.astype(numpy.float16))
    if opened.mode in ("P", "1") or path.name in ("grey8.png", "grey8-interlaced.png", "grey16-ids.png"):
        tensors[path.name + ".ids"] = torch.from_numpy(numpy.asarray(opened).astype(numpy.float16))
    if opened.mode == "P":
        colors = numpy.asarray(opened.getpalette("RGB"), dtype=numpy.float16).reshape(-1, 3)
        tensors[path.name + ".palette"] = torch.from_numpy(colors)
tensors["grey-alpha.png.ids"] = tensors["grey-alpha.png"][..., 0]
for depth in (2, 4):
    tensors[f"grey{depth}.png.ids"] = tensors[f"grey{depth}.png"][..., 0] / (255 // ((1 << depth) - 1))
save("images", tensors, pillow=PIL.__version__)
