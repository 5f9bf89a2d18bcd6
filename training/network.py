"""The network: an encoder with a mention tagger, and heads that read each person mention as the anchor of events.

The encoder is BERT (Devlin et al. 2019) with the weights of multilingual-e5-small (Wang et al. 2024); the heads score, for
each person mention and direction, whether an event is told there, and point at its trigger, organisation, counterpart, role
and date. Shapes: P person mentions, O organisation mentions, n places, H = 384.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from exeunt.read.learned.anchors import KINDS, SOURCES, STATUSES
from exeunt.read.learned.places import FEATURES, NEAR

H, K = 384, 64
WORDS = 250037  # vocabulary of the base model
ATTRIBUTES = len(KINDS) + len(STATUSES) + len(SOURCES)


class Layer(nn.Module):
    """One BERT layer, normalised behind each half."""

    def __init__(self, heads: int = 12, inner: int = 1536) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(H, H) for _ in range(4))
        self.up, self.down = nn.Linear(H, inner), nn.Linear(inner, H)
        self.norm1, self.norm2 = nn.LayerNorm(H, eps=1e-12), nn.LayerNorm(H, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        b, n, h = x.shape
        q, k, v = (f(x).view(b, n, self.heads, h // self.heads).transpose(1, 2) for f in (self.q, self.k, self.v))
        if torch.onnx.is_in_onnx_export():
            mixed = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(h // self.heads) + bias, -1) @ v
        else:
            mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias.expand(b, 1, n, n))
        x = self.norm1(x + self.drop(self.o(mixed.transpose(1, 2).reshape(b, n, h))))
        return self.norm2(x + self.drop(self.down(functional.gelu(self.up(x)))))


class Encoder(nn.Module):
    """Word vectors [b, n, H] and mask [b, n] -> vectors [b, n, H], tag logits [b, n, 5], trigger logits [b, n, 3]."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.position = nn.Embedding(512, H)
        self.norm = nn.LayerNorm(H, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.drop = nn.Dropout(0.1)
        self.tag = nn.Linear(H, 5)
        self.event = nn.Linear(H, 3)
        self.what = nn.Linear(H, len(KINDS) + len(STATUSES))  # kind and status at the quote: taught, not exported

    def forward(self, words: torch.Tensor, mask: torch.Tensor, frozen: int = 0) -> tuple[torch.Tensor, ...]:
        bias = (1.0 - mask.float())[:, None, None, :] * -10000.0
        x = self.norm(words + self.position(torch.arange(words.shape[1], device=words.device))[None])
        if frozen:
            with torch.no_grad():
                for layer in self.layers[:frozen]:
                    x = layer(x, bias)
        else:
            x = self.drop(x)
        for layer in self.layers[frozen:]:
            x = layer(x, bias)
        return x, self.tag(x), self.event(x)


def _mlp(inner: int, hidden: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inner, hidden), nn.GELU(), nn.Dropout(0.1), nn.Linear(hidden, out))


class Heads(nn.Module):
    """Vectors [n, H] of one window; averaging weights of persons [P, n] and organisations [O, n]; places.near [P, n, NEAR],
    places.features [P, O, FEATURES], places.same_sentence [O, n].

    Answers logits: moves [P, 3]; organisation (softmax over O) and counterpart (sigmoid) [P, 3, O]; trigger (softmax over n),
    role and date (sigmoid) [P, 3, n]; kinds, statuses and sources side by side [P, 3, ATTRIBUTES].
    """

    def __init__(self, hidden: int = 256) -> None:
        super().__init__()
        self.drop = nn.Dropout(0.1)
        self.seed = nn.Linear(H, 3)
        self.place = nn.Linear(NEAR, 3)
        with (
            torch.no_grad()
        ):  # near the person, in her sentence, and no other person nearer: what every trigger begins with
            self.place.weight.copy_(torch.tensor([1.0, -0.5, -1.0, -2.0, 0.0, -2.0, 0.0]).expand(3, NEAR))
            self.place.bias.fill_(0.5)
        self.pq, self.tk = nn.Linear(H, 3 * K), nn.Linear(H, K)
        self.rq, self.rk = nn.Linear(2 * H, 2 * K), nn.Linear(H, K)
        self.role_seed, self.date_seed = nn.Linear(H, 1), nn.Linear(H, 1)
        self.rplace = nn.Linear(NEAR, 2)
        nn.init.constant_(self.role_seed.bias, -3.0)
        nn.init.constant_(self.date_seed.bias, -4.0)
        self.way = nn.ModuleList(_mlp(3 * H + 1, H // 2, 1) for _ in range(3))
        self.loud = nn.Parameter(torch.ones(3))
        self.op, self.oe, self.oo = nn.Linear(H, hidden), nn.Linear(H, hidden), nn.Linear(H, hidden)
        self.of, self.ox = nn.Linear(FEATURES + 2, hidden), nn.Linear(H, hidden, bias=False)
        self.od = nn.Embedding(3, hidden)
        self.out = nn.Linear(hidden, 2)
        nn.init.constant_(self.out.bias, 0.0)
        self.oq, self.ok = nn.Linear(2 * H, 2 * 3 * K), nn.Linear(H, K)
        self.orole = nn.Linear(H, 3)
        self.attr = _mlp(3 * H, H, ATTRIBUTES)

    def forward(
        self,
        x: torch.Tensor,
        persons: torch.Tensor,
        orgs: torch.Tensor,
        near: torch.Tensor,
        features: torch.Tensor,
        same: torch.Tensor,
    ) -> tuple[torch.Tensor, ...]:
        x = self.drop(x)
        p, o = persons @ x, orgs @ x
        count, others, n = p.shape[0], o.shape[0], x.shape[0]
        query = self.pq(p).view(count * 3, K)
        trigger = (self.seed(x)[None] + self.place(near)).transpose(1, 2)
        trigger = trigger + (query @ self.tk(x).T).view(count, 3, n) / math.sqrt(K)
        weight = torch.softmax(trigger, -1)
        e = (weight.reshape(count * 3, n) @ x).view(count, 3, H)
        loud = trigger.amax(-1, keepdim=True)
        p3 = p[:, None].expand(count, 3, H)
        joint = torch.cat([e, p3, e * p3, loud], -1)
        moves = torch.cat([f(joint[:, i]) for i, f in enumerate(self.way)], 1) + self.loud * loud[..., 0]
        both = torch.cat([e, p3], -1)
        role, date = self._pointers(x, both, near)
        mass = (weight.reshape(count * 3, n) @ same.T).view(count, 3, others)  # of the trigger, in that sentence
        behind = mass * features[:, None, :, 4]
        f = torch.cat([features[:, None].expand(count, 3, others, FEATURES), mass[..., None], behind[..., None]], -1)
        z = self.op(p)[:, None, None] + self.oe(e)[:, :, None] + self.oo(o)[None, None] + self.of(f)
        z = z + self.od.weight[None, :, None] + self.ox(e[:, :, None] * o[None, None])
        z = self.out(self.drop(functional.gelu(z)))
        oq = self.oq(both).view(count * 3, 2, 3, K)[:, :, 0]
        product = torch.einsum("aqk,ok->aqo", oq, self.ok(o)).view(count, 3, 2, others) / math.sqrt(K)
        organization = z[..., 0] + product[:, :, 0] + self.orole(o).T[None]
        counterpart = z[..., 1] + product[:, :, 1] - 2.0
        return moves, organization, counterpart, trigger, role, date, self.attr(joint[..., :-1])

    def _pointers(self, x: torch.Tensor, both: torch.Tensor, near: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        count, n = both.shape[0], x.shape[0]
        query = self.rq(both).view(count * 3, 2, K)
        keys, place = self.rk(x), self.rplace(near)
        seeds = (self.role_seed(x)[:, 0], self.date_seed(x)[:, 0])
        role, date = (
            (query[:, i] @ keys.T).view(count, 3, n) / math.sqrt(K) + seeds[i] + place[:, None, :, i] for i in (0, 1)
        )
        return role, date


class Reader(nn.Module):
    """Encoder and heads over frozen word vectors."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.count = layers
        self.words = nn.Embedding(WORDS, H)
        self.words.weight.requires_grad_(False)
        self.encoder, self.heads = Encoder(layers), Heads()

    def trained(self) -> dict[str, torch.Tensor]:
        """Everything but the word vectors."""
        return {k: v for k, v in self.state_dict().items() if not k.startswith("words.")}

    def groups(self, rate: float, head_rate: float) -> list[dict[str, Any]]:
        """Parameter groups for the optimizer: the layers learn slower than what begins from nothing."""
        layers = [p for n, p in self.named_parameters() if p.requires_grad and n.startswith("encoder.layers")]
        known = {id(p) for p in layers}
        rest = [p for p in self.parameters() if p.requires_grad and id(p) not in known]
        return [
            {"params": layers, "lr": rate, "base": rate, "weight_decay": 0.01},
            {"params": rest, "lr": head_rate, "base": head_rate, "weight_decay": 0.01},
        ]


_BASE_NAMES = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "o": "attention.output.dense",
    "norm1": "attention.output.LayerNorm", "up": "intermediate.dense", "down": "output.dense", "norm2": "output.LayerNorm",
}  # fmt: skip


def from_base(base: Path, layers: int) -> Reader:
    """A reader with the lowest `layers` of the base model in the folder `base` (model.safetensors)."""
    from safetensors.torch import load_file

    state = {k.removeprefix("bert."): v.float() for k, v in load_file(str(base / "model.safetensors")).items()}
    net = Reader(layers)
    net.words = nn.Embedding.from_pretrained(state["embeddings.word_embeddings.weight"], freeze=True)
    with torch.no_grad():
        kind = state["embeddings.token_type_embeddings.weight"][:1]
        net.encoder.position.weight.copy_(state["embeddings.position_embeddings.weight"][:512] + kind)
        for end in ("weight", "bias"):
            getattr(net.encoder.norm, end).copy_(state[f"embeddings.LayerNorm.{end}"])
            for i, layer in enumerate(net.encoder.layers):
                for ours, theirs in _BASE_NAMES.items():
                    getattr(getattr(layer, ours), end).copy_(state[f"encoder.layer.{i}.{theirs}.{end}"])
    return net


def save(net: Reader, path: Path, minutes: float) -> None:
    """Write a checkpoint whole or not at all."""
    draft = path.with_suffix(".tmp")
    torch.save({"model": net.trained(), "layers": net.count, "minutes": minutes}, draft)
    draft.replace(path)


def load(base: Path, path: Path | None, layers: int) -> tuple[Reader, float]:
    """A reader from a checkpoint (the lowest `layers` of it), else from the base model; and minutes already trained."""
    if path is None:
        return from_base(base, layers), 0.0
    kept = torch.load(path, map_location="cpu", weights_only=True)
    net = from_base(base, layers)
    have = net.state_dict()
    net.load_state_dict(
        {k: v for k, v in kept["model"].items() if k in have and have[k].shape == v.shape}, strict=False
    )
    return net, float(kept.get("minutes", kept.get("minutes_done", 0.0)))
