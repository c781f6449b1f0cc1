"""PyTorch's counterpart of `benchmark train-step`, and a comparison of the two.

    python train_step.py --model resnet18 --steps 10
    python train_step.py --model vit-tiny --paired 5 --seedling ../../.build/release/benchmark

A step is forward, multi-label soft-margin loss on 20 classes, backward and optimizer (AdamW for transformers,
SGD with momentum for the others), with batch norm on batch statistics. The faster of PyTorch's two memory orders
counts. `--paired N` alternates the two programs N times and prints the ratio of their medians.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time

import timm
import torch
import torchvision
from torch.nn.functional import multilabel_soft_margin_loss

CLASSES = 20
TRANSFORMERS = {f"vit-{name}": f"vit_{name}_patch16_224" for name in ("tiny", "small", "base")}
CONVOLUTIONAL = {
    "resnet18": "resnet18",
    "resnet34": "resnet34",
    "resnet50": "resnet50",
    "resnet101": "resnet101",
    "mobilenetv2": "mobilenet_v2",
    "squeezenet1_1": "squeezenet1_1",
}


class Classifier(torch.nn.Module):
    """A linear classifier on the mean of the last feature map."""

    def __init__(self, name, size):
        super().__init__()
        if name in TRANSFORMERS:
            self.backbone = timm.create_model(TRANSFORMERS[name], img_size=size)
            self.features = lambda x: self.backbone.forward_features(x)[:, 1:].mean(1)
        else:
            model = getattr(torchvision.models, CONVOLUTIONAL[name])()
            parts = model.features if hasattr(model, "features") else torch.nn.Sequential(*list(model.children())[:-2])
            self.backbone = parts
            self.features = lambda x: self.backbone(x).mean((2, 3))
        with torch.no_grad():
            channels = self.features(torch.zeros(2, 3, size, size)).shape[1]
        self.head = torch.nn.Linear(channels, CLASSES, bias=False)

    def forward(self, images):
        return self.head(self.features(images))


def optimizer(name, parameters):
    if name in TRANSFORMERS:
        return torch.optim.AdamW(parameters, lr=6e-5, weight_decay=1e-2, fused=True)
    return torch.optim.SGD(parameters, lr=1e-2, momentum=0.9, weight_decay=1e-4, fused=True)


def measure(arguments, memory_format):
    """The seconds of each step."""
    torch.manual_seed(0)
    model = Classifier(arguments.model, arguments.size).train().to(memory_format=memory_format)
    images = torch.randn(arguments.batch, 3, arguments.size, arguments.size).to(memory_format=memory_format)
    labels = (torch.rand(arguments.batch, CLASSES) < 0.1).float()
    rule = optimizer(arguments.model, model.parameters())
    if arguments.inference:
        model.eval()
    seconds = []
    for _ in range(arguments.steps + 2):
        start = time.perf_counter()
        if arguments.inference:
            with torch.inference_mode():
                model(images)
        else:
            rule.zero_grad()
            multilabel_soft_margin_loss(model(images), labels).backward()
            rule.step()
        seconds.append(time.perf_counter() - start)
    return seconds[2:]


def pytorch(arguments):
    formats = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
    if arguments.order:
        formats = {arguments.order: formats[arguments.order]}
    medians = {name: statistics.median(measure(arguments, value)) for name, value in formats.items()}
    order = min(medians, key=medians.get)
    return {
        "model": arguments.model,
        "batch": arguments.batch,
        "size": arguments.size,
        "threads": torch.get_num_threads(),
        "seconds_per_step": medians[order],
        "images_per_second": arguments.batch / medians[order],
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "memory_order": order,
    }


def last_line(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def paired(arguments):
    """Alternates fresh processes of both programs; the two share whatever else the machine does."""
    options = ["--model", arguments.model, "--batch", str(arguments.batch), "--size", str(arguments.size)]
    options += ["--steps", str(arguments.steps), "--threads", str(arguments.threads)]
    ours = [arguments.seedling, "inference" if arguments.inference else "train-step", *options, "--json"]
    theirs = [sys.executable, __file__, *options] + ["--inference"] * arguments.inference
    order = arguments.order or last_line(theirs)["memory_order"]
    pairs = []
    for _ in range(arguments.paired):
        pairs.append((last_line(ours), last_line([*theirs, "--order", order])))
    seedling, reference = (
        [result[side]["seconds_per_step"] for result in pairs] for side in (0, 1)
    )
    return {
        "model": arguments.model,
        "pairs": arguments.paired,
        "seedling_seconds": statistics.median(seedling),
        "pytorch_seconds": statistics.median(reference),
        "ratio": statistics.median(seedling) / statistics.median(reference),
        "ratios": [round(ours / theirs, 3) for ours, theirs in zip(seedling, reference)],
        "seedling_rss_mib": max(result[0]["peak_rss_mib"] for result in pairs),
        "pytorch_rss_mib": max(result[1]["peak_rss_mib"] for result in pairs),
        "memory_order": order,
    }


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--model", required=True, choices=[*CONVOLUTIONAL, *TRANSFORMERS])
parser.add_argument("--batch", type=int, default=8)
parser.add_argument("--size", type=int, default=224)
parser.add_argument("--steps", type=int, default=10)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--inference", action="store_true", help="measure a forward pass instead of a step")
parser.add_argument("--order", choices=["contiguous", "channels_last"], help="measure this memory order only")
parser.add_argument("--paired", type=int, metavar="N", help="compare with Seedling, N times in alternation")
parser.add_argument("--seedling", default=".build/release/benchmark", help="the benchmark program to compare with")
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)
print(json.dumps(paired(arguments) if arguments.paired else pytorch(arguments)))
