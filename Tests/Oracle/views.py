"""Golden file of the filters that make views of a photograph: Pillow's bytes."""

import numpy
import PIL
import torch
from golden import save
from PIL import Image, ImageFilter, ImageOps

random = numpy.random.default_rng(3)
y, x = numpy.mgrid[0:24, 0:31] / 31
waves = numpy.stack([numpy.sin(9 * x + 3 * y), numpy.cos(7 * y - x), numpy.sin(5 * x * y)], -1)
pixels = numpy.clip(128 + 100 * waves + random.normal(0, 20, waves.shape), 0, 255).astype(numpy.uint8)
image = Image.fromarray(pixels)


def tensor(picture):
    return torch.from_numpy(numpy.array(picture)).float()


tensors = {"source": tensor(image), "solarize": tensor(ImageOps.solarize(image, 128))}
for radius in [0.1, 0.5, 1.0, 1.7, 2.0, 12.0]:
    tensors[f"blur.{radius}"] = tensor(image.filter(ImageFilter.GaussianBlur(radius)))
save("views", tensors, pillow=PIL.__version__)
