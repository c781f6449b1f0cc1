"""Golden files of the token contrast losses: formulas of the ToCo paper and code, written out in PyTorch."""

import torch
import torch.nn.functional as F
from golden import save

generator = torch.Generator().manual_seed(11)


def patch_tokens(tokens, labels):
    """Pairs of one image, absolute cosines; 255 is ignored and so are pairs of a token with itself."""
    batch, height, width, channels = tokens.shape
    units = F.normalize(tokens.reshape(batch, height * width, channels), dim=-1)
    cosine = torch.einsum("bic,bjc->bij", units, units).abs()
    labels = labels.reshape(batch, -1)
    counted = (labels != 255)[:, :, None] & (labels != 255)[:, None, :]
    counted &= ~torch.eye(height * width, dtype=torch.bool)[None]
    same = labels[:, :, None] == labels[:, None, :]
    positive, negative = counted & same, counted & ~same
    return 0.5 * (1 - cosine[positive].sum() / (positive.sum() + 1)) + 0.5 * cosine[negative].sum() / (
        negative.sum() + 1
    )


def class_tokens(student, teacher, certain, temperature):
    total = 0
    for codes, views, flags in zip(student, teacher, certain):
        for view in views:
            e = torch.exp(codes @ view / temperature)
            rest = e[flags == 0].sum()
            terms = sum(-torch.log(value / (value + rest + 1e-4)) for value in e[flags == 1])
            terms = terms - torch.log(1 / (1 + rest + 1e-4))
            total = total + terms / (2 * (flags.sum() + 1e-4))
    return total / len(student)


tokens = torch.randn(2, 5, 4, 6, generator=generator)
labels = torch.tensor([0, 0, 3, 255, 7])[torch.randint(0, 5, (2, 5, 4), generator=generator)]
for name, marks in [("mixed", labels), ("ignored", torch.full_like(labels, 255)), ("equal", labels * 0)]:
    x = tokens.clone().requires_grad_(True)
    value = patch_tokens(x, marks)
    (value * 1.5).backward()
    save(f"patch_token_contrast_{name}",
         {"tokens": x, "labels": marks.float(), "y": value, "tokens.gradient": x.grad})

student = (torch.randn(3, 6, 8, generator=generator) * 0.5).double().requires_grad_(True)
teacher = (torch.randn(3, 2, 8, generator=generator) * 0.5).double()
certain = torch.tensor([[1, 1, 1, 0, 0, 1], [1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0]])
value = class_tokens(student, teacher, certain, 0.5)
(value * 1.5).backward()
save("class_token_contrast", {
    "student": student.float(), "teacher": teacher.float(), "certain": certain.float(), "y": value.float(),
    "student.gradient": student.grad.float(),
})

head = torch.nn.Sequential(
    torch.nn.Linear(6, 10), torch.nn.GELU(), torch.nn.Linear(10, 10), torch.nn.GELU(), torch.nn.Linear(10, 5)
)
for parameter in head.parameters():
    parameter.data = torch.randn(parameter.shape, generator=generator) * 0.4
last = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(5, 7, bias=False))
last.parametrizations.weight.original0.data.fill_(1)
x = torch.randn(3, 6, generator=generator).requires_grad_(True)
value = last(F.normalize(head(x), dim=-1))
cotangent = torch.randn(value.shape, generator=generator)
value.backward(cotangent)
direction = last.parametrizations.weight.original1
save("projection_head", {
    "x": x, "y": value, "cotangent": cotangent, "x.gradient": x.grad,
    "last_layer.weight": direction, "last_layer.weight.gradient": direction.grad,
    **{f"mlp.{name}": parameter for name, parameter in head.named_parameters()},
    **{f"mlp.{name}.gradient": parameter.grad for name, parameter in head.named_parameters()},
})
