"""Checks that files written by Seedling are what the safetensors package writes.

Usage: python read_back.py FILE…
Each file is read with the package, written again by it, and compared byte by byte. Files with several
metadata keys are compared without metadata, because the package writes those in no fixed order.
"""

import json
import sys
import tempfile
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save_file


def parts(path):
    data = Path(path).read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    return data, list(header.items()), data[8 + length :]


for path in sys.argv[1:]:
    with safe_open(path, "pt") as file:
        metadata = file.metadata() or {}
        tensors = {key: file.get_tensor(key) for key in file.keys()}
    with tempfile.TemporaryDirectory() as folder:
        copy = folder + "/copy.safetensors"
        save_file(tensors, copy, metadata or None)
        ours, theirs = parts(path), parts(copy)
        same = ours[0] == theirs[0] if len(metadata) < 2 else ours[1:] == theirs[1:]
        print(f"{path}: {len(tensors)} tensors, {'same bytes' if same else 'DIFFERENT'}")
        if not same:
            sys.exit(1)
