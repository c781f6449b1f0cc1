"""Thresholds of scikit-image, scikit-learn and kneed for the maps that the tests of backgrounds draw.

Run: python3 Tests/Oracle/backgrounds.py; the printed numbers stand in the tests of each rule.
"""

import numpy as np
from kneed import KneeLocator
from skimage.filters import threshold_multiotsu, threshold_otsu
from sklearn.mixture import GaussianMixture


def values():
    """4000 values: seven of ten around 0.2, three around 0.75, from a linear congruential generator."""
    state, out = 1, []
    for index in range(4000):
        total = 0.0
        for _ in range(4):
            state = (state * 1103515245 + 12345) % 2**31
            total += state / 2**31
        centre, width = (0.2, 0.06) if index % 10 < 7 else (0.75, 0.1)
        out.append(min(1.0, max(0.0, centre + width * (total - 2) * 1.7)))
    return np.array(out, dtype=np.float32)


x = values()
counts, edges = np.histogram(x, 256, (0, 1))
centres = (edges[:-1] + edges[1:]) / 2
print("otsu, upper edge of the bin", threshold_otsu(hist=(counts, centres)) + 0.5 / 256)
mixture = GaussianMixture(2, means_init=[[0.15], [0.7]], tol=1e-7, max_iter=1000).fit(x[:, None])
grid = centres[:, None]
upper = mixture.predict_proba(grid)[:, np.argmax(mixture.means_)]
low = mixture.means_.min()
print("mixture, middle of the bin", centres[(upper > 0.5) & (centres > low)][0])
area = 1 - np.concatenate([[0], np.cumsum(counts)]) / counts.sum()
knee = KneeLocator(edges, area, S=1, curve="convex", direction="decreasing")
# Its first knee is where the values begin; the rule's is the farthest of all.
print("knee, edge of the bin", edges[np.argmax(knee.y_difference)], "distance", knee.y_difference.max())
print("three groups, upper edges of the bins", threshold_multiotsu(classes=3, hist=(counts, centres)) + 0.5 / 256)
