"""Pillow's reading of Tests/Golden/images/420.jpg with each orientation in its EXIF data."""

import io
import struct
from pathlib import Path

import numpy
import PIL
from PIL import Image, ImageOps
from safetensors.numpy import save_file

FOLDER = Path(__file__).resolve().parent.parent / "Golden"
photo = (FOLDER / "images" / "420.jpg").read_bytes()
tensors = {}
for orientation in range(1, 9):
    for name, order, mark in (("little", "<", b"II*\0"), ("big", ">", b"MM\0*")):
        tiff = mark + struct.pack(order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
        segment = b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff
        shown = ImageOps.exif_transpose(Image.open(io.BytesIO(photo[:2] + segment + photo[2:])))
        pixels = numpy.asarray(shown).astype(numpy.float16)
        if name == "big":
            assert (pixels == tensors[str(orientation)]).all()
        tensors[str(orientation)] = numpy.ascontiguousarray(pixels)
metadata = {
    "script": "Tests/Oracle/orientation.py",
    "numpy": numpy.__version__,
    "pillow": PIL.__version__,
}
save_file(tensors, str(FOLDER / "orientation.safetensors"), metadata)
