"""Golden files of the optimizers: given gradients, the values after each of three steps."""

import torch
from golden import save


def optimizer(name, make):
    generator = torch.Generator().manual_seed(3)
    weights = {"body.weight": torch.randn(5, 7, generator=generator), "head.bias": torch.randn(7, generator=generator)}
    parameters = {key: torch.nn.Parameter(value.clone()) for key, value in weights.items()}
    tensors = {f"{key}.0": value for key, value in weights.items()}
    stepper = make(parameters)
    for step in range(1, 4):
        for key, parameter in parameters.items():
            parameter.grad = torch.randn(parameter.shape, generator=generator)
            tensors[f"{key}.gradient.{step}"] = parameter.grad.clone()
        stepper.step()
        for key, parameter in parameters.items():
            tensors[f"{key}.{step}"] = parameter.detach().clone()
    save(name, tensors)


def groups(parameters):
    return [
        {"params": [parameters["body.weight"]], "lr": 0.1, "weight_decay": 0.05},
        {"params": [parameters["head.bias"]], "lr": 1.0, "weight_decay": 0.0},
    ]


optimizer("sgd", lambda parameters: torch.optim.SGD(groups(parameters), lr=0.1, momentum=0.9))
optimizer("sgd_nesterov", lambda parameters: torch.optim.SGD(groups(parameters), lr=0.1, momentum=0.9, nesterov=True))
optimizer("adamw", lambda parameters: torch.optim.AdamW(groups(parameters), lr=0.1))

generator = torch.Generator().manual_seed(4)
parameters = [torch.nn.Parameter(torch.zeros(3, 5)), torch.nn.Parameter(torch.zeros(9000))]
tensors = {}
for index, parameter in enumerate(parameters):
    parameter.grad = torch.randn(parameter.shape, generator=generator)
    tensors[f"gradient.{index}"] = parameter.grad.clone()
tensors["norm"] = torch.nn.utils.clip_grad_norm_(parameters, 2.5)
for index, parameter in enumerate(parameters):
    tensors[f"clipped.{index}"] = parameter.grad.clone()
save("gradient_clipping", tensors)
