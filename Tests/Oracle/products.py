"""Golden files of matrix products and linear maps: one file per operation with a table of configurations."""

import torch
from golden import record, save
from torch.nn import functional

generator = torch.Generator().manual_seed(3)


def normal(*shape):
    return torch.randn(*shape, generator=generator)


# name: left shape, right shape, transposing left, transposing right
PRODUCTS = {
    "plain": ((5, 7), (7, 3), 0, 0),
    "left transposed": ((7, 5), (7, 3), 1, 0),
    "right transposed": ((5, 7), (3, 7), 0, 1),
    "both transposed": ((7, 5), (3, 7), 1, 1),
    "batched": ((2, 3, 4, 5), (2, 3, 5, 6), 0, 0),
    "batched transposed": ((2, 3, 5, 4), (2, 3, 6, 5), 1, 1),
    "broadcast": ((2, 1, 4, 5), (3, 5, 6), 0, 0),
    "broadcast transposed": ((3, 5, 4), (2, 1, 6, 5), 1, 1),
    "one": ((1, 1), (1, 1), 0, 0),
    "odd": ((33, 65), (65, 49), 0, 0),
    "tall": ((131, 2), (2, 17), 0, 0),
}

table = {}
for name, (left, right, transposing_left, transposing_right) in PRODUCTS.items():
    record(
        table,
        name,
        lambda a, b: (a.mT if transposing_left else a) @ (b.mT if transposing_right else b),
        {"a": normal(*left), "b": normal(*right)},
        (transposing_left, transposing_right),
    )
save("matmul", table)

table = {}
for name, (shape, outputs) in {"tokens": ((3, 17, 20), 33), "row": ((1, 5), 2), "vector": ((7,), 4)}.items():
    record(
        table,
        name,
        lambda x, weight, bias: functional.linear(x, weight, bias),
        {"x": normal(*shape), "weight": normal(outputs, shape[-1]), "bias": normal(outputs)},
    )
save("linear", table)
