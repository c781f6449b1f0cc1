"""PyTorch's counterpart of `benchmark train-step`, `inference` and `cam`, and a comparison of the two programs.

    python train_step.py --model resnet18 --steps 10
    python train_step.py --model vit-tiny --paired 5 --seedling ../../.build/release/benchmark

A step is forward, multi-label soft-margin loss on 20 classes, backward and optimizer (AdamW for transformers,
SGD with momentum for the others), with batch norm on batch statistics. The faster of PyTorch's two memory orders
counts. `--task cam` measures class activation maps of one image at three scales with the mirror image.
`--paired N` alternates the two programs N times and prints the ratio of their medians.
"""

import argparse
import json
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
EFFICIENT = {f"efficientnet-lite{size}": f"tf_efficientnet_lite{size}" for size in (0, 2)}


class Classifier(torch.nn.Module):
    """A linear classifier on the mean of the last feature map."""

    def __init__(self, name, size, output_stride=32):
        super().__init__()
        if name in TRANSFORMERS:
            self.backbone = timm.create_model(TRANSFORMERS[name], dynamic_img_size=True)
            self.maps = self.tokens
            self.features = lambda x: self.backbone.forward_features(x)[:, 1:].mean(1)
        elif name in EFFICIENT:
            self.backbone = timm.create_model(EFFICIENT[name], output_stride=output_stride)
            self.maps = self.backbone.forward_features
            self.features = lambda x: self.maps(x).mean((2, 3))
        else:
            strides = {} if output_stride == 32 else {"replace_stride_with_dilation": [False, output_stride <= 8, True]}
            model = getattr(torchvision.models, CONVOLUTIONAL[name])(**strides)
            parts = model.features if hasattr(model, "features") else torch.nn.Sequential(*list(model.children())[:-2])
            self.backbone = self.maps = parts
            self.features = lambda x: self.backbone(x).mean((2, 3))
        with torch.no_grad():
            channels = self.features(torch.zeros(2, 3, size, size)).shape[1]
        self.head = torch.nn.Linear(channels, CLASSES, bias=False)

    def forward(self, images):
        return self.head(self.features(images))

    def tokens(self, images):
        rows, columns = images.shape[2] // 16, images.shape[3] // 16
        return self.backbone.forward_features(images)[:, 1:].transpose(1, 2).unflatten(2, (rows, columns))

    def class_activation_maps(self, image, classes, scales=(1, 0.5, 1.5)):
        """Maps of one image over scales and its mirror image: maximum of the two, sum, minimum to maximum."""
        weight, size, total = self.head.weight[classes][:, :, None, None], image.shape[2:], 0
        for scale in scales:
            view = image if scale == 1 else resize(image, [int(side * scale) for side in size])
            maps = torch.nn.functional.conv2d(self.maps(torch.cat([view, view.flip(3)])), weight)
            maps = resize(maps, size)
            total = total + torch.maximum(maps[:1], maps[1:].flip(3)).relu()
        total = total - total.amin((2, 3), keepdim=True)
        return total / (total.amax((2, 3), keepdim=True) + 1e-5)


def resize(maps, size):
    return torch.nn.functional.interpolate(maps, size=size, mode="bilinear", align_corners=False)


def optimizer(name, parameters):
    if name in TRANSFORMERS:
        return torch.optim.AdamW(parameters, lr=6e-5, weight_decay=1e-2, fused=True)
    return torch.optim.SGD(parameters, lr=1e-2, momentum=0.9, weight_decay=1e-4, fused=True)


def measure(arguments, memory_format):
    """The seconds of each step."""
    torch.manual_seed(0)
    model = Classifier(arguments.model, arguments.size, arguments.output_stride).train().to(memory_format=memory_format)
    if arguments.compile:
        model = torch.compile(model)
    images = torch.randn(arguments.batch, 3, arguments.size, arguments.size).to(memory_format=memory_format)
    labels = (torch.rand(arguments.batch, CLASSES) < 0.1).float()
    rule = optimizer(arguments.model, model.parameters())
    if arguments.task != "train-step":
        model.eval()
    seconds = []
    for _ in range(arguments.steps + 2):
        start = time.perf_counter()
        if arguments.task != "train-step":
            with torch.inference_mode():
                model(images) if arguments.task == "inference" else model.class_activation_maps(images[:1], [0, 1])
        else:
            rule.zero_grad()
            multilabel_soft_margin_loss(model(images), labels).backward()
            rule.step()
        seconds.append(time.perf_counter() - start)
    return seconds[2:]


def peak_resident_mebibytes():
    """The most memory of this program; `getrusage` would count that of the one which started it, too."""
    with open("/proc/self/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


def pytorch(arguments):
    formats = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
    if arguments.order:
        formats = {arguments.order: formats[arguments.order]}
    medians = {name: statistics.median(measure(arguments, value)) for name, value in formats.items()}
    order = min(medians, key=medians.get)
    batch = 1 if arguments.task == "cam" else arguments.batch
    return {
        "model": arguments.model,
        "batch": batch,
        "size": arguments.size,
        "threads": torch.get_num_threads(),
        "seconds_per_step": medians[order],
        "images_per_second": batch / medians[order],
        "peak_rss_mib": peak_resident_mebibytes(),
        "memory_order": order,
    }


def last_line(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def paired(arguments):
    """Alternates fresh processes of both programs; the two share whatever else the machine does."""
    options = ["--model", arguments.model, "--size", str(arguments.size)]
    options += ["--steps", str(arguments.steps), "--threads", str(arguments.threads)]
    if arguments.output_stride != 32:
        options += ["--output-stride", str(arguments.output_stride)]
    batch = ["--batch", str(arguments.batch)]
    ours = [arguments.seedling, arguments.task, *options, *batch * (arguments.task != "cam"), "--json"]
    theirs = [sys.executable, __file__, "--task", arguments.task, *options, *batch]
    theirs += ["--compile"] * arguments.compile
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
parser.add_argument("--model", required=True, choices=[*CONVOLUTIONAL, *EFFICIENT, *TRANSFORMERS])
parser.add_argument("--batch", type=int, default=8)
parser.add_argument("--size", type=int, default=224)
parser.add_argument("--output-stride", type=int, choices=[8, 16, 32], default=32, help="of the deeper ResNets")
parser.add_argument("--steps", type=int, default=10)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--task", choices=["train-step", "inference", "cam"], default="train-step")
parser.add_argument("--order", choices=["contiguous", "channels_last"], help="measure this memory order only")
parser.add_argument("--compile", action="store_true", help="compile PyTorch's model")
parser.add_argument("--paired", type=int, metavar="N", help="compare with Seedling, N times in alternation")
parser.add_argument("--seedling", default=".build/release/benchmark", help="the benchmark program to compare with")
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)
print(json.dumps(paired(arguments) if arguments.paired else pytorch(arguments)))
