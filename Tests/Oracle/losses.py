"""Golden files of the losses."""

import math

import torch
import torch.nn.functional as F
from golden import save

generator = torch.Generator().manual_seed(2)


def loss(name, function, logits, labels):
    logits = logits.clone().requires_grad_(True)
    value = function(logits, labels)
    # One more operation after the loss, so that a pullback must use its incoming gradient.
    (value * 1.5).backward()
    save(name, {"logits": logits, "labels": labels.float(), "y": value, "logits.gradient": logits.grad})


def balanced(logits, labels):
    """ToCo, utils/losses: mean over background and mean over foreground, each with half the weight."""
    values = F.cross_entropy(logits.permute(0, 3, 1, 2), labels, ignore_index=255, reduction="none")
    background, foreground = labels == 0, (labels > 0) & (labels < 255)
    return 0.5 * values[background].sum() / (background.sum() + 1e-6) + 0.5 * values[foreground].sum() / (
        foreground.sum() + 1e-6
    )


multi = torch.randn(4, 20, generator=generator) * 8
loss("multi_label_soft_margin", F.multilabel_soft_margin_loss, multi,
     (torch.rand(4, 20, generator=generator) < 0.2).float())

logits = torch.randn(2, 9, 7, 21, generator=generator) * 5
labels = torch.randint(0, 21, (2, 9, 7), generator=generator)
labels[torch.rand(2, 9, 7, generator=generator) < 0.3] = 255
labels[torch.rand(2, 9, 7, generator=generator) < 0.4] = 0
loss("cross_entropy", lambda x, y: F.cross_entropy(x.permute(0, 3, 1, 2), y, ignore_index=255), logits, labels)
loss("balanced_cross_entropy", balanced, logits, labels)


def chosen(logits, labels):
    """Log-shares of all classes and labels at the counted positions."""
    counted = labels != 255
    return F.log_softmax(logits, -1)[counted], labels[counted]


def generalized(logits, labels, q=0.7):
    """Zhang and Sabuncu 2018, equation 6."""
    shares, labels = chosen(logits, labels)
    return ((1 - shares.exp().gather(1, labels[:, None]) ** q) / q).mean()


def symmetric(logits, labels, alpha=0.1, beta=1.0):
    """Wang et al. 2019: cross-entropy and its reverse, with log 0 = -4."""
    shares, labels = chosen(logits, labels)
    target = F.one_hot(labels, logits.shape[-1]).float()
    reverse = -(shares.exp() * torch.where(target > 0, 0.0, -4.0)).sum(1)
    return alpha * F.nll_loss(shares, labels) + beta * reverse.mean()


def bootstrapped(logits, labels, trust=0.8):
    """Reed et al. 2015, hard bootstrapping."""
    shares, labels = chosen(logits, labels)
    return trust * F.nll_loss(shares, labels) + (1 - trust) * F.nll_loss(shares, shares.argmax(1))


def scaled_response(logits, labels, scales=(0.5, 0.75, 1, 1.5, 2), strength=20):
    """Li et al. 2022 (URN): the variance of the label's share over scaled responses lowers its weight."""
    counted = labels != 255
    logits, labels = logits[counted], labels[counted]
    shares = torch.stack([(s * logits.detach()).softmax(-1).gather(1, labels[:, None])[:, 0] for s in scales])
    weights = torch.exp(-strength * shares.var(0, unbiased=False))
    return (weights * F.cross_entropy(logits, labels, reduction="none")).mean()


def trimmed(logits, labels, kept=0.8):
    shares, labels = chosen(logits, labels)
    values = F.nll_loss(shares, labels, reduction="none")
    return values.sort().values[: math.ceil(len(values) * kept)].mean()


def ranked(logits, labels, decay=0.996, background_decay=0.999):
    """Kolesnikov and Lampert 2016, expansion loss; the held classes are those of the labels."""
    shares = logits.softmax(-1)
    total = 0
    for image, ids in zip(shares, labels):
        present = sorted(set(ids.flatten().tolist()) - {0, 255})
        absent = [k for k in range(1, shares.shape[-1]) if k not in present]

        def pooled(k, decay):
            values = image[..., k].flatten().sort(descending=True).values
            powers = decay ** torch.arange(len(values), dtype=torch.float64)
            return (values * (powers / powers.sum()).float()).sum()

        total = total - torch.stack([(pooled(k, decay) + 1e-5).log() for k in present]).mean()
        total = total - torch.stack([(1 + 1e-5 - image[..., k].max()).log() for k in absent]).mean()
        total = total - (pooled(0, background_decay) + 1e-5).log()
    return total / len(shares)


loss("generalized_cross_entropy", generalized, logits, labels)
loss("symmetric_cross_entropy", symmetric, logits, labels)
loss("bootstrapped_cross_entropy", bootstrapped, logits, labels)
loss("scaled_response_cross_entropy", scaled_response, logits, labels)
loss("smoothed_cross_entropy",
     lambda x, y: F.cross_entropy(x.permute(0, 3, 1, 2), y, ignore_index=255, label_smoothing=0.1), logits, labels)
loss("trimmed_cross_entropy", trimmed, logits, labels)
few = torch.where(labels < 255, labels % 5, labels)
loss("ranked_presence", ranked, logits, few)
