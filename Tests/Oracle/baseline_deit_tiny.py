"""The baseline recipe of Configs/voc/baseline-deit-tiny.yaml in PyTorch and timm, as a figure to match.

Usage: baseline_deit_tiny.py --data VOC_FOLDER --weights deit_tiny_patch16_224.safetensors [--seed 0]

Trains on the image labels of `train_aug`, then prints the classifier's mAP on `val` as a JSON line, and the
same line with the seeds' mIoU on `train` (best background threshold of 0, 0.01, ... 0.95) when that is known.
"""

import argparse
import json
import random
import time
from pathlib import Path

import numpy
import timm
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file
from sklearn.metrics import average_precision_score

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
THRESHOLDS = numpy.arange(96) / 100


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--iterations", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, default=None, help="judge only the first images")
    return parser.parse_args()


class Data:
    def __init__(self, root):
        self.root = root
        self.names = [line.split()[-1] for line in (root / "classes.txt").read_text().splitlines()][1:21]
        self.labels = {}
        for line in (root / "image_labels.txt").read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                name, *classes = line.split()
                self.labels[name] = [self.names.index(item) for item in classes]

    def split(self, name):
        return (self.root / "ImageSets/Segmentation" / f"{name}.txt").read_text().split()

    def image(self, name):
        return Image.open(self.root / "JPEGImages" / f"{name}.jpg").convert("RGB")

    def mask(self, name):
        return numpy.array(Image.open(self.root / "SegmentationClass" / f"{name}.png"))

    def target(self, name):
        target = torch.zeros(20)
        target[self.labels[name]] = 1
        return target


def tensor(image):
    return (torch.from_numpy(numpy.array(image)).permute(2, 0, 1) / 255 - MEAN) / STD


def augmented(image, crop, rng):
    scale = rng.uniform(0.5, 2)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.BILINEAR)
    x = tensor(image)
    if rng.random() < 0.5:
        x = x.flip(2)
    height, width = x.shape[1:]
    canvas = torch.zeros(3, max(crop, height), max(crop, width))
    top, left = rng.randint(0, canvas.shape[1] - height), rng.randint(0, canvas.shape[2] - width)
    canvas[:, top : top + height, left : left + width] = x
    top, left = rng.randint(0, canvas.shape[1] - crop), rng.randint(0, canvas.shape[2] - crop)
    return canvas[:, top : top + crop, left : left + crop]


class Classifier(torch.nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.vit = timm.create_model("deit_tiny_patch16_224", num_classes=0, dynamic_img_size=True)
        state = {key: value for key, value in load_file(weights).items() if not key.startswith("head")}
        self.vit.load_state_dict(state)
        self.classifier = torch.nn.Linear(192, 20, bias=False)
        torch.nn.init.trunc_normal_(self.classifier.weight, std=0.02)

    def tokens(self, x):
        return self.vit.forward_features(x)[:, 1:]

    def forward(self, x):
        return self.classifier(self.tokens(x).amax(1))

    def maps(self, x):
        side = x.shape[-1] // 16
        return self.classifier(self.tokens(x)).transpose(1, 2).reshape(x.shape[0], 20, side, side)


def train(model, data, args):
    names = data.split("train_aug")
    rng = random.Random(args.seed)
    backbone = list(model.vit.parameters())
    optimizer = torch.optim.AdamW(
        [{"params": backbone, "lr": 6e-5}, {"params": model.classifier.parameters(), "lr": 6e-4}],
        weight_decay=1e-2,
    )
    rates = [group["lr"] for group in optimizer.param_groups]
    order = []
    for step in range(args.iterations):
        warm = 1 - (1 - step / 75) * (1 - 1e-6)
        factor = warm if step < 75 else (1 - step / args.iterations) ** 0.9
        for group, rate in zip(optimizer.param_groups, rates):
            group["lr"] = rate * factor
        if len(order) < 8:
            order += rng.sample(names, len(names))
        batch, order = order[:8], order[8:]
        x = torch.stack([augmented(data.image(name), 224, rng) for name in batch])
        y = torch.stack([data.target(name) for name in batch])
        loss = F.multilabel_soft_margin_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 50 == 0:
            print(f"step {step} loss {loss.item():.4f}", flush=True)


@torch.no_grad()
def mean_average_precision(model, data, side, limit):
    names = data.split("val")[:limit]
    scores = [model(tensor(data.image(name).resize((side, side), Image.BILINEAR))[None])[0] for name in names]
    scores = torch.stack(scores).numpy()
    targets = torch.stack([data.target(name) for name in names]).numpy()
    present = [c for c in range(20) if targets[:, c].any()]
    return 100 * float(numpy.mean([average_precision_score(targets[:, c], scores[:, c]) for c in present]))


@torch.no_grad()
def seeds(model, data, limit):
    confusion = numpy.zeros((len(THRESHOLDS), 21, 21), dtype=numpy.int64)
    for name in data.split("train")[:limit]:
        x = tensor(data.image(name))[None]
        base = F.interpolate(x, size=(448, 448), mode="bilinear", align_corners=False)
        truth = data.mask(name)
        total = 0
        for scale in (1.0, 0.5, 1.5):
            side = int(448 * scale)
            scaled = F.interpolate(base, size=(side, side), mode="bilinear", align_corners=False)
            maps = model.maps(torch.cat([scaled, scaled.flip(3)]))
            maps = F.interpolate(maps, size=(448, 448), mode="bilinear", align_corners=False)
            total = total + torch.maximum(maps[:1], maps[1:].flip(3)).relu()
        total = total - total.amin((2, 3), keepdim=True)
        total = total / (total.amax((2, 3), keepdim=True) + 1e-5)
        total = F.interpolate(total, size=truth.shape, mode="bilinear", align_corners=False)[0]
        total = total * data.target(name)[:, None, None]
        value, label = (item.numpy() for item in total.max(0))
        counted = truth != 255
        truth, value, label = truth[counted].astype(int), value[counted], label[counted]
        above = numpy.searchsorted(THRESHOLDS, value)  # how many thresholds the value is above
        count = len(THRESHOLDS)
        table = numpy.bincount((above * 21 + truth) * 20 + label, minlength=(count + 1) * 420)
        table = table.reshape(count + 1, 21, 20)
        kept = table[::-1].cumsum(0)[::-1]  # kept[i]: values above at least i thresholds
        confusion[:, :, 1:] += kept[1:]
        confusion[:, :, 0] += (kept[0] - kept[1:]).sum(2)
    inter = numpy.diagonal(confusion, axis1=1, axis2=2)
    union = confusion.sum(1) + confusion.sum(2) - inter
    scores = 100 * (inter / numpy.maximum(union, 1)).mean(1)
    best = int(scores.argmax())
    return float(scores[best]), float(THRESHOLDS[best])


def main():
    args = arguments()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    data = Data(args.data)
    model = Classifier(args.weights)
    start = time.time()
    model.train()
    train(model, data, args)
    trained = time.time()
    model.eval()
    result = {"seed": args.seed, "iterations": args.iterations, "train_seconds": trained - start}
    result["val_mAP_448"] = mean_average_precision(model, data, 448, args.limit)
    result["val_mAP_224"] = mean_average_precision(model, data, 224, args.limit)
    print(json.dumps(result), flush=True)
    judged = time.time()
    result["seeds_mIoU"], result["best_threshold"] = seeds(model, data, args.limit)
    result["seeds_seconds"] = time.time() - judged
    print(json.dumps(result))


main()
