"""Golden file of the resizes: a table with one configuration for each mode and change of size."""

import torch
import torch.nn.functional as F
from golden import record, save

generator = torch.Generator().manual_seed(4)

MODES = {
    "nearest": {"mode": "nearest"},
    "bilinear": {"mode": "bilinear", "align_corners": False},
    "bilinearAlignedCorners": {"mode": "bilinear", "align_corners": True},
    "bicubic": {"mode": "bicubic", "align_corners": False},
    "bicubicAntialiased": {"mode": "bicubic", "align_corners": False, "antialias": True},
}
# To a larger, a smaller, and a mixed grid; 21 channels end within a vector.
SIZES = {"up": (5, 4, 11, 9, 3), "down": (12, 17, 5, 6, 3), "mixed": (6, 9, 8, 5, 21), "one": (3, 4, 1, 1, 2)}

table = {}
for mode, (name_of_mode, arguments) in enumerate(MODES.items()):
    for name, (height, width, to_height, to_width, channels) in SIZES.items():
        record(
            table,
            f"{name_of_mode} {name}",
            lambda x: F.interpolate(x.movedim(-1, 1), (to_height, to_width), **arguments).movedim(1, -1),
            {"x": torch.randn(2, height, width, channels, generator=generator)},
            (mode, to_height, to_width),
        )
save("resized", table)
