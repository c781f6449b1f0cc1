"""Weights from a formula that `Tests/TestSupport/FormulaWeights.swift` repeats.

Element i of the tensor called n is a hash of i and n, scaled by what the tensor is.
"""

import numpy
import torch


def hashed(name, count):
    """Numbers of [-0.5, 0.5): murmur3's finaliser over the index, seeded by FNV-1a of the name."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    h = numpy.arange(count, dtype=numpy.uint64) + seed
    h &= 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h ^= h >> shift
        h = (h * factor) & 0xFFFFFFFF
    h ^= h >> 16
    return ((h >> 8).astype(numpy.float32) * numpy.float32(2.0**-24)) - numpy.float32(0.5)


def fill(name, shape):
    """The values of one tensor: weights keep the variance, norms are near the identity."""
    values = torch.from_numpy(hashed(name, int(numpy.prod(shape)))).reshape(shape)
    last = name.split(".")[-1]
    if last == "running_var":
        return 1 + values
    if len(shape) == 1:
        return 0.9 + 0.2 * values if last == "weight" else 0.2 * values
    fan_in = int(numpy.prod(shape[1:])) if last == "weight" else 3
    return values * 2 * (3 / fan_in) ** 0.5
