"""Golden file of attribution on pixels: a small network of rectifiers, by PyTorch's hooks and by captum."""

import torch
from captum.attr import Deconvolution, GuidedBackprop, InputXGradient, IntegratedGradients, Occlusion
from golden import save
from torch import nn

generator = torch.Generator().manual_seed(11)


class Network(nn.Module):
    """Rectifiers behind norms, behind a residual, cut at six, and alone; `cut` may be another activation."""

    def __init__(self, cut):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(3, 5, 3, padding=1, bias=False), nn.BatchNorm2d(5)
        self.conv2, self.norm2 = nn.Conv2d(5, 5, 3, padding=1, bias=False), nn.BatchNorm2d(5)
        self.conv3, self.norm3 = nn.Conv2d(5, 6, 3, padding=1, stride=2, bias=False), nn.BatchNorm2d(6)
        self.conv4, self.linear = nn.Conv2d(6, 4, 1), nn.Linear(4, 3)
        self.relu1, self.relu2, self.cut, self.relu4 = nn.ReLU(), nn.ReLU(), cut, nn.ReLU()

    def forward(self, x):
        first = self.relu1(self.norm1(self.conv1(x)))
        second = self.relu2(self.norm2(self.conv2(first)) + first)
        third = self.cut(self.norm3(self.conv3(second)))
        return self.linear(self.relu4(self.conv4(third)).mean((2, 3)))


def hooked(network, images, target, rule):
    """The gradient of the images with a rule for rectifiers, by hooks."""
    change = {
        "plain": lambda module, inner, outer: None,
        "guided": lambda module, inner, outer: (inner[0].clamp(min=0),),
        "deconvolution": lambda module, inner, outer: (outer[0].clamp(min=0),),
    }[rule]
    rectifiers = [module for module in network.modules() if isinstance(module, (nn.ReLU, nn.ReLU6))]
    hooks = [module.register_full_backward_hook(change) for module in rectifiers]
    leaf = images.clone().requires_grad_(True)
    network(leaf)[:, target].sum().backward()
    for hook in hooks:
        hook.remove()
    return leaf.grad


network = Network(nn.ReLU6())
state = {
    name: torch.rand(value.shape, generator=generator) + 0.5
    if "running_var" in name or name.startswith("norm") and name.endswith("weight")
    else torch.randn(value.shape, generator=generator) * (0.5 if value.ndim < 4 else 0.4)
    for name, value in network.state_dict().items()
    if value.is_floating_point()
}
state["norm3.weight"] = state["norm3.weight"] * 4
network.load_state_dict(state, strict=False)
network.eval()
images = torch.randn(2, 3, 8, 12, generator=generator)

# Where all rectifiers are ReLU, captum agrees.
plain = Network(nn.ReLU())
plain.load_state_dict(state, strict=False)
plain.eval()
for rule, method in (("guided", GuidedBackprop), ("deconvolution", Deconvolution)):
    ours = hooked(plain, images, 1, rule)
    assert torch.allclose(ours, method(plain).attribute(images.clone().requires_grad_(True), target=1), atol=1e-6)


def last(x):
    return x.permute(0, 2, 3, 1)


tensors = {name: value.permute(2, 3, 1, 0) if value.ndim == 4 else value for name, value in state.items()}
tensors["images"] = last(images)
with torch.no_grad():
    tensors["logits"] = network(images)
for rule in ("plain", "guided", "deconvolution"):
    for target in (2, 0):
        tensors[f"{rule}.{target}"] = last(hooked(network, images, target, rule))
tensors["input-x-gradient"] = last(InputXGradient(network).attribute(images, target=2)).sum(-1)
baseline = torch.zeros_like(images)
path = IntegratedGradients(network)
tensors["integrated"] = last(path.attribute(images, baseline, target=2, n_steps=20)).sum(-1)
middle = path.attribute(images, baseline, target=2, n_steps=20, method="riemann_middle")
tensors["integrated.midpoint"] = last(middle).sum(-1)
windows = Occlusion(network).attribute(
    images, sliding_window_shapes=(3, 4, 4), strides=(3, 2, 2), baselines=0, target=2)
tensors["occlusion"] = last(windows)[..., 0]
save("attribution", {key: value.detach() for key, value in tensors.items()})
