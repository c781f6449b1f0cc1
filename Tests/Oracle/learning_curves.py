"""Golden file of learning curves: SciPy's bounded least squares, as the authors of ADELE fit them."""

import numpy
import scipy
import torch
from golden import save
from scipy.optimize import curve_fit

generator = numpy.random.default_rng(4)


def curve(t, a, b, c):
    return a * (1 - numpy.exp(-b * t**c))


def slope(t, a, b, c):
    return a * b * c * t ** (c - 1) * numpy.exp(-b * t**c)


tensors = {}
for number, (a, b, c, points) in enumerate(
    [(0.6, 1.2, 0.9, 8), (0.9, 0.3, 1.4, 20), (0.35, 3.0, 0.6, 14), (0.8, 0.05, 1.1, 10)]
):
    t = numpy.linspace(0.35, 0.35 * points, points)
    y = curve(t, a, b, c) + generator.normal(0, 0.01, points)
    fit, _ = curve_fit(
        curve, t, y, p0=(1, 1, 1), bounds=([0, 0, 0], [1, numpy.inf, numpy.inf]), xtol=1e-14, ftol=1e-14, gtol=1e-14,
        max_nfev=100000)
    error = ((curve(t, *fit) - y) ** 2).sum()
    loss = abs(slope(1.0, *fit) - slope(t[-1], *fit)) / slope(1.0, *fit)
    tensors |= {
        f"{number}.epochs": torch.tensor(t), f"{number}.values": torch.tensor(y),
        f"{number}.fit": torch.tensor(curve(t, *fit)), f"{number}.result": torch.tensor([loss, error])}
save("learning_curves", {key: value.float() for key, value in tensors.items()}, scipy=scipy.__version__)
