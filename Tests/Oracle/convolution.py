"""Golden files of convolution and pooling: one file per operation with a table of configurations."""

import torch
from golden import record, save
from timm.layers import Conv2dSame
from torch.nn import functional

generator = torch.Generator().manual_seed(2)


def normal(*shape):
    return torch.randn(*shape, generator=generator)


def first(x):
    return x.permute(0, 3, 1, 2)


def last(x):
    return x.permute(0, 2, 3, 1)


# name: batch, height, width, in, out, window height, window width, stride, padding, dilation, groups
CONVOLUTIONS = {
    "pointwise": (3, 5, 7, 6, 5, 1, 1, 1, 0, 1, 1),
    "pointwise stride": (1, 7, 6, 5, 9, 1, 1, 2, 0, 1, 1),
    "plain": (1, 7, 9, 3, 4, 3, 3, 1, 1, 1, 1),
    "plain wide": (1, 6, 5, 17, 19, 3, 3, 1, 1, 1, 1),
    "plain no padding": (1, 8, 7, 4, 6, 3, 3, 1, 0, 1, 1),
    "stride": (3, 9, 8, 4, 6, 3, 3, 2, 1, 1, 1),
    "stride three": (1, 10, 11, 3, 5, 5, 5, 3, 2, 1, 1),
    "dilation": (1, 9, 11, 4, 5, 3, 3, 1, 2, 2, 1),
    "dilation stride": (3, 11, 9, 3, 4, 3, 3, 2, 2, 2, 1),
    "large dilation": (1, 6, 5, 3, 4, 3, 3, 1, 6, 6, 1),
    "stem": (1, 15, 17, 3, 18, 7, 7, 2, 3, 1, 1),
    "patches": (3, 8, 12, 3, 20, 4, 4, 4, 0, 1, 1),
    "groups": (3, 6, 7, 6, 9, 3, 3, 1, 1, 1, 3),
    "groups stride": (1, 7, 7, 8, 4, 3, 3, 2, 1, 1, 2),
    "large padding": (1, 4, 5, 3, 4, 3, 3, 1, 3, 1, 1),
    "one pixel": (3, 1, 1, 5, 6, 3, 3, 1, 1, 1, 1),
    "one pixel pointwise": (1, 1, 1, 5, 6, 1, 1, 1, 0, 1, 1),
    "tall window": (1, 7, 6, 3, 4, 3, 1, 1, 1, 1, 1),
    "depthwise": (3, 6, 7, 19, 19, 3, 3, 1, 1, 1, 19),
    "depthwise wide": (1, 5, 6, 37, 37, 3, 3, 1, 1, 1, 37),
    "depthwise stride": (1, 9, 8, 17, 17, 3, 3, 2, 1, 1, 17),
    "depthwise dilation": (1, 8, 9, 16, 16, 3, 3, 1, 2, 2, 16),
    "depthwise large": (1, 7, 6, 5, 5, 5, 5, 1, 2, 1, 5),
    "depthwise one pixel": (3, 1, 1, 6, 6, 3, 3, 1, 1, 1, 6),
    "depthwise multiplier": (1, 5, 6, 4, 8, 3, 3, 1, 1, 1, 4),
}

table, depthwise = {}, {}
for name, (n, h, w, cin, cout, kh, kw, stride, padding, dilation, groups) in CONVOLUTIONS.items():
    record(
        depthwise if groups == cin > 1 else table,
        name,
        lambda x, kernel, bias: last(
            functional.conv2d(first(x), kernel.permute(3, 2, 0, 1), bias, stride, padding, dilation, groups)
        ),
        {"x": normal(n, h, w, cin), "kernel": normal(kh, kw, cin // groups, cout), "bias": normal(cout)},
        (stride, padding, dilation, groups),
    )
save("conv2D", table)
save("depthwiseConv2D", depthwise)

# name: batch, height, width, channels, window, stride, padding, ceil mode
POOLS = {
    "two": (3, 6, 8, 5, 2, 2, 0, 0),
    "stem": (1, 9, 8, 18, 3, 2, 1, 0),
    "ceil": (1, 10, 8, 17, 3, 2, 0, 1),
    "ceil padding": (3, 6, 9, 4, 3, 2, 1, 1),
    "ceil long stride": (1, 5, 7, 3, 2, 3, 1, 1),
    "overlap": (1, 7, 6, 33, 3, 1, 1, 0),
    "one pixel": (3, 1, 1, 4, 3, 2, 1, 0),
}

maxima, means = {}, {}
for name, (n, h, w, c, window, stride, padding, ceil) in POOLS.items():
    options = (window, stride, padding, ceil)
    record(
        maxima,
        name,
        lambda x: last(functional.max_pool2d(first(x), window, stride, padding, 1, bool(ceil))),
        {"x": normal(n, h, w, c).mul(4).round().div(4)},  # with ties
        options,
    )
    if not ceil:
        record(
            means,
            name,
            lambda x: last(functional.avg_pool2d(first(x), window, stride, padding)),
            {"x": normal(n, h, w, c)},
            options,
        )
save("maxPool2D", maxima)
save("averagePool2D", means)

for name, function in [
    ("globalAveragePool", lambda x: x.mean((1, 2))),
    ("globalMaxPool", lambda x: functional.adaptive_max_pool2d(first(x), 1).flatten(1)),
]:
    table = {}
    record(table, "odd", function, {"x": normal(3, 5, 7, 19)})
    record(table, "one pixel", function, {"x": normal(1, 1, 1, 4)})
    save(name, table)


def rank_pool(x, decays):
    """Kolesnikov and Lampert 2016, equation 3."""
    values = x.flatten(1, 2).sort(1, descending=True).values
    powers = decays.double() ** torch.arange(values.shape[1], dtype=torch.float64)[:, None]
    return (values * (powers / powers.sum(0)).float()).sum(1)


table = {}
decays = torch.linspace(0, 1, 6)
record(table, "odd", lambda x: rank_pool(x, decays), {"x": normal(3, 5, 7, 6)})
record(table, "one pixel", lambda x: rank_pool(x, decays), {"x": normal(1, 1, 1, 6)})
save("globalRankPool", table)

# TensorFlow's "same" padding, as timm's layer has it.
# name: batch, height, width, in, out, window, stride, dilation, groups
SAME = {
    "depthwise five stride odd": (2, 9, 8, 18, 18, 5, 2, 1, 18),
    "depthwise five stride even": (1, 8, 11, 32, 32, 5, 2, 1, 32),
    "depthwise five": (2, 7, 13, 33, 33, 5, 1, 1, 33),
    "depthwise five dilation": (1, 9, 8, 16, 16, 5, 1, 2, 16),
    "depthwise five dilation stride": (1, 11, 10, 16, 16, 5, 2, 2, 16),
    "depthwise three stride": (1, 6, 9, 17, 17, 3, 2, 1, 17),
    "depthwise smaller than window": (3, 2, 3, 16, 16, 5, 2, 1, 16),
    "stem": (2, 9, 8, 3, 18, 3, 2, 1, 1),
    "plain": (1, 8, 7, 17, 6, 3, 2, 1, 1),
    "pointwise stride": (1, 7, 6, 5, 9, 1, 2, 1, 1),
}
generator = torch.Generator().manual_seed(4)
table = {}
for name, (n, h, w, cin, cout, window, stride, dilation, groups) in SAME.items():
    layer = Conv2dSame(cin, cout, window, stride, dilation=dilation, groups=groups)
    record(
        table,
        name,
        lambda x, kernel, bias: last(
            torch.func.functional_call(
                layer, {"weight": kernel.permute(3, 2, 0, 1), "bias": bias}, (first(x),)
            )
        ),
        {"x": normal(n, h, w, cin), "kernel": normal(window, window, cin // groups, cout), "bias": normal(cout)},
        (stride, dilation, groups),
    )
save("conv2D_same", table)

# Large enough, and with channels enough, for Winograd's algorithm.
generator = torch.Generator().manual_seed(3)
table = {}
record(
    table,
    "cut squares",
    lambda x, kernel: last(functional.conv2d(first(x), kernel.permute(3, 2, 0, 1), padding=1)),
    {"x": normal(3, 13, 13, 32), "kernel": normal(3, 3, 32, 32)},
    (1,),
)
save("conv2D_winograd", table)
