"""Golden files of the elementwise operations."""

import torch
from golden import operation

generator = torch.Generator().manual_seed(1)


def normal(*shape):
    return torch.randn(*shape, generator=generator)


operation("relu", lambda x: torch.relu(x), {"x": normal(3, 4, 5)})
