"""Golden files of the losses."""

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
