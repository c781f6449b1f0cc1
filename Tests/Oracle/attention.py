"""Golden files of attention."""

import torch
import torch.nn.functional as F
from golden import operation, save

generator = torch.Generator().manual_seed(5)


def normal(*shape):
    return torch.randn(*shape, generator=generator)


def split(qkv, heads):
    batch, tokens, width = qkv.shape
    return qkv.reshape(batch, tokens, 3, heads, width // 3 // heads).permute(2, 0, 3, 1, 4)


def packed(qkv, heads):
    """timm's Attention between its two linear layers."""
    query, key, value = split(qkv, heads)
    output = F.scaled_dot_product_attention(query, key, value)
    return output.transpose(1, 2).reshape(qkv.shape[0], qkv.shape[1], -1)


operation("attention_packed", lambda qkv: packed(qkv, 3), {"qkv": normal(2, 19, 3 * 3 * 8)})

qkv = normal(2, 7, 3 * 2 * 5)
query, key, _ = split(qkv, 2)
save("attention_weights", {"qkv": qkv, "y": (query @ key.transpose(-1, -2) / 5**0.5).softmax(-1)})

operation(
    "attention",
    lambda query, key, value: F.scaled_dot_product_attention(query, key, value, scale=0.3),
    {"query": normal(2, 3, 6, 5), "key": normal(2, 3, 21, 5), "value": normal(2, 3, 21, 4)},
)
