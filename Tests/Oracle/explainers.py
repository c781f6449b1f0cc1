"""Golden file of the formulas of explainers on made-up activations and gradients, in double precision."""

import numpy as np
import scipy
import sklearn
import torch
from golden import save
from scipy.ndimage import gaussian_filter
from sklearn.cluster import DBSCAN


def projection(maps):
    """The first principal direction's projection of `[height, width, channels]`, its sign that of the mean."""
    rows = maps.reshape(-1, maps.shape[-1])
    centred = rows - rows.mean(0)
    result = centred @ np.linalg.svd(centred, full_matrices=False)[2][0]
    means = rows.mean(1) - rows.mean()
    return (result * np.sign(result @ means)).reshape(maps.shape[:2])


def plus_plus(a, g, moments, normalized=False):
    first, second, third = moments
    alpha = np.where(second > 0, second / (2 * second + a.sum((0, 1)) * third + (second == 0)), 0)
    weights = alpha * np.maximum(first, 0)
    if normalized:
        weights = weights / (alpha * (g > 0)).sum((0, 1))
    return np.maximum((weights.sum((0, 1)) * a).sum(-1), 0)


def bilateral(gradient):
    height, width = gradient.shape
    y, x = np.meshgrid(np.arange(height) - height / 2, np.arange(width) - width / 2, indexing="ij")
    kernel = np.exp(-(x**2 + y**2) / 50) * np.exp(-((gradient - gradient.mean()) ** 2) / 0.02)
    kernel = kernel / (kernel.sum() + 1e-6)
    planes = torch.from_numpy(gradient)[None, None], torch.from_numpy(kernel)[None, None]
    return torch.nn.functional.conv2d(*planes, padding="same")[0, 0].numpy()


def clusters(a):
    rows = a.reshape(-1, a.shape[-1]).T
    norms = np.linalg.norm(rows, axis=1)
    dominant = norms >= np.percentile(norms, 75)
    others = rows[~dominant]
    distances = np.linalg.norm(others[:, None] - others[None], axis=2)
    reach = max(np.percentile(distances[~np.eye(len(others), dtype=bool)], 25), 1e-5)
    found = DBSCAN(eps=reach, min_samples=max(2, int(len(others) * 0.05))).fit(others).labels_
    labels = np.full(len(rows), -2)
    labels[~dominant] = found
    return labels


def cf(a, g, labels, smooth, weighting):
    filtered = g.copy()
    for cluster in range(labels.max() + 1):
        filtered[..., labels == cluster] = smooth(g[..., labels == cluster].mean(-1))[..., None]
    kept = labels != -1
    weights = filtered[..., kept]
    if weighting != "elementwise":
        weights = weights.mean((0, 1))
    if weighting == "softmax":
        weights = np.exp(weights) / np.exp(weights).sum()
    return np.maximum((weights * a[..., kept]).sum(-1), 0)


def main():
    random = np.random.default_rng(5)
    height, width, channels = 6, 7, 24
    # Channels of a few kinds, so that there is something to cluster.
    kinds = np.maximum(random.normal(0.3, 1, (height, width, 5)), 0)
    a = np.maximum(kinds[..., np.arange(channels) % 5] * (1 + np.arange(channels) // 12)
                   + random.normal(0, 0.2, (height, width, channels)), 0).astype(np.float32).astype(np.float64)
    g = random.normal(0.05, 0.3, (height, width, channels)).astype(np.float32).astype(np.float64)
    noisy = [g] + [random.normal(0.05, 0.3, g.shape).astype(np.float32).astype(np.float64) for _ in range(2)]
    moments = [np.mean([n**power for n in noisy], 0) for power in (1, 2, 3)]
    labels = clusters(a)
    reflected = lambda gradient: gaussian_filter(gradient, 1.3, mode="reflect", truncate=3)
    tensors = {
        "activation": a, "gradient": g, "noisy": np.stack(noisy), "labels": labels.astype(np.float64),
        "grad-cam-plus-plus": plus_plus(a, g, [g, g**2, g**3]),
        "grad-cam-plus-plus normalized": plus_plus(a, g, [g, g**2, g**3], True),
        "smooth-grad-cam-plus-plus": plus_plus(a, g, moments),
        "hires-cam": np.maximum((g * a).sum(-1), 0),
        "grad-cam": np.maximum((g.mean((0, 1)) * a).sum(-1), 0),
        "layer-cam": np.maximum((np.maximum(g, 0) * a).sum(-1), 0),
        "xgrad-cam": np.maximum(((g * a).sum((0, 1)) / a.sum((0, 1)) * a).sum(-1), 0),
        "eigen-cam": np.maximum(projection(a), 0), "eigen-grad-cam": np.maximum(projection(g * a), 0),
        "gaussian": reflected(g[..., 0]), "bilateral": bilateral(g[..., 0]),
        "cf-cam gaussian": cf(a, g, labels, reflected, "softmax"),
        "cf-cam bilateral": cf(a, g, labels, bilateral, "linear"),
        "cf-cam elementwise": cf(a, g, labels, reflected, "elementwise"),
    }
    tensors = {name: torch.from_numpy(value).float() for name, value in tensors.items()}
    save("explainers", tensors, scipy=scipy.__version__, sklearn=sklearn.__version__)


if __name__ == "__main__":
    main()
