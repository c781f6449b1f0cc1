"""Files of the safetensors package that the reader and the writer are compared with, byte for byte."""

import torch
from golden import FOLDER
from safetensors.torch import save_file

values = [0.0, -0.0, 1.0, -2.5, 3.1415927, 65504.0, 1e-7, float("inf")]
tensors = {
    "scalar": torch.tensor(1.5),
    "empty": torch.zeros(0, 3),
    "matrix": torch.tensor(values[:6]).reshape(2, 3),
    "half": torch.tensor(values, dtype=torch.float16),
    "brain": torch.tensor(values, dtype=torch.bfloat16),
    "steps": torch.tensor([0, -1, 1 << 20], dtype=torch.int64),
    "name with \"quotes\", ünicode and \\": torch.tensor([1.0]),
}
# One key: with several, the package writes them in an order that changes from run to run.
save_file(tensors, str(FOLDER / "safetensors_package.safetensors"), {"note": "line\nbreak"})
