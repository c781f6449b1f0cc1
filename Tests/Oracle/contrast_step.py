"""PyTorch's counterpart of a training step of token contrast, and a comparison of the two programs.

    python contrast_step.py --steps 5
    python contrast_step.py --paired 5 --seedling ../../.build/release/train --config ../../Configs/voc/toco-deit-tiny.yaml

The step does what `Configs/voc/toco-deit-tiny.yaml` says, with every part on from the first step and without the
dense energy, for which PyTorch has no operation: two classifiers, class maps over scales and mirror images, patch and
class token contrast with a second view and small crops, decoder, labels by pixel-adaptive refinement, backward,
AdamW. As in Seedling, nothing is computed twice that both sides of a contrast can share. Images are random, so that
PyTorch is spared the reading. `--paired N` alternates the two programs N times.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import timm
import torch
import torch.nn.functional as F

CLASSES, BATCH, SIDE, CELLS = 20, 8, 224, 14
SCALES, CROPS, CROP_SIDE, DILATIONS = (1, 0.75), 8, 48, (1, 2, 4, 8, 12, 24)
LOW, HIGH = 0.25, 0.7


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = timm.create_model("deit_tiny_patch16_224", dynamic_img_size=True)
        width = self.encoder.embed_dim
        self.classifier = torch.nn.Linear(width, CLASSES, bias=False)
        self.auxiliary = torch.nn.Linear(width, CLASSES, bias=False)
        self.decoder = torch.nn.Sequential(
            torch.nn.Conv2d(width, 512, 3, padding=5, dilation=5, bias=False), torch.nn.ReLU(),
            torch.nn.Conv2d(512, 512, 3, padding=5, dilation=5, bias=False), torch.nn.ReLU(),
            torch.nn.Conv2d(512, CLASSES + 1, 1, bias=False),
        )
        self.projection, self.teacher = projection(width), projection(width)
        self.teacher.load_state_dict(self.projection.state_dict())

    def tokens(self, images):
        """Class token, last patch tokens, and those of block 10, the latter two as maps."""
        encoder = self.encoder
        x = encoder.norm_pre(encoder.patch_drop(encoder._pos_embed(encoder.patch_embed(images))))
        for index, block in enumerate(encoder.blocks):
            x = block(x)
            if index == len(encoder.blocks) - 3:
                middle = x
        x = encoder.norm(x)
        rows = images.shape[2] // 16
        maps = [part[:, 1:].transpose(1, 2).unflatten(2, (rows, rows)) for part in (x, middle)]
        return x[:, 0], *maps

    def scores(self, last, middle):
        weights = [head.weight[:, :, None, None] for head in (self.classifier, self.auxiliary)]
        return torch.cat([F.conv2d(last, weights[0]), F.conv2d(middle, weights[1])], 1).detach()


def projection(width):
    last = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(256, 1024, bias=False))
    last.parametrizations.weight.original0.requires_grad_(False)
    hidden = torch.nn.Sequential(
        torch.nn.Linear(width, 2048), torch.nn.GELU(), torch.nn.Linear(2048, 2048), torch.nn.GELU(),
        torch.nn.Linear(2048, 256),
    )
    return torch.nn.ModuleDict({"hidden": hidden, "last": last})


def codes(head, tokens):
    return head["last"](F.normalize(head["hidden"](tokens), dim=-1))


def resize(x, side):
    return F.interpolate(x, size=(side, side), mode="bilinear", align_corners=False)


@torch.no_grad()
def class_maps(network, images, own, labels):
    total = 0
    for scale in SCALES:
        side = round(SIDE * scale / 16) * 16
        view = images if side == SIDE else resize(images, side)
        mirrored = view.flip(3)
        if side == SIDE:
            direct, other = own, network.scores(*network.tokens(mirrored)[1:])
        else:
            direct, other = network.scores(*network.tokens(torch.cat([view, mirrored]))[1:]).chunk(2)
        direct, other = resize(direct, SIDE), resize(other, SIDE).flip(3)
        total = total + torch.maximum(direct, other).relu()
    total = total - total.amin((2, 3), keepdim=True)
    total = total / (total.amax((2, 3), keepdim=True) + 1e-5)
    final, auxiliary = total.split(CLASSES, 1)
    return final * labels[:, :, None, None], auxiliary * labels[:, :, None, None]


def trusted(maps):
    value, index = maps.max(1)
    return torch.where(value <= LOW, 0, torch.where(value > HIGH, index + 1, 255))


def neighbours(x):
    """The eight neighbours in every ring, by slices: PyTorch's dilated convolution is many times slower on a CPU."""
    height, width = x.shape[2:]
    rings = []
    for d in DILATIONS:
        padded = F.pad(x, [d] * 4, mode="replicate")
        rings += [padded[:, :, dy : dy + height, dx : dx + width]
                  for dy in (0, d, 2 * d) for dx in (0, d, 2 * d) if (dy, dx) != (d, d)]
    return torch.stack(rings, 2)


@torch.no_grad()
def refined(shares, image):
    """Pixel-adaptive refinement, ten rounds (Ru et al., AFA and ToCo)."""
    around = neighbours(image)
    deviation = around.std(2, keepdim=True)
    similarity = (-(((around - image[:, :, None]).abs() / (deviation + 1e-8) / 0.3) ** 2)).mean(1, keepdim=True)
    distance = torch.cat([torch.tensor([2**0.5, 1, 2**0.5, 1, 1, 2**0.5, 1, 2**0.5]) * d for d in DILATIONS])
    place = -((distance / (distance.std() + 1e-8) / 0.3) ** 2)[None, None, :, None, None]
    weights = similarity.softmax(2) + 0.01 * place.softmax(2)
    for _ in range(10):
        shares = (neighbours(shares) * weights).sum(2)
    return shares


@torch.no_grad()
def decoder_labels(maps, labels, images):
    result = []
    small, guides = resize(maps, SIDE // 2), resize(images, SIDE // 2)
    for index in range(BATCH):
        held = labels[index].nonzero()[:, 0]
        channels = small[index : index + 1, held]
        ids = torch.cat([torch.zeros(1, dtype=torch.long), held + 1])
        shares = [torch.cat([torch.full_like(channels[:, :1], level), channels], 1).softmax(1) for level in (HIGH, LOW)]
        both = resize(refined(torch.cat(shares, 1), guides[index : index + 1]), SIDE)
        runs = [ids[part.argmax(1)[0]] for part in both.chunk(2, 1)]
        result.append(torch.where(runs[0] > 0, runs[0], torch.where(runs[1] > 0, 255, 0)))
    return torch.stack(result)


def patch_contrast(tokens, labels):
    units = F.normalize(tokens.flatten(2).transpose(1, 2), dim=-1)
    cosine = (units @ units.transpose(1, 2)).abs()
    labels = labels.flatten(1)
    counted = (labels != 255)[:, :, None] & (labels != 255)[:, None] & ~torch.eye(labels.shape[1], dtype=torch.bool)
    same = labels[:, :, None] == labels[:, None]
    positive, negative = (counted & same).float(), (counted & ~same).float()
    return 0.5 * (1 - (cosine * positive).sum() / (positive.sum() + 1)) + 0.5 * (cosine * negative).sum() / (
        negative.sum() + 1)


def class_contrast(student, teacher, certain):
    e = (teacher @ student.transpose(1, 2) / 0.5).exp()
    rest = (e * (1 - certain)[:, None]).sum(2, keepdim=True)
    terms = -((e / (e + rest + 1e-4)).log() * certain[:, None]).sum(2) + (1 + rest[:, :, 0] + 1e-4).log()
    return (terms.sum(1) / (2 * (certain.sum(1) + 1e-4))).mean()


def small_crops(views, marks):
    crops, certain = [], torch.ones(BATCH, CROPS + 2)
    reach = SIDE - CROP_SIDE
    for index in range(BATCH):
        open_places = (marks[index, :reach, :reach] <= 1).nonzero()
        chosen = open_places[torch.randperm(len(open_places))[:CROPS]] if len(open_places) >= CROPS else torch.randint(
            0, reach, (CROPS, 2))
        for place, (top, left) in enumerate(chosen.tolist()):
            window = (..., slice(top, top + CROP_SIDE), slice(left, left + CROP_SIDE))
            crops.append(views[index][window])
            certain[index, place + 2] = float(marks[index][window].float().mean() > 0.2)
    return torch.stack(crops), certain


def loss(network, images, second, local, labels):
    token, last, middle = network.tokens(images)
    pooled = [part.amax((2, 3)) for part in (last, middle)]
    total = F.multilabel_soft_margin_loss(network.classifier(pooled[0]), labels)
    total = total + F.multilabel_soft_margin_loss(network.auxiliary(pooled[1]), labels)
    final, auxiliary = class_maps(network, images, network.scores(last, middle), labels)
    total = total + 0.2 * patch_contrast(last, trusted(resize(auxiliary, CELLS)))
    marks = trusted(auxiliary)
    marks = torch.where(marks == 255, 1, torch.where(marks > 0, 2, 0))
    crops, certain = small_crops(local, marks)
    with torch.no_grad():
        for mine, theirs in zip(network.teacher.parameters(), network.projection.parameters()):
            mine.mul_(0.9).add_(theirs, alpha=0.1)
    views = [token, network.tokens(second)[0]]
    with torch.no_grad():
        targets = torch.stack([codes(network.teacher, view) for view in views], 1)
    parts = [view[:, None] for view in views] + [network.tokens(crops)[0].unflatten(0, (BATCH, CROPS))]
    total = total + 0.5 * class_contrast(codes(network.projection, torch.cat(parts, 1)), targets, certain)
    targets = decoder_labels(final, labels, images)
    values = F.cross_entropy(resize(network.decoder(last), SIDE), targets, ignore_index=255, reduction="none")
    for side in (targets == 0, (targets > 0) & (targets < 255)):
        total = total + 0.05 * (values * side).sum() / (side.sum() + 1e-6)
    return total


def measure(steps):
    torch.manual_seed(0)
    network = Network()
    network.encoder.pos_embed.requires_grad_(False)
    learning = [p for name, p in network.named_parameters() if p.requires_grad and not name.startswith("teacher")]
    rule = torch.optim.AdamW(learning, lr=6e-5, weight_decay=1e-2, fused=True)
    views = [torch.randn(BATCH, 3, SIDE, SIDE) for _ in range(3)]
    labels = torch.zeros(BATCH, CLASSES)
    for index in range(BATCH):
        labels[index, torch.randperm(CLASSES)[: 1 + index % 2]] = 1
    seconds = []
    for _ in range(steps + 2):
        start = time.perf_counter()
        rule.zero_grad()
        loss(network, *views, labels).backward()
        rule.step()
        seconds.append(time.perf_counter() - start)
    return {"seconds_per_step": statistics.median(seconds[2:])}


def seedling(arguments):
    settings = {
        "contrast.loss.contrast_from": 0, "contrast.loss.segmentation_from": 0, "contrast.loss.final_labels_from": 0,
        "contrast.loss.energy": 0, "contrast.schedule.iterations": arguments.steps + 2,
        "contrast.scales": "[1, 0.75]", "contrast.crops.side": CROP_SIDE,
    }
    with tempfile.TemporaryDirectory() as folder:
        command = [arguments.seedling, "--config", arguments.config, "--stages", "contrast", "--checkpoints", folder]
        for key, value in settings.items():
            command += ["--set", f"{key}={value}"]
        environment = {"SEEDLING_THREADS": str(arguments.threads), "PATH": "/usr/bin:/bin"}
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
            seconds = []
            while process.poll() is None and len(seconds) < arguments.steps + 2:
                time.sleep(0.5)
                logs = list(Path(folder).rglob("log.jsonl"))
                lines = [json.loads(line) for line in logs[0].read_text().splitlines()] if logs else []
                seconds = [line["seconds"] for line in lines if line.get("kind") == "train"]
            process.kill()
    return {"seconds_per_step": statistics.median(seconds[2:])}


def paired(arguments):
    command = [sys.executable, __file__, "--steps", str(arguments.steps), "--threads", str(arguments.threads)]
    pairs = []
    for _ in range(arguments.paired):
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        pairs.append((seedling(arguments)["seconds_per_step"], json.loads(output)["seconds_per_step"]))
    ours, theirs = (statistics.median(side) for side in zip(*pairs))
    return {
        "pairs": arguments.paired, "seedling_seconds": ours, "pytorch_seconds": theirs, "ratio": ours / theirs,
        "ratios": [round(a / b, 3) for a, b in pairs],
    }


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--steps", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--paired", type=int, metavar="N", help="compare with Seedling, N times in alternation")
parser.add_argument("--seedling", default=".build/release/train", help="the training program to compare with")
parser.add_argument("--config", default="Configs/voc/toco-deit-tiny.yaml", help="the configuration it trains")
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)
print(json.dumps(paired(arguments) if arguments.paired else measure(arguments.steps)))
