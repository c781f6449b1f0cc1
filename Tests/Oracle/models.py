"""Golden files of the models: published parameter names and shapes, and forward passes with given weights.

Weights come from a formula that the tests repeat (formula.py), so that no weight file is needed.
"""

import json

import timm
import torch
import torchvision
from formula import fill, hashed
from golden import FOLDER, save
from torch import nn


def seed(model):
    state = model.state_dict()
    for name, value in state.items():
        if value.is_floating_point():
            state[name] = fill(name, tuple(value.shape))
    model.load_state_dict(state)
    return model.eval()


def images(batch, height, width):
    values = hashed("images", batch * height * width * 3).reshape(batch, height, width, 3)
    return torch.from_numpy(values).permute(0, 3, 1, 2) * 4


def map_of(features):
    """Channel-last, thinned to every third channel: enough to tell a wrong weight, small enough to keep."""
    return features.permute(0, 2, 3, 1)[..., ::3]


def outputs(modules, run):
    """The outputs of some modules during one call."""
    found = {}
    hooks = [
        module.register_forward_hook(lambda _, __, value, name=name: found.__setitem__(name, value))
        for name, module in modules.items()
    ]
    run()
    for hook in hooks:
        hook.remove()
    return found


@torch.no_grad()
def forward(name, model, stages, size):
    x = images(*size)
    modules = dict(model.named_modules())
    found = outputs({stage: modules[stage] for stage in stages}, lambda: model(x))
    save(name, {stage: map_of(found[stage]) for stage in stages})


def dilate_mobilenet(model, output_stride):
    """torchvision's replace_stride_with_dilation, which its MobileNetV2 lacks, done by hand."""
    total, dilation = 2, 1
    for block in list(model.features)[1:-1]:
        depthwise = next(m for m in block.modules() if isinstance(m, nn.Conv2d) and m.groups > 1)
        first = dilation
        if depthwise.stride[0] == 2:
            if total * 2 > output_stride:
                dilation *= 2
                depthwise.stride = (1, 1)
            else:
                total *= 2
        else:
            first = dilation
        depthwise.dilation = depthwise.padding = (first, first)
    return model


names = {
    "resnet18": torchvision.models.resnet18(),
    "resnet34": torchvision.models.resnet34(),
    "resnet50": torchvision.models.resnet50(),
    "resnet101": torchvision.models.resnet101(),
    "mobilenetv2": torchvision.models.mobilenet_v2(),
    "efficientnet-lite0": timm.create_model("tf_efficientnet_lite0"),
    "efficientnet-lite2": timm.create_model("tf_efficientnet_lite2"),
    "squeezenet1_1": torchvision.models.squeezenet1_1(),
    "vit-tiny": timm.create_model("deit_tiny_patch16_224"),
    "vit-small": timm.create_model("deit_small_patch16_224"),
    "vit-base": timm.create_model("deit_base_patch16_224"),
}
lines = [f"# Made by Tests/Oracle/models.py with torchvision {torchvision.__version__} and timm {timm.__version__}."]
for model_name, model in names.items():
    for name, value in model.state_dict().items():
        if value.is_floating_point() and name.split(".")[0] not in ("fc", "classifier", "head"):
            lines.append(f"{model_name} {name} {'x'.join(map(str, value.shape))}")
(FOLDER / "model_parameters.txt").write_text("\n".join(lines) + "\n")

layers = ["layer1", "layer2", "layer3", "layer4"]
forward("resnet18", seed(torchvision.models.resnet18()), layers, (2, 47, 66))
forward("resnet18_stride16", seed(timm.create_model("resnet18", output_stride=16)), layers[2:], (1, 47, 66))
forward("resnet50", seed(torchvision.models.resnet50()), layers[1:], (1, 47, 66))
for stride, replaced in ((16, [False, False, True]), (8, [False, True, True])):
    dilated = seed(torchvision.models.resnet50(replace_stride_with_dilation=replaced))
    forward(f"resnet50_stride{stride}", dilated, layers[2:], (1, 47, 50))

# IRN's variant: stride 1 without dilation.
irn = seed(torchvision.models.resnet50())
for module in (irn.layer4[0].conv2, irn.layer4[0].downsample[0]):
    module.stride = (1, 1)
forward("resnet50_stride16_plain", irn, ["layer4"], (1, 47, 50))

stages = [f"features.{index}" for index in (1, 3, 6, 13, 16, 17, 18)]
forward("mobilenetv2", seed(torchvision.models.mobilenet_v2()), stages, (2, 47, 66))
for stride in (16, 8):
    dilated = dilate_mobilenet(seed(torchvision.models.mobilenet_v2()), stride)
    forward(f"mobilenetv2_stride{stride}", dilated, ["features.18"], (1, 47, 50))


@torch.no_grad()
def efficientnet(name, model, stages, size):
    """The head's map is the output of its norm, `bn2`, which timm joins with the activation."""
    modules = {"conv_head": model.bn2} | {stage: dict(model.named_modules())[stage] for stage in stages}
    found = outputs(modules, lambda: model(images(*size)))
    save(name, {stage: map_of(value) for stage, value in found.items()})


stages = [f"blocks.{index}" for index in (0, 1, 2, 4, 6)]
efficientnet("efficientnet-lite0", seed(timm.create_model("tf_efficientnet_lite0")), stages, (2, 47, 66))
for stride, size in ((16, (1, 47, 50)), (8, (1, 50, 47))):
    dilated = seed(timm.create_model("tf_efficientnet_lite0", output_stride=stride))
    efficientnet(f"efficientnet-lite0_stride{stride}", dilated, ["blocks.6"], size)
efficientnet("efficientnet-lite2", seed(timm.create_model("tf_efficientnet_lite2")), ["blocks.2", "blocks.6"],
             (1, 48, 66))
forward("squeezenet1_1", seed(torchvision.models.squeezenet1_1()), ["features.4", "features.7", "features.12"],
        (2, 47, 66))


@torch.no_grad()
def vision_transformer(name, batch, height, width):
    # The position embedding is resized as ToCo does it: bicubic with a = -0.75 and no anti-aliasing.
    model = seed(timm.create_model("deit_tiny_patch16_224", dynamic_img_size=True))
    x = images(batch, height, width)
    grid = (height // 16, width // 16)
    positions = model.pos_embed
    patches = positions[:, 1:].reshape(1, 14, 14, -1).permute(0, 3, 1, 2)
    patches = torch.nn.functional.interpolate(patches, size=grid, mode="bicubic", align_corners=False)
    tokens = model.patch_embed(x).flatten(1, 2)
    tokens = torch.cat([model.cls_token.expand(batch, -1, -1), tokens], 1)
    tokens = tokens + torch.cat([positions[:, :1], patches.flatten(2).transpose(1, 2)], 1)
    tensors = {}
    for index, block in enumerate(model.blocks):
        tokens = block(tokens)
        if index in (0, 9):
            tensors[f"block{index}"] = tokens[:, 1:].reshape(batch, *grid, -1)[..., ::3]
    tokens = model.norm(tokens)
    tensors["final"] = tokens[:, 1:].reshape(batch, *grid, -1)[..., ::3]
    tensors["class_token"] = tokens[:, 0]
    save(name, tensors)


vision_transformer("vit-tiny", 2, 48, 80)
vision_transformer("vit-tiny_large", 1, 240, 256)


def map_scores(name, model, x):
    """The classifier at every position, without its bias where that is added behind the average."""
    if name == "vit-tiny":
        tokens = model.forward_features(x)[:, 1:]
        return (tokens @ model.head.weight.T).reshape(len(x), x.shape[2] // 16, x.shape[3] // 16, -1)
    if name == "resnet18":
        return last_map(model, model.layer4, x) @ model.fc.weight.T
    if name == "efficientnet-lite0":
        return last_map(model, model.bn2, x) @ model.classifier.weight.T
    if name == "squeezenet1_1":
        return last_map(model, model.classifier[2], x)
    return last_map(model, model.features, x) @ model.classifier[1].weight.T


def last_map(model, module, x):
    return outputs({"map": module}, lambda: model(x))["map"].permute(0, 2, 3, 1)


@torch.no_grad()
def published_heads():
    """The scores of whole networks for 1000 classes, and the maps that explain them."""
    tensors = {}
    for name, model in {
        "resnet18": torchvision.models.resnet18(),
        "mobilenetv2": torchvision.models.mobilenet_v2(),
        "efficientnet-lite0": timm.create_model("tf_efficientnet_lite0"),
        "squeezenet1_1": torchvision.models.squeezenet1_1(),
        "vit-tiny": timm.create_model("deit_tiny_patch16_224", img_size=32),
    }.items():
        model, x = seed(model), images(2, 32, 48) if name != "vit-tiny" else images(2, 32, 32)
        tensors[f"{name}/logits"] = model(x)
        tensors[f"{name}/maps"] = map_scores(name, model, x)[..., ::3]
    save("published_heads", tensors)


published_heads()


@torch.no_grad()
def heads():
    """The heads on two maps, with weights from the same formula."""
    low = torch.from_numpy(hashed("low", 2 * 9 * 11 * 6).reshape(2, 9, 11, 6)).permute(0, 3, 1, 2) * 4
    high = torch.from_numpy(hashed("high", 2 * 5 * 6 * 16).reshape(2, 5, 6, 16)).permute(0, 3, 1, 2) * 4

    def weight(name, *shape):
        return fill(name, shape)

    def convolve(x, name, outputs, kernel=1, dilation=1, bias=False):
        return nn.functional.conv2d(
            x, weight(name + ".weight", outputs, x.shape[1], kernel, kernel),
            weight(name + ".bias", outputs) if bias else None, padding=dilation * (kernel - 1) // 2, dilation=dilation)

    def unit(x, name, outputs, kernel=1, dilation=1):
        norm = [weight(f"{name}.bn.{part}", outputs) for part in ("running_mean", "running_var", "weight", "bias")]
        x = convolve(x, name + ".conv", outputs, kernel, dilation)
        return nn.functional.batch_norm(x, *norm).relu()

    tensors = {"linear": convolve(high, "linear.classifier", 4, bias=True)}
    x = convolve(high, "large-fov.conv6", 12, 3, 5).relu()
    x = convolve(x, "large-fov.conv7", 12, 3, 5).relu()
    tensors["large-fov"] = convolve(x, "large-fov.conv8", 4)
    tensors["aspp"] = sum(
        convolve(high, f"aspp.c{index}", 4, 3, rate, bias=True) for index, rate in enumerate((6, 12, 18, 24)))

    name = "deeplabv3plus."
    parts = [unit(high, name + "aspp.0", 8)]
    parts += [unit(high, f"{name}aspp.{index + 1}", 8, 3, rate) for index, rate in enumerate((1, 2, 3))]
    pooled = unit(high.mean((2, 3), keepdim=True), name + "image_pooling", 8)
    x = unit(torch.cat(parts + [pooled.expand(-1, -1, 5, 6)], 1), name + "projection", 8)
    x = nn.functional.interpolate(x, size=(9, 11), mode="bilinear", align_corners=True)
    x = torch.cat([x, unit(low, name + "shortcut", 5)], 1)
    x = unit(unit(x, name + "refinement.0", 8, 3), name + "refinement.1", 8, 3)
    tensors["deeplabv3plus"] = convolve(x, name + "classifier", 4, bias=True)
    save("heads", {key: value.permute(0, 2, 3, 1) for key, value in tensors.items()})


heads()
