"""Golden files of the refiners that walk over the classifier's inside, from their formulas in double precision."""

import numpy as np
import torch
from golden import save
from torch.nn.functional import interpolate


def resized(maps, height, width):
    planes = maps.permute(2, 0, 1)[None]
    return interpolate(planes, (height, width), mode="bilinear", align_corners=False)[0].permute(1, 2, 0)


def walk(scores, affinity, rows, columns, steps, background, scale="minmax"):
    height, width, _ = scores.shape
    maps = scores[..., 1:] / scores[..., :1].clamp(1e-6, 1)
    places = resized(maps, rows, columns).reshape(rows * columns, -1)
    affinity = affinity / affinity.sum(1, keepdim=True)
    places = torch.linalg.matrix_power(affinity, steps) @ places
    maps = resized(places.reshape(rows, columns, -1), height, width)
    low, high = (maps.amin((0, 1)), maps.amax((0, 1))) if scale == "minmax" else (0, maps.max())
    maps = (maps - low) / (high - low + 1e-5)
    maps = torch.cat([torch.full_like(maps[..., :1], background), maps], 2)
    return maps / (maps.sum(2, keepdim=True) + 1e-6)


def nearby(features, radius):
    """Cosines to the tenth of places that are nearer than the radius; 0 for all others, 1 for a place itself."""
    rows, columns, channels = features.shape
    directions = torch.nn.functional.normalize(features.reshape(-1, channels), dim=1)
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    places = torch.stack([y, x], -1).reshape(-1, 2).double()
    inside = torch.cdist(places, places) < radius
    return (directions @ directions.T).clamp(0) ** 10 * inside


def main():
    generator = np.random.default_rng(11)
    rows, columns = 4, 6
    scores = torch.from_numpy(generator.dirichlet([1, 1, 1], (23, 31)))
    features = torch.from_numpy(generator.normal(0.4, 1, (rows, columns, 7)))
    attention = torch.from_numpy(generator.dirichlet([0.5] * 24, 24)) * 0.9
    cosines = torch.nn.functional.normalize(features.reshape(-1, 7), dim=1)
    affinity = (cosines @ cosines.T).clamp(0) ** 3
    field = torch.from_numpy(generator.normal(0.8, 1, (20, 20, 5)))
    save("walks", {
        "scores": scores.float(), "features": features.float(), "attention": attention.float(),
        "random-walk": walk(scores, affinity, rows, columns, 5, 0.55).float(),
        "random-walk-max": walk(scores, affinity, rows, columns, 5, 0.25, "max").float(),
        "attention-walk": walk(scores, attention, rows, columns, 2, 0.45).float(),
        "field": field.float(), "neighbor-walk": walk(scores, nearby(field, 5), 20, 20, 256, 0.55).float(),
    })


if __name__ == "__main__":
    main()
