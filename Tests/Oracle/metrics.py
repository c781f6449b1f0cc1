"""Scores by torchmetrics and scikit-learn."""

import warnings

import numpy
import sklearn
import torch
from golden import save
from sklearn.metrics import average_precision_score, confusion_matrix

# Builds of torchvision that do not match PyTorch's lack this operator, which nothing here uses.
torch.library.define("torchvision::nms", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchmetrics  # noqa: E402
from torchmetrics.functional.classification import (  # noqa: E402
    multiclass_accuracy,
    multiclass_jaccard_index,
)

warnings.simplefilter("ignore")
random = numpy.random.default_rng(1)
VERSIONS = {"torchmetrics": torchmetrics.__version__, "scikit-learn": sklearn.__version__}


def iou_of(matrix):
    """Per class; -1 for a class that occurs in neither."""
    hits = numpy.diag(matrix)
    union = matrix.sum(0) + matrix.sum(1) - hits
    return numpy.where(union > 0, hits / numpy.maximum(union, 1), -1)


masks, figures, ious = [], [], []
for number in range(100):
    classes = int(random.integers(2, 22))
    height, width = random.integers(3, 12, 2)
    # Some classes are absent from one mask or from both.
    true_ids = random.choice(classes, random.integers(1, classes + 1), replace=False)
    predicted_ids = random.choice(classes, random.integers(1, classes + 1), replace=False)
    truth = random.choice(true_ids, (height, width))
    prediction = random.choice(predicted_ids, (height, width))
    agreeing = random.random((height, width)) < 0.6
    prediction[agreeing] = truth[agreeing]
    truth[random.random((height, width)) < random.choice([0, 0.1, 0.5])] = 255
    truth[0, 0] = true_ids[0]
    emitted = prediction.copy()
    emitted[random.random((height, width)) < random.choice([0, 0.1])] = 255
    prediction[emitted == 255] = 0
    tensors = torch.from_numpy(prediction), torch.from_numpy(truth)
    macro = multiclass_jaccard_index(*tensors, num_classes=classes, ignore_index=255, average="macro")
    micro = multiclass_accuracy(*tensors, num_classes=classes, ignore_index=255, average="micro")
    counted = truth != 255
    matrix = confusion_matrix(truth[counted], prediction[counted], labels=range(classes))
    recall = numpy.diag(matrix)[matrix.sum(1) > 0] / matrix.sum(1)[matrix.sum(1) > 0]
    iou = iou_of(matrix)
    assert abs(iou[iou >= 0].mean() - macro.item()) < 1e-6
    per_class = numpy.full(22, -1.0)
    per_class[:classes] = iou
    ious.append(per_class)
    figures.append([classes, height, width, macro.item(), micro.item(), recall.mean()])
    canvas = numpy.zeros((2, 12, 12))
    canvas[0, :height, :width] = emitted
    canvas[1, :height, :width] = truth
    masks.append(canvas)
save(
    "metrics",
    {
        "masks": torch.from_numpy(numpy.stack(masks)).half(),
        "figures": torch.tensor(figures, dtype=torch.float64).float(),
        "iou": torch.from_numpy(numpy.stack(ious)).float(),
    },
    **VERSIONS,
)

tensors = {}
for number, (count, levels, share) in enumerate(
    [(50, 1000, 0.3), (50, 5, 0.3), (7, 2, 0.5), (200, 20, 0.02), (30, 1, 0.4), (40, 10, 1.0)]
):
    scores = random.integers(0, levels, count) / levels
    labels = random.random(count) < share
    labels[0] = True
    value = average_precision_score(labels, scores)
    tensors[f"{number}.scores"] = torch.from_numpy(scores).float()
    tensors[f"{number}.labels"] = torch.from_numpy(labels).float()
    tensors[f"{number}.value"] = torch.tensor(value).float()
save("average-precision", tensors, **VERSIONS)

classes, shape = 6, (13, 17)
maps = random.integers(0, 101, (3, *shape, classes - 1)).astype(numpy.float32) / numpy.float32(100)
truth = random.integers(0, classes, (3, *shape))
truth[random.random(truth.shape) < 0.1] = 255
curve = []
for threshold in numpy.arange(96).astype(numpy.float32) / numpy.float32(100):
    background = numpy.full((3, *shape, 1), threshold, numpy.float32)
    prediction = numpy.concatenate([background, maps], -1).argmax(-1)
    counted = truth != 255
    iou = iou_of(confusion_matrix(truth[counted], prediction[counted], labels=range(classes)))
    curve.append(iou[iou >= 0].mean())
save(
    "threshold-sweep",
    {"maps": torch.from_numpy(maps), "truth": torch.from_numpy(truth).float(), "curve": torch.tensor(curve).float()},
    **VERSIONS,
)
