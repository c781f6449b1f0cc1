"""Golden files of the layers, with weights from the formula of models.py."""

import timm
import torch
from formula import fill, hashed
from golden import save
from torch import nn


def layer(name, module, x, run=None):
    """Saves input, output, a cotangent and the gradients of input and parameters, all in Seedling's order."""
    module.load_state_dict(
        {key: fill(f"{name}.{key}", tuple(value.shape)) if value.is_floating_point() else value
         for key, value in module.state_dict().items()})
    x = x.clone().requires_grad_(True)
    y = (run or module)(x)
    cotangent = torch.from_numpy(hashed("cotangent", y.numel())).reshape(y.shape)
    y.backward(cotangent)
    tensors = {"x": x, "y": y, "cotangent": cotangent, "x.gradient": x.grad}
    tensors.update({f"gradient.{key}": value.grad for key, value in module.named_parameters()})
    tensors.update({f"after.{key}": value for key, value in module.named_buffers() if value.is_floating_point()})
    save("layer_" + name.lower(), tensors)


def values(*shape):
    count = torch.Size(shape).numel()
    return torch.from_numpy(hashed("x", count)).reshape(shape) * 4


def channel_last(module):
    return lambda x: module(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


layer("linear", nn.Linear(6, 4), values(2, 3, 6))
convolution = nn.Conv2d(6, 4, 3, stride=2, padding=2, dilation=2, groups=2)
layer("conv2D", convolution, values(2, 7, 6, 6), channel_last(convolution))
norm = nn.BatchNorm2d(5)
layer("batchNorm", norm, values(3, 4, 2, 5), channel_last(norm))
layer("layerNorm", nn.LayerNorm(6, eps=1e-6), values(2, 3, 6))
layer("attention", timm.layers.Attention(12, num_heads=3, qkv_bias=True), values(2, 5, 12))
layer("mlp", timm.layers.Mlp(6, 24), values(2, 3, 6))
