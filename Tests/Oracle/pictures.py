"""Resizing and colour changes as Pillow, PyTorch and torchvision make them."""

import numpy
import PIL
import torch
from golden import save
from PIL import Image

# Builds of torchvision that do not match PyTorch's lack this operator, which nothing here uses.
torch.library.define("torchvision::nms", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision  # noqa: E402
from torchvision.transforms import functional  # noqa: E402

random = numpy.random.default_rng(1)
VERSIONS = {"pillow": PIL.__version__, "torchvision": torchvision.__version__}


def stored(image):
    return torch.from_numpy(numpy.asarray(image).astype(numpy.float16))


y, x = numpy.mgrid[0:29, 0:41]
pixels = numpy.stack([x * 6, y * 8, 128 + 90 * numpy.sin(x * y / 30)], -1)
noise = random.choice([0, 255], pixels.shape)
pixels = numpy.where((x > 20)[..., None], noise, pixels).astype(numpy.uint8)
source = Image.fromarray(pixels)
labels = Image.fromarray(random.integers(0, 256, (29, 41), dtype=numpy.uint8))
tensors = {"source": stored(source), "labels": stored(labels)}
filters = {"nearest": Image.NEAREST, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}
for width, height in [(20, 14), (47, 31), (13, 37), (41, 33), (48, 29), (100, 7), (1, 1), (31, 22)]:
    size = f"{width}x{height}"
    for name, kind in filters.items():
        tensors[f"{name}.{size}"] = stored(source.resize((width, height), kind))
    channels = torch.from_numpy(pixels).permute(2, 0, 1)[None].float()
    plain = torch.nn.functional.interpolate(channels, (height, width), mode="bilinear", align_corners=False)
    tensors[f"bilinearPlain.{size}"] = plain[0].permute(1, 2, 0).round().half()
    tensors[f"labels.center.{size}"] = stored(labels.resize((width, height), Image.NEAREST))
    ids = torch.from_numpy(numpy.asarray(labels))[None, None].float()
    tensors[f"labels.floor.{size}"] = torch.nn.functional.interpolate(ids, (height, width))[0, 0].half()
save("resize", tensors, **VERSIONS)

colors = random.integers(0, 256, (40, 40, 3), dtype=numpy.uint8)
colors[:4] = random.choice([0, 1, 127, 128, 254, 255], (4, 40, 3))
source = Image.fromarray(colors)
tensors = {"source": stored(source), "grey": stored(source.convert("L").convert("RGB"))}
changes = {
    "brightness": (functional.adjust_brightness, [0.5, 1.4]),
    "contrast": (functional.adjust_contrast, [0.6, 1.5]),
    "saturation": (functional.adjust_saturation, [0.3, 1.75]),
    "hue": (functional.adjust_hue, [-0.5, -0.13, 0.0, 0.1]),
}
for name, (change, factors) in changes.items():
    for factor in factors:
        tensors[f"{name}.{factor}"] = stored(change(source, factor))
save("color-jitter", tensors, **VERSIONS)
