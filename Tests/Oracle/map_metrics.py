"""Yardsticks of maps by OpenCV, scikit-image, SciPy and brute force."""

from pathlib import Path

import cv2
import numpy
import scipy
import skimage
from safetensors.numpy import save_file
from skimage.metrics import structural_similarity

random = numpy.random.default_rng(5)
tensors = {}

# Contours of masks: one row per segment and mask, `mask, area, left, top, right, bottom, is a hole`.
masks, rows = [], []
for number in range(24):
    share = [0.3, 0.5, 0.7][number % 3]
    mask = (random.random((14, 17)) < share).astype(numpy.uint8)
    if number % 4 == 0:
        mask = cv2.dilate(mask, numpy.ones((2, 2), numpy.uint8))
    contours, hierarchy = cv2.findContours(mask, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    for contour, links in zip(contours, hierarchy[0] if len(contours) else []):
        depth, parent = 0, links[3]
        while parent >= 0:
            depth, parent = depth + 1, hierarchy[0][parent][3]
        x, y, width, height = cv2.boundingRect(contour)
        hole = depth % 2
        rows.append([number, cv2.contourArea(contour), x, y, x + width - 1, y + height - 1, hole])
    masks.append(mask)
tensors["contours/masks"] = numpy.stack(masks).astype(numpy.float32)
tensors["contours/rows"] = numpy.array(rows, numpy.float32)


# MaxBoxAcc and MaxBoxAccV2 over some maps, steps of 0.05.
def overlap(box, other):
    width = min(box[2], other[2]) - max(box[0], other[0]) + 1
    height = min(box[3], other[3]) - max(box[1], other[1]) + 1
    both = max(width, 0) * max(height, 0)
    area = lambda b: (b[2] - b[0] + 1) * (b[3] - b[1] + 1)
    return both / (area(box) + area(other) - both)


def boxes_above(levels, level, largest):
    mask = (levels > level).astype(numpy.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return [(0, 0, 0, 0)]
    if largest:
        contours = [max(contours, key=cv2.contourArea)]
    rects = [cv2.boundingRect(contour) for contour in contours]
    return [(x, y, min(x + w, 223), min(y + h, 223)) for x, y, w, h in rects]


thresholds = [step * 0.05 for step in range(20)]
right = {True: numpy.zeros((1, 20)), False: numpy.zeros((3, 20))}
maps, truths = [], []
for number in range(8):
    small = random.random((7, 9)).astype(numpy.float32)
    y, x = numpy.mgrid[:7, :9]
    small += 3 * numpy.exp(-((x - random.integers(9)) ** 2 + (y - random.integers(7)) ** 2) / 4).astype(numpy.float32)
    full = cv2.resize(small, (224, 224), interpolation=cv2.INTER_CUBIC).astype(numpy.float64)
    unit = (full - full.min()) / (full.max() - full.min())
    levels = (unit * 255).astype(numpy.uint8)
    left, top = random.integers(0, 150, 2)
    box = [left, top, left + random.integers(20, 140), top + random.integers(20, 70)]
    scaled = [int(box[0] * 224 / 300), int(box[1] * 224 / 240), int(box[2] * 224 / 300), int(box[3] * 224 / 240)]
    for largest, deltas in ((True, [0.5]), (False, [0.3, 0.5, 0.7])):
        for column, threshold in enumerate(thresholds):
            found = boxes_above(levels, int(threshold * int(levels.max())), largest)
            best = max(overlap(one, scaled) for one in found)
            for row, delta in enumerate(deltas):
                right[largest][row, column] += best >= delta
    maps.append(small)
    truths.append(box)
tensors["boxes/maps"] = numpy.stack(maps)
tensors["boxes/truths"] = numpy.array(truths, numpy.float32)
tensors["boxes/accuracies"] = numpy.array(
    [right[True].max(1).mean() / 8, right[False].max(1).mean() / 8], numpy.float32)

# PxAP as the cumulated histograms say.
values = random.random(400).astype(numpy.float32)
truth = random.random(400) < 0.2 + 0.6 * values
edges = numpy.append(numpy.arange(0, 1, 0.1), [1, 2, 3])
positive = numpy.histogram(values[truth], bins=edges)[0][::-1]
negative = numpy.histogram(values[~truth], bins=edges)[0][::-1]
tp, fp = numpy.cumsum(positive), numpy.cumsum(negative)
precision = tp / numpy.maximum(tp + fp, 1)
recall = numpy.append(0, tp / truth.sum())
tensors["pxap/values"] = values
tensors["pxap/truth"] = truth.astype(numpy.float32)
tensors["pxap/area"] = numpy.array([(precision * numpy.diff(recall)).sum()], numpy.float32)

# Imputation by a dense solve.
image = random.random((8, 8, 3))
removed = random.random((8, 8)) < 0.6
places = [tuple(place) for place in numpy.argwhere(removed)]
matrix, known = numpy.zeros((len(places),) * 2), numpy.zeros((len(places), 3))
for row, (y, x) in enumerate(places):
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            other = (y + dy, x + dx)
            if (dy, dx) == (0, 0) or not (0 <= other[0] < 8 and 0 <= other[1] < 8):
                continue
            weight = 1 / 6 if dy == 0 or dx == 0 else 1 / 12
            matrix[row, row] += weight
            if removed[other]:
                matrix[row, places.index(other)] -= weight
            else:
                known[row] += weight * image[other]
filled = image.copy()
filled[removed] = numpy.linalg.solve(matrix, known)
tensors["imputation/image"] = image.astype(numpy.float32)
tensors["imputation/removed"] = removed.astype(numpy.float32)
tensors["imputation/filled"] = filled.astype(numpy.float32)

# Spearman's correlation, with ties, and structural similarity.
pairs = numpy.stack([random.integers(0, levels, (2, 40)) for levels in (3, 8, 1000)]).astype(numpy.float32)
tensors["spearman/pairs"] = pairs
tensors["spearman/values"] = numpy.array([scipy.stats.spearmanr(a, b).statistic for a, b in pairs], numpy.float32)
for name, shape, side in (("wide", (11, 16), 7), ("thin", (4, 12), 3)):
    a = random.random(shape)
    b = numpy.clip(a + 0.2 * random.standard_normal(shape), 0, 1)
    tensors[f"similarity/{name}/a"], tensors[f"similarity/{name}/b"] = a.astype(numpy.float32), b.astype(numpy.float32)
    value = structural_similarity(a.astype(numpy.float32), b.astype(numpy.float32), win_size=side, data_range=1)
    tensors[f"similarity/{name}/value"] = numpy.array([value], numpy.float32)

# The mean colour of each cell, by pixels cut into as many parts as divide both grids.
grid = random.random((6, 10)).astype(numpy.float32)
fine = numpy.repeat(numpy.repeat(grid, 4, 0), 3, 1)
tensors["area/map"] = grid
tensors["area/cells"] = fine.reshape(4, 6, 3, 10).mean((1, 3)).astype(numpy.float32)

metadata = {
    "script": "Tests/Oracle/map_metrics.py", "numpy": numpy.__version__, "opencv": cv2.__version__,
    "scikit-image": skimage.__version__, "scipy": scipy.__version__,
}
folder = Path(__file__).resolve().parent.parent / "Golden"
save_file({key: numpy.ascontiguousarray(value) for key, value in tensors.items()}, str(folder / "map-metrics.safetensors"), metadata)
