"""Golden files of reductions and of the softmax family: one file per operation with a table of configurations."""

import torch
from golden import record, save

generator = torch.Generator().manual_seed(2)


def normal(*shape):
    return torch.randn(shape, generator=generator)


AXES = {
    "all": (0, 1, 2),
    "trailing": (1, 2),
    "last": (2,),
    "leading": (0, 1),
    "middle": (1,),
    "outer and last": (0, 2),
}
REDUCTIONS = {
    "sum": lambda x, axes: x.sum(axes),
    "mean": lambda x, axes: x.mean(axes),
    "maximum": lambda x, axes: x.amax(axes),
    "minimum": lambda x, axes: x.amin(axes),
    "variance": lambda x, axes: x.var(axes, unbiased=False),
    "unbiasedVariance": lambda x, axes: x.var(axes, unbiased=True),
}
for name, function in REDUCTIONS.items():
    table = {}
    for configuration, axes in AXES.items():
        record(table, configuration, lambda x: function(x, axes), {"x": normal(3, 11, 21)})
        table[f"{configuration}/options"] = torch.tensor([float(axis) for axis in axes])
    save(name, table)

FAMILY = {
    "softmax": lambda x, axis: x.softmax(axis),
    "logSoftmax": lambda x, axis: x.log_softmax(axis),
    "logSumExp": lambda x, axis: x.logsumexp(axis),
}
for name, function in FAMILY.items():
    table = {}
    for axis in (2, 1, 0):
        record(table, f"axis {axis}", lambda x: function(x, axis), {"x": normal(3, 5, 37) * 5})
        table[f"axis {axis}/options"] = torch.tensor([float(axis)])
    save(name, table)

values = normal(4, 5, 21).round()
save("argmax", {"x": values, **{f"{axis}": values.argmax(axis).float() for axis in range(3)}})
