"""Golden files of the operations that move values: one file per operation with a table of configurations."""

import torch
from golden import record, save
from torch.nn import functional

generator = torch.Generator().manual_seed(3)


def normal(*shape):
    return torch.randn(shape, generator=generator)


def table(name, configurations, shapes, function):
    """`configurations`: name to the whole numbers that `function` takes before the inputs."""
    entries = {}
    for configuration, options in configurations.items():
        inputs = {key: normal(*shape) for key, shape in zip("xz", shapes)}
        record(entries, configuration, lambda x, z=None: function(options, x, z), inputs)
        entries[f"{configuration}/options"] = torch.tensor([float(option) for option in options])
    save(name, entries)


table("reshape", {"plain": (6, 20)}, [(2, 3, 4, 5)], lambda target, x, _: x.reshape(target))
ORDERS = [(0, 3, 1, 2), (0, 2, 1, 3), (3, 2, 1, 0), (0, 2, 3, 1), (1, 0, 3, 2), (0, 1, 2, 3)]
table(
    "permute", {"".join(map(str, order)): order for order in ORDERS}, [(2, 9, 3, 17)],
    lambda order, x, _: x.permute(order),
)
table(
    "slice", {"first": (0, 1, 2), "middle": (1, 1, 4), "last": (2, 0, 3), "empty": (1, 2, 2)}, [(2, 5, 4)],
    lambda o, x, _: x.narrow(o[0], o[1], o[2] - o[1]),
)
AXES = {f"axis {axis}": (axis,) for axis in range(3)}
table("flip", AXES, [(3, 5, 19)], lambda o, x, _: x.flip(o[0]))
table(
    "concatenate", AXES, [(3, 4, 5), (3, 4, 5)], lambda o, x, z: torch.cat([x, z, x], o[0])
)
table(
    "pad", {"plain": (0, 1, 2, 3, 1, 0), "none": (0, 0, 0, 0, 0, 0)}, [(2, 3, 4)],
    lambda o, x, _: functional.pad(x, (o[4], o[5], o[2], o[3], o[0], o[1]), value=0.5),
)
table(
    "stretch", {"new axis": (2, 3, 4, 5), "same": (3, 1, 5), "long": (3, 40, 5)}, [(3, 1, 5)],
    lambda target, x, _: x.expand(target),
)
indices = torch.tensor([3, 0, 0, 4, 1])
table("gather", AXES, [(5, 5, 5)], lambda o, x, _: x.index_select(o[0], indices))
table(
    "scatterAdd", AXES, [(5, 5, 5), (5, 5, 5)], lambda o, x, z: x.index_add(o[0], indices, z)
)
