"""Golden files of explanations by attention: DeiT-Tiny written out, with weights of the formula and real ones."""

import os
from pathlib import Path

import torch
from formula import fill, hashed
from golden import FOLDER, save
from safetensors.torch import load_file

torch.set_default_dtype(torch.float64)
WIDTH, HEADS, DEPTH = 192, 3, 12


def norm(x, weights, name):
    return torch.nn.functional.layer_norm(x, (WIDTH,), weights[name + ".weight"], weights[name + ".bias"], 1e-6)


def linear(x, weights, name):
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


def forward(images, weights):
    """The attention of each block, which keeps its gradient, and the tokens behind each block."""
    patches = torch.nn.functional.conv2d(
        images, weights["patch_embed.proj.weight"], weights["patch_embed.proj.bias"], stride=16)
    tokens = patches.flatten(2).transpose(1, 2)
    tokens = torch.cat([weights["cls_token"].expand(len(images), -1, -1), tokens], 1) + weights["pos_embed"]
    attention, outputs = [], []
    for block in range(DEPTH):
        name = f"blocks.{block}."
        batch, count, _ = tokens.shape
        qkv = linear(norm(tokens, weights, name + "norm1"), weights, name + "attn.qkv")
        query, key, value = qkv.reshape(batch, count, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        shares = (query @ key.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5).softmax(-1)
        shares.requires_grad_(True)
        attention.append(shares)
        mixed = (shares @ value).transpose(1, 2).reshape(batch, count, WIDTH)
        tokens = tokens + linear(mixed, weights, name + "attn.proj")
        hidden = linear(norm(tokens, weights, name + "norm2"), weights, name + "mlp.fc1")
        tokens = tokens + linear(torch.nn.functional.gelu(hidden), weights, name + "mlp.fc2")
        outputs.append(tokens)
    return attention, outputs


def scores(tokens, weights, head, reads_class_token):
    last = norm(tokens, weights, "norm")
    return (last[:, 0] if reads_class_token else last[:, 1:].mean(1)) @ head.T


def gradients(value, tensors):
    found = torch.autograd.grad(value, tensors, retain_graph=True, allow_unused=True)
    return [torch.zeros_like(t) if g is None else g for g, t in zip(found, tensors)]


def rollout(attention, row):
    product = torch.eye(attention[0].shape[-1])
    for shares in attention:
        mixed = shares.mean(1) + torch.eye(shares.shape[-1])
        product = mixed / mixed.sum(-1, keepdim=True) @ product
    return (row @ product)[:, 1:]


def relevance(attention, slopes, row):
    total = torch.eye(attention[0].shape[-1]).expand(len(attention[0]), -1, -1)
    for shares, slope in zip(attention, slopes):
        total = total + (shares * slope).clamp(min=0).mean(1) @ total
    return (row @ total - row)[:, 1:]


def last_heads(attention, slopes, row):
    alpha = (row @ slopes[-1])[..., 1:].mean(-1, keepdim=True)
    return ((row @ attention[-1])[..., 1:] * alpha).mean(1).clamp(min=0)


def feature_formation(attention, outputs, weights, head, reads_class_token, index):
    maps = []
    for shares, tokens in zip(attention, outputs):
        value = scores(tokens, weights, head, reads_class_token)[:, index].sum()
        maps.append(gradients(value, [shares])[0].clamp(min=0).mean((1, 2))[:, 1:])
    return sum(maps) / len(maps)


def explanations(images, weights, head, classes, reads_class_token):
    attention, outputs = forward(images, weights)
    count = attention[0].shape[-1]
    row = torch.zeros(count)
    row[:1 if reads_class_token else None] = 1
    if not reads_class_token:
        row[0] = 0
    row = row / row.sum()
    logits = scores(outputs[-1], weights, head, reads_class_token)
    slopes = {index: gradients(logits[:, index].sum(), attention) for index in classes}

    def stacked(make):
        maps = torch.stack([make(index) for index in classes], -1)
        side = int(maps.shape[1] ** 0.5)
        return maps.reshape(len(images), side, side, len(classes))

    return {
        "logits": logits[:, classes],
        "rollout": stacked(lambda index: rollout(attention, row)),
        "relevance": stacked(lambda index: relevance(attention, slopes[index], row)),
        "grad-cam": stacked(lambda index: last_heads(attention, slopes[index], row)),
        "legrad": stacked(
            lambda index: feature_formation(attention, outputs, weights, head, reads_class_token, index)),
    }


def formula_weights(grid):
    shapes = {
        "cls_token": (1, 1, WIDTH), "pos_embed": (1, grid * grid + 1, WIDTH),
        "patch_embed.proj.weight": (WIDTH, 3, 16, 16), "patch_embed.proj.bias": (WIDTH,),
        "norm.weight": (WIDTH,), "norm.bias": (WIDTH,), "head.weight": (3, WIDTH),
    }
    for block in range(DEPTH):
        for name, outputs, inputs in (
                ("attn.qkv", 3 * WIDTH, WIDTH), ("attn.proj", WIDTH, WIDTH), ("mlp.fc1", 4 * WIDTH, WIDTH),
                ("mlp.fc2", WIDTH, 4 * WIDTH)):
            shapes[f"blocks.{block}.{name}.weight"] = (outputs, inputs)
            shapes[f"blocks.{block}.{name}.bias"] = (outputs,)
        for name in ("norm1", "norm2"):
            shapes[f"blocks.{block}.{name}.weight"] = shapes[f"blocks.{block}.{name}.bias"] = (WIDTH,)
    return {name: fill(name, shape).double() for name, shape in shapes.items()}


weights = formula_weights(3)
values = hashed("images", 2 * 48 * 48 * 3).reshape(2, 48, 48, 3)
images = torch.from_numpy(values).permute(0, 3, 1, 2).double() * 4
tensors = {}
for name, reads_class_token in (("patches", False), ("class-token", True)):
    found = explanations(images, weights, weights["head.weight"], [2, 0], reads_class_token)
    tensors.update({f"{name}/{key}": value.float() for key, value in found.items()})
save("attention_maps", tensors)

shared = Path(os.environ.get("SEEDLING_SHARED", FOLDER.parent.parent.parent / "shared")) / "weights"
if shared.exists():
    model = "deit_tiny_patch16_224"
    weights = {name: value.double() for name, value in load_file(shared / f"{model}.safetensors").items()}
    reference = load_file(shared / "reference" / f"{model}.reference.safetensors")
    image = reference["input.0"].double()[None]
    logits = reference["logits.0"].flatten()
    best = int(logits.argmax())
    found = explanations(image, weights, weights["head.weight"], [best], True)
    assert abs(found["logits"].item() + weights["head.bias"][best].item() - logits[best].item()) < 1e-3
    table = {key: value.float() for key, value in found.items()}
    save("attention_maps_deit", table | {"class": torch.tensor([float(best)])})
