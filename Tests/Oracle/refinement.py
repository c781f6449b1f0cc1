"""Golden files of pixel-adaptive refinement, the permutohedral lattice and the dense CRF.

The refinement is recomputed from its formula in float64. The lattice and the CRF come from two sides: brute
force over all pairs of pixels in float64, and the C++ code inside pydensecrf 1.0rc3, compiled here:

    pip download --no-deps --no-binary :all: pydensecrf==1.0rc3 && tar xzf pydensecrf-1.0rc3.tar.gz
    python Tests/Oracle/refinement.py pydensecrf-1.0rc3/pydensecrf/densecrf
"""

import ctypes
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from golden import save

SOURCE = r"""
#include "densecrf.h"
#include "permutohedral.h"
extern "C" void lattice(const float *f, int d, int n, const float *v, int c, float *out) {
  Permutohedral p;
  p.init(Map<const MatrixXf>(f, d, n));
  MatrixXf r = p.compute(Map<const MatrixXf>(v, c, n));
  std::copy(r.data(), r.data() + c * n, out);
}
extern "C" void crf(const unsigned char *im, int w, int h, const float *u, int c, int t, float ws, float ss,
                    float wb, float sxy, float srgb, float *out) {
  DenseCRF2D crf(w, h, c);
  crf.setUnaryEnergy(MatrixXf(Map<const MatrixXf>(u, c, w * h)));
  if (ws > 0) crf.addPairwiseGaussian(ss, ss, new PottsCompatibility(ws));
  if (wb > 0) crf.addPairwiseBilateral(sxy, sxy, srgb, srgb, srgb, im, new PottsCompatibility(wb));
  MatrixXf q = crf.inference(t);
  std::copy(q.data(), q.data() + c * w * h, out);
}
"""


def library(folder):
    folder = Path(folder)
    build = Path(tempfile.mkdtemp())
    (build / "oracle.cpp").write_text(SOURCE)
    names = ["densecrf", "labelcompatibility", "objective", "pairwise", "permutohedral", "unary", "util"]
    subprocess.check_call(
        ["g++", "-O2", "-w", "-std=c++11", "-fPIC", "-shared", "-o", str(build / "oracle.so"), f"-I{folder}/include",
         str(build / "oracle.cpp")] + [f"{folder}/src/{name}.cpp" for name in names])
    return ctypes.CDLL(str(build / "oracle.so"))


def pointer(array):
    kind = ctypes.c_uint8 if array.dtype == np.uint8 else ctypes.c_float
    return array.ctypes.data_as(ctypes.POINTER(kind))


def lattice(code, features, values):
    out = np.zeros_like(values)
    code.lattice(pointer(features), features.shape[1], len(features), pointer(values), values.shape[1], pointer(out))
    return out


def reference_crf(code, image, unary, iterations, smooth, bilateral):
    height, width, _ = image.shape
    out = np.zeros(unary.shape, np.float32)
    unary = np.ascontiguousarray(unary, np.float32)
    code.crf(pointer(image), width, height, pointer(unary), unary.shape[-1], iterations,
             *[ctypes.c_float(x) for x in smooth + bilateral], pointer(out))
    return out


def kernel(features):
    squares = (features**2).sum(1)
    return np.exp(-0.5 * np.maximum(squares[:, None] + squares[None] - 2 * features @ features.T, 0))


def normalized(features):
    k = kernel(features.astype(np.float64))
    norm = 1 / np.sqrt(k.sum(1) + 1e-20)
    return norm[:, None] * k * norm[None]


def positions(height, width):
    rows, columns = np.mgrid[:height, :width]
    return np.stack([columns, rows], -1).reshape(-1, 2).astype(np.float64)


def brute_crf(image, unary, iterations, smooth, bilateral):
    height, width, _ = image.shape
    place = positions(height, width)
    colors = image.reshape(-1, 3).astype(np.float64)
    kernels = []
    for weight, features in [
        (smooth[0], place / smooth[1]),
        (bilateral[0], np.concatenate([place / bilateral[1], colors / bilateral[2]], 1)),
    ]:
        kernels.append(weight * normalized(features))

    def softmax(x):
        e = np.exp(x - x.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    energy = unary.reshape(-1, unary.shape[-1]).astype(np.float64)
    q = softmax(-energy)
    for _ in range(iterations):
        q = softmax(-energy + sum(k @ q for k in kernels))
    return q.reshape(unary.shape)


def par(image, scores, dilations, iterations, tolerance=0.3, position_weight=0.01):
    image = torch.from_numpy(image.astype(np.float64)).permute(2, 0, 1)
    scores = torch.from_numpy(scores.astype(np.float64)).permute(2, 0, 1)
    height, width = image.shape[1:]
    offsets = [(dy * d, dx * d) for d in dilations for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)]

    def neighbors(x):
        planes = []
        for dy, dx in offsets:
            rows = (torch.arange(height) + dy).clamp(0, height - 1)
            columns = (torch.arange(width) + dx).clamp(0, width - 1)
            planes.append(x[:, rows][:, :, columns])
        return torch.stack(planes, 1)

    around = neighbors(image)
    difference = (around - image[:, None]).abs()
    deviation = around.std(1, keepdim=True)
    affinity = -((difference / (deviation + 1e-8) / tolerance) ** 2).mean(0)
    distance = torch.tensor([(dy * dy + dx * dx) ** 0.5 for dy, dx in offsets], dtype=torch.float64)
    position = torch.softmax(-((distance / (distance.std() + 1e-8) / tolerance) ** 2), 0)
    weights = torch.softmax(affinity, 0) + position_weight * position[:, None, None]
    for _ in range(iterations):
        scores = (neighbors(scores) * weights).sum(1)
    return scores.permute(1, 2, 0).numpy()


def photograph(generator, height, width):
    """Two regions with a slanted border, a gradient and noise."""
    rows, columns = np.mgrid[:height, :width]
    inside = (columns + 0.4 * rows > 0.6 * width)[..., None]
    colors = np.where(inside, [190.0, 120, 60], [70.0, 110, 150]) + rows[..., None] * 0.8
    return np.clip(colors + generator.normal(0, 6, (height, width, 3)), 0, 255).astype(np.uint8), inside[..., 0]


def probabilities(generator, inside, channels):
    height, width = inside.shape
    logits = generator.normal(0, 0.6, (height, width, channels))
    logits[..., 0] += np.where(inside, -0.7, 0.7)
    logits[..., 1] += np.where(inside, 0.7, -0.7)
    e = np.exp(logits)
    return (e / e.sum(-1, keepdims=True)).astype(np.float32)


def tensor(array):
    return torch.from_numpy(np.ascontiguousarray(array, np.float32))


def main():
    generator = np.random.default_rng(3)
    code = library(sys.argv[1])

    image, inside = photograph(generator, 22, 37)
    image[3:9, 4:12] = 200  # a flat patch
    image[6, 7] = 90  # one other pixel in it
    scores = probabilities(generator, inside, 3)
    save("par", {
        "image": tensor(image), "scores": tensor(scores),
        "default": tensor(par(image, scores, [1, 2, 4, 8, 12, 24], 10)),
        "near": tensor(par(image, scores, [1, 3], 3, tolerance=0.5, position_weight=0.1)),
    })

    image, inside = photograph(generator, 20, 28)
    scores = probabilities(generator, inside, 3)
    unary = -np.log(np.clip(scores, 1e-5, 1))
    settings = dict(iterations=10, smooth=(3, 2), bilateral=(4, 15, 13))
    labels = np.where(inside, 1, 0)
    labels[generator.random(labels.shape) < 0.2] = 2
    labels[8:10] = 255
    certainty = 0.7
    hard = np.full(scores.shape, -np.log((1 - certainty) / 2))
    for channel in range(3):
        hard[..., channel][labels == channel] = -np.log(certainty)
    hard[labels == 255] = -np.log(1 / 3)
    flat = positions(20, 28)
    place = np.ascontiguousarray(flat / 2, np.float32)
    color = np.concatenate([flat / 15, image.reshape(-1, 3) / 13.0], 1).astype(np.float32)
    values = np.ascontiguousarray(scores.reshape(-1, 3))
    save("dense-crf", {
        "image": tensor(image), "scores": tensor(scores), "labels": tensor(labels),
        "exact": tensor(brute_crf(image, unary, **settings)),
        "pydensecrf": tensor(reference_crf(code, image, unary, **settings)),
        "labels.exact": tensor(brute_crf(image, hard, **settings)),
        "labels.pydensecrf": tensor(reference_crf(code, image, hard, **settings)),
        "features.2": tensor(place), "features.5": tensor(color), "values": tensor(values),
        "filter.2.exact": tensor(kernel(place.astype(np.float64)) @ values),
        "filter.5.exact": tensor(kernel(color.astype(np.float64)) @ values),
        "filter.2.normalized": tensor(normalized(place) @ values),
        "filter.5.normalized": tensor(normalized(color) @ values),
        "filter.2.pydensecrf": tensor(lattice(code, place, values)),
        "filter.5.pydensecrf": tensor(lattice(code, color, values)),
    })


if __name__ == "__main__":
    main()
