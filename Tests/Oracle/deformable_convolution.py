"""Golden file of deformable convolution: torchvision's deform_conv2d, between pixels, on them, and outside."""

import torch
from golden import record, save
from torchvision.ops import deform_conv2d

generator = torch.Generator().manual_seed(17)


def normal(*shape):
    return torch.randn(*shape, generator=generator)


def first(x):
    return x.permute(0, 3, 1, 2)


# name: batch, height, width, in, out, window height, window width, stride, padding, dilation, offsets
CONFIGURATIONS = {
    "plain": (2, 5, 6, 5, 6, 3, 3, 1, 1, 1, "between"),
    "wide": (1, 4, 5, 37, 9, 3, 3, 1, 1, 1, "between"),
    "stride": (2, 9, 8, 4, 6, 3, 3, 2, 1, 1, "between"),
    "dilation": (1, 9, 8, 3, 5, 3, 3, 1, 2, 2, "between"),
    "tall window": (1, 7, 6, 3, 4, 3, 1, 1, 1, 1, "between"),
    "pointwise": (2, 4, 5, 16, 8, 1, 1, 1, 0, 1, "between"),
    "zero": (2, 5, 6, 5, 4, 3, 3, 1, 1, 1, "zero"),
    "whole": (1, 5, 6, 17, 4, 3, 3, 1, 1, 1, "whole"),
    "far": (2, 5, 6, 5, 4, 3, 3, 1, 1, 1, "far"),
}


def offsets(kind, *shape):
    if kind == "zero":
        return torch.zeros(*shape)
    if kind == "whole":
        return normal(*shape).mul(2).round()
    moved = normal(*shape) * (8 if kind == "far" else 1.5)
    # At least 0.05 from the grid lines, where the slope jumps.
    part = moved - moved.floor()
    return moved.floor() + part.clamp(0.05, 0.95)


def add(table, name, masked):
    n, h, w, cin, cout, kh, kw, stride, padding, dilation, kind = CONFIGURATIONS[name]
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    inputs = {
        "x": normal(n, h, w, cin),
        "kernel": normal(kh, kw, cin, cout),
        "bias": normal(cout),
        "offsets": offsets(kind, n, oh, ow, 2 * kh * kw),
    }
    if masked:
        inputs["mask"] = torch.rand(n, oh, ow, kh * kw, generator=generator)

    def function(x, kernel, bias, offsets, mask=None):
        output = deform_conv2d(
            first(x), first(offsets), kernel.permute(3, 2, 0, 1), bias, stride, padding, dilation,
            None if mask is None else first(mask),
        )
        return output.permute(0, 2, 3, 1)

    record(table, name, function, inputs, (stride, padding, dilation))


for title, masked in [("deformableConv2D", False), ("modulatedDeformableConv2D", True)]:
    table = {}
    for name in CONFIGURATIONS:
        add(table, name, masked)
    save(title, table)
