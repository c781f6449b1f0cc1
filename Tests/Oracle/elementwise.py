"""Golden files of the elementwise operations: one file per operation with a table of configurations."""

import torch
from golden import operation, record, save
from torch.nn import functional

generator = torch.Generator().manual_seed(1)


def normal(*shape):
    return torch.randn(shape, generator=generator)


def positive(*shape):
    return torch.rand(shape, generator=generator) * 4 + 0.05


operation("relu", lambda x: torch.relu(x), {"x": normal(3, 4, 5)})

# 37 values per row: two whole vectors and a rest. The spread reaches the tails of the exact functions.
UNARY = {
    "relu6": (functional.relu6, normal(5, 37) * 5),
    "exponential": (torch.exp, normal(5, 37) * 1.5),
    "gelu": (functional.gelu, normal(5, 37) * 3),
    "sigmoid": (torch.sigmoid, normal(5, 37) * 8),
    "softplus": (functional.softplus, normal(5, 37) * 6),
    "hyperbolicTangent": (torch.tanh, normal(5, 37) * 3),
    "absoluteValue": (torch.abs, normal(5, 37)),
    "square": (torch.square, normal(5, 37)),
    "negation": (torch.neg, normal(5, 37)),
    "clamp": (lambda x: x.clamp(-0.5, 0.75), normal(5, 37)),
    "logarithm": (torch.log, positive(5, 37)),
    "squareRoot": (torch.sqrt, positive(5, 37)),
}
for name, (function, x) in UNARY.items():
    table = {}
    record(table, "plain", lambda x: function(x), {"x": x})
    save(name, table)

table = {}
for exponent in (3, -1.5, 0.3, 0):
    record(table, f"{exponent}", lambda x: torch.pow(x, exponent), {"x": positive(3, 19)}, [exponent])
    table[f"{exponent}/options"] = torch.tensor([exponent * 10.0])
save("power", table)

SHAPES = {
    "equal": ((3, 37), (3, 37)),
    "right stretched inside": ((2, 3, 4, 19), (3, 1, 19)),
    "left scalar": ((), (3, 5)),
    "right channels": ((2, 3, 4, 21), (21,)),
    "right one channel": ((2, 3, 4, 21), (2, 3, 4, 1)),
    "images": ((2, 1, 1, 7), (2, 3, 4, 7)),
    "both stretched": ((4, 1, 3, 1), (5, 1, 6)),
}
BINARY = {
    "addition": torch.add,
    "subtraction": torch.sub,
    "multiplication": torch.mul,
    "division": torch.div,
    "pointwiseMaximum": torch.maximum,
    "pointwiseMinimum": torch.minimum,
}
for name, function in BINARY.items():
    table = {}
    for configuration, (left, right) in SHAPES.items():
        z = positive(*right) if name == "division" else normal(*right)
        record(table, configuration, lambda x, z: function(x, z), {"x": normal(*left), "z": z})
    save(name, table)

table = {}
for configuration, (left, right) in SHAPES.items():
    condition = (normal(*left) > 0).float()
    record(
        table, configuration, lambda x, z, condition: torch.where(condition != 0, x, z) + 0 * condition,
        {"x": normal(*left), "z": normal(*right), "condition": condition},
    )
    del table[f"{configuration}/condition.gradient"]
save("select", table)
