"""Golden values for Geometry: Pillow's bilinear and nearest resize, then a flip, padding and a crop."""

import numpy
import torch
from golden import save
from PIL import Image

SOURCE = (23, 17)  # width, height
CASES = {
    # scaled width, scaled height, flip, pad left, pad top, crop left, crop top, width, height
    "larger": (41, 30, True, 0, 0, 9, 5, 24, 20),
    "smaller": (11, 9, False, 4, 2, 0, 0, 16, 16),
    "mixed": (30, 12, True, 0, 3, 8, 0, 20, 20),
}

random = numpy.random.default_rng(3)
source = random.uniform(0, 255, (SOURCE[1], SOURCE[0])).astype(numpy.float32)
mask = random.integers(0, 7, (SOURCE[1], SOURCE[0])).astype(numpy.uint8)


def place(values, case, outside):
    _, _, flip, pad_left, pad_top, crop_left, crop_top, width, height = case
    if flip:
        values = values[:, ::-1]
    rows = max(values.shape[0] + pad_top, crop_top + height)
    columns = max(values.shape[1] + pad_left, crop_left + width)
    canvas = numpy.full((rows, columns), outside, values.dtype)
    canvas[pad_top : pad_top + values.shape[0], pad_left : pad_left + values.shape[1]] = values
    return canvas[crop_top : crop_top + height, crop_left : crop_left + width]


tensors = {"source": torch.from_numpy(source)[..., None], "mask": torch.from_numpy(mask).float()}
for name, case in CASES.items():
    size = case[:2]
    scaled = numpy.asarray(Image.fromarray(source).resize(size, Image.Resampling.BILINEAR))
    ids = numpy.asarray(Image.fromarray(mask).resize(size, Image.Resampling.NEAREST))
    tensors[name] = torch.from_numpy(place(scaled, case, -1).copy())[..., None]
    tensors[name + ".mask"] = torch.from_numpy(place(ids, case, 255).copy()).float()
    tensors[name + ".case"] = torch.tensor([float(value) for value in case])
save("geometry", tensors)
