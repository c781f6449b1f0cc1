"""Golden files of the normalisations: one file per operation with a table of configurations."""

import torch
import torch.nn.functional as F
from golden import operation, record, save

generator = torch.Generator().manual_seed(3)


def normal(*shape):
    return torch.randn(*shape, generator=generator)


def channels_second(function):
    return lambda x, **others: function(x.movedim(-1, 1), **others).movedim(1, -1)


def batch_norm(x, scale, offset):
    return F.batch_norm(x, None, None, scale, offset, training=True, eps=1e-5)


# 24 channels are no multiple of a vector, and 2·5·7 positions leave values after the last whole row of vectors.
table = {}
for channels in [5, 24]:
    record(
        table,
        f"{channels} channels",
        channels_second(batch_norm),
        {"x": 3 * normal(2, 5, 7, channels) + 1, "scale": normal(channels), "offset": normal(channels)},
    )
save("batch_norm", table)

mean, variance = normal(20), normal(20).square() + 0.1
operation(
    "normalized",
    channels_second(
        lambda x, scale, offset: F.batch_norm(x, mean, variance, scale, offset, training=False, eps=1e-3)
    ),
    {"x": normal(2, 3, 3, 20), "scale": normal(20), "offset": normal(20)},
    {"mean": mean, "variance": variance},
)

table = {}
for channels in [7, 40]:
    record(
        table,
        f"{channels} channels",
        lambda x, scale, offset: F.layer_norm(x, (x.shape[-1],), scale, offset, 1e-6),
        {"x": 2 * normal(2, 9, channels) - 1, "scale": normal(channels), "offset": normal(channels)},
    )
save("layer_norm", table)

table = {}
for axis in range(3):
    record(table, f"axis {axis}", lambda x: F.normalize(x, dim=axis), {"x": normal(3, 4, 6)}, (axis,))
save("l2_normalized", table)
