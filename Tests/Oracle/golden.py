"""Writing golden files: safetensors whose metadata names the script and the library versions."""

import sys
from pathlib import Path

import numpy
import torch
from safetensors.torch import save_file

FOLDER = Path(__file__).resolve().parent.parent / "Golden"


def save(name, tensors, **versions):
    """Writes Tests/Golden/<name>.safetensors; `versions` names further libraries that had a say."""
    tensors = {key: value.detach().contiguous().clone() for key, value in tensors.items()}
    metadata = {
        "script": "Tests/Oracle/" + Path(sys.argv[0]).name,
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        **versions,
    }
    FOLDER.mkdir(exist_ok=True)
    save_file(tensors, str(FOLDER / f"{name}.safetensors"), metadata)


def operation(name, function, inputs, constants=None):
    """Saves inputs, output, a random cotangent, and the gradient of each input.

    Inputs are channel-last, as in Seedling; `function` converts to PyTorch's order where it must.
    """
    inputs = {key: value.detach().clone().requires_grad_(True) for key, value in inputs.items()}
    output = function(**inputs)
    cotangent = torch.randn(output.shape, generator=torch.Generator().manual_seed(7))
    output.backward(cotangent)
    tensors = dict(inputs, y=output, cotangent=cotangent, **(constants or {}))
    tensors.update({key + ".gradient": value.grad for key, value in inputs.items()})
    save(name, tensors)


def record(table, name, function, inputs, options=()):
    """Adds inputs, output, cotangent, gradients and options of one configuration to `table`, under `name/`."""
    inputs = {key: value.detach().clone().requires_grad_(True) for key, value in inputs.items()}
    output = function(**inputs)
    cotangent = torch.randn(output.shape, generator=torch.Generator().manual_seed(7))
    output.backward(cotangent)
    table.update({f"{name}/{key}": value for key, value in inputs.items()})
    table.update({f"{name}/{key}.gradient": value.grad for key, value in inputs.items()})
    table[f"{name}/y"] = output
    table[f"{name}/cotangent"] = cotangent
    if options:
        table[f"{name}/options"] = torch.tensor([float(value) for value in options])
