"""The counterpart of `benchmark explain` in PyTorch with pytorch-grad-cam, and a comparison of the two programs.

    python explain_step.py --model mobilenetv2 --steps 5 --paired 5 --seedling ../../.build/debug/benchmark
    python explain_step.py --model vit-tiny --steps 5 --paired 5 --seedling ../../.build/debug/benchmark

Both make Grad-CAM maps of one image for its first classes at the same feature map, enlarged to the image's size. The
library is asked for the classes one after the other and all at once with copies of the image; the faster way counts.
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
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget


def tokens(output):
    side = int((output.shape[1] - 1) ** 0.5)
    return output[:, 1:].reshape(output.shape[0], side, side, -1).permute(0, 3, 1, 2)


def network(name):
    """The network, the layer whose output is explained, and what makes maps of tokens."""
    if name == "vit-tiny":
        model = timm.create_model("deit_tiny_patch16_224").eval()
        return model, model.blocks[10], tokens
    model = torchvision.models.mobilenet_v2(weights=None).eval()
    return model, model.features[18], None


def measure(arguments, together):
    """The seconds of each explanation."""
    torch.manual_seed(0)
    model, layer, reshape = network(arguments.model)
    image = torch.randn(1, 3, arguments.size, arguments.size)
    targets = [ClassifierOutputTarget(index) for index in range(arguments.classes)]
    seconds = []
    with GradCAM(model=model, target_layers=[layer], reshape_transform=reshape) as cam:
        for _ in range(arguments.steps + 2):
            start = time.perf_counter()
            if together:
                cam(input_tensor=image.repeat(len(targets), 1, 1, 1), targets=targets)
            else:
                for target in targets:
                    cam(input_tensor=image, targets=[target])
            seconds.append(time.perf_counter() - start)
    return seconds[2:]


def library(arguments):
    medians = {way: statistics.median(measure(arguments, way == "together")) for way in ("together", "one by one")}
    way = min(medians, key=medians.get)
    return {"model": arguments.model, "threads": torch.get_num_threads(), "seconds_per_step": medians[way], "way": way}


def last_line(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def paired(arguments):
    """Alternates fresh processes of both programs; the two share whatever else the machine does."""
    options = ["--model", arguments.model, "--size", str(arguments.size), "--classes", str(arguments.classes)]
    options += ["--steps", str(arguments.steps), "--threads", str(arguments.threads)]
    ours = [arguments.seedling, "explain", *options, "--json"]
    theirs = [sys.executable, __file__, *options]
    pairs = [(last_line(ours), last_line(theirs)) for _ in range(arguments.paired)]
    seedling, reference = ([result[side]["seconds_per_step"] for result in pairs] for side in (0, 1))
    return {
        "model": arguments.model,
        "pairs": arguments.paired,
        "seedling_seconds": statistics.median(seedling),
        "library_seconds": statistics.median(reference),
        "ratio": statistics.median(seedling) / statistics.median(reference),
        "ratios": [round(ours / theirs, 3) for ours, theirs in zip(seedling, reference)],
        "ways": sorted({result[1]["way"] for result in pairs}),
    }


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--model", required=True, choices=["mobilenetv2", "vit-tiny"])
parser.add_argument("--size", type=int, default=224)
parser.add_argument("--classes", type=int, default=3)
parser.add_argument("--steps", type=int, default=10)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--paired", type=int, metavar="N", help="compare with Seedling, N times in alternation")
parser.add_argument("--seedling", default=".build/debug/benchmark", help="the benchmark program to compare with")
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)
print(json.dumps(paired(arguments) if arguments.paired else library(arguments)))
