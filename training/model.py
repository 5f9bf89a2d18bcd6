"""The reader: a shared lower encoder with a mention tagger, and a person-conditioned upper encoder with the move heads."""

import math
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

from textlib import FEATURES, KINDS, NEAR, SOURCES, STATUSES

ATTRS = len(KINDS) + len(STATUSES) + len(SOURCES)


class Layer(nn.Module):
    """One post-norm BERT layer."""

    def __init__(self, hidden=384, heads=12, inner=1536, eps=1e-12, dropout=0.1):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(hidden, hidden) for _ in range(4))
        self.up, self.down = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.norm1, self.norm2 = nn.LayerNorm(hidden, eps=eps), nn.LayerNorm(hidden, eps=eps)
        self.drop = nn.Dropout(dropout)

    def forward(self, x, bias):
        b, n, h = x.shape
        q, k, v = (f(x).view(b, n, self.heads, h // self.heads).transpose(1, 2) for f in (self.q, self.k, self.v))
        if torch.onnx.is_in_onnx_export():
            a = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(h // self.heads) + bias, -1) @ v
        else:
            a = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.expand(b, 1, n, n))
        x = self.norm1(x + self.drop(self.o(a.transpose(1, 2).reshape(b, n, h))))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


def bias_of(mask):
    return (1.0 - mask.float())[:, None, None, :] * -10000.0


class Lower(nn.Module):
    """Word vectors (looked up outside) -> contextual vectors and tag logits."""

    def __init__(self, count, hidden=384, positions=512):
        super().__init__()
        self.position = nn.Embedding(positions, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(count))
        self.drop = nn.Dropout(0.1)
        self.tag = nn.Linear(hidden, 5)
        self.event = nn.Linear(hidden, 3)  # anyone's trigger; only a second teacher, not exported
        self.what = nn.Linear(hidden, len(KINDS) + len(STATUSES))  # kind and status of it, likewise
        nn.init.constant_(self.event.bias, -3.0)

    def bottom(self, words, mask, count):
        """What the lowest layers make of it (they can be kept when they are frozen)."""
        x = self.norm(words + self.position(torch.arange(words.shape[1], device=words.device))[None])
        bias = bias_of(mask)
        for layer in self.layers[:count]:
            x = layer(x, bias)
        return x

    def top(self, x, mask, count):
        bias = bias_of(mask)
        for layer in self.layers[count:]:
            x = layer(x, bias)
        return x, self.tag(x), self.event(x), self.what(x)

    def forward(self, words, mask):
        x = words + self.position(torch.arange(words.shape[1], device=words.device))[None]
        x = self.drop(self.norm(x))
        bias = bias_of(mask)
        for layer in self.layers:
            x = layer(x, bias)
        return x, self.tag(x)


class Upper(nn.Module):
    """One row per person: vectors of a stretch of the document, marks (0 none, 1 this person, 2 another, 3 organisation), averaging weights of
    the organisation mentions and their places (textlib.features) -> per mention, scores of being the organisation of out, in, pause (compared within a
    person and direction) and logits of being the counterpart of out, in; attributes per mention and direction; trigger (out, in, pause) and role (out, in)
    logits per token; per person, logits of moving out, in, pausing."""

    def __init__(self, count, hidden=384):
        super().__init__()
        self.mark = nn.Embedding(4, hidden)
        nn.init.normal_(self.mark.weight, std=0.4)
        self.layers = nn.ModuleList(Layer() for _ in range(count))
        self.drop = nn.Dropout(0.1)
        self.trigger, self.role = nn.Linear(hidden, 3), nn.Linear(hidden, 2)
        nn.init.zeros_(self.trigger.weight)
        nn.init.zeros_(self.trigger.bias)
        nn.init.constant_(self.role.bias, -4.0)
        self.seed = nn.Linear(hidden, 3)  # begins as the lower encoder's person-blind trigger head
        self.place, self.place_vector = nn.Linear(NEAR, 3), nn.Linear(NEAR, hidden)
        with torch.no_grad():
            self.place.weight.copy_(torch.tensor([1.0, -0.5, -1.0, -2.0, 0.0, -2.0]).expand(3, NEAR))
            self.place.bias.fill_(0.5)
        self.loud = nn.Parameter(torch.ones(3))
        self.way = nn.ModuleList(
            nn.Sequential(nn.Linear(2 * hidden + 1, hidden // 2), nn.GELU(), nn.Dropout(0.1), nn.Linear(hidden // 2, 1))
            for _ in range(3)
        )
        self.pair = nn.Sequential(
            nn.Linear(3 * hidden + FEATURES, hidden), nn.GELU(), nn.Dropout(0.1), nn.Linear(hidden, 5)
        )
        self.attr = nn.Sequential(nn.Linear(3 * hidden, hidden), nn.GELU(), nn.Dropout(0.1), nn.Linear(hidden, ATTRS))

    def forward(self, x, marks, mask, orgs, features, near):
        base = self.seed(x) + self.place(near)
        x = x + self.mark(marks) + self.place_vector(near)
        bias = bias_of(mask)
        for layer in self.layers:
            x = layer(x, bias)
        x = self.drop(x)
        trigger, role = self.trigger(x) + base, self.role(x)
        own = (marks == 1).float()
        person = (own[:, None] @ x)[:, 0] / own.sum(1, keepdim=True).clamp(min=1.0)
        org = orgs @ x  # N M H
        person_m = person[:, None].expand_as(org)
        pair = self.pair(torch.cat([org, person_m, org * person_m, features], -1))
        weight = torch.softmax(trigger.transpose(1, 2) + bias[:, 0], -1)  # N 3 S
        event = weight @ x  # N 3 H
        n, m, h = org.shape
        loud = (trigger.transpose(1, 2) + bias[:, 0]).amax(-1, keepdim=True)
        way = (
            torch.stack([f(torch.cat([event[:, i], person, loud[:, i]], -1))[:, 0] for i, f in enumerate(self.way)], 1)
            + self.loud * loud[:, :, 0]
        )
        feature = torch.cat(
            [
                org[:, :, None].expand(n, m, 3, h),
                person[:, None, None].expand(n, m, 3, h),
                event[:, None].expand(n, m, 3, h),
            ],
            -1,
        )
        return pair, self.attr(feature), trigger, role, way


class Reader(nn.Module):
    def __init__(self, lower=9, upper=3):
        super().__init__()
        self.split = (lower, upper)
        self.words = nn.Embedding(250037, 384)
        self.words.weight.requires_grad_(False)
        self.lower, self.upper = Lower(lower), Upper(upper)

    @classmethod
    def from_base(cls, folder, lower=9, upper=3):
        from transformers import BertModel

        bert = BertModel.from_pretrained(folder, add_pooling_layer=False)
        state = bert.state_dict()
        self = cls(lower, upper)
        self.words = nn.Embedding.from_pretrained(state["embeddings.word_embeddings.weight"].clone(), freeze=True)
        with torch.no_grad():
            self.lower.position.weight.copy_(
                state["embeddings.position_embeddings.weight"][:512]
                + state["embeddings.token_type_embeddings.weight"][:1]
            )
            self.lower.norm.weight.copy_(state["embeddings.LayerNorm.weight"])
            self.lower.norm.bias.copy_(state["embeddings.LayerNorm.bias"])
            names = {
                "q": "attention.self.query",
                "k": "attention.self.key",
                "v": "attention.self.value",
                "o": "attention.output.dense",
                "norm1": "attention.output.LayerNorm",
                "up": "intermediate.dense",
                "down": "output.dense",
                "norm2": "output.LayerNorm",
            }
            for i, layer in enumerate(list(self.lower.layers) + list(self.upper.layers)):
                for ours, theirs in names.items():
                    for end in ("weight", "bias"):
                        getattr(getattr(layer, ours), end).copy_(state[f"encoder.layer.{i}.{theirs}.{end}"])
        return self

    def renew(self, count=1):
        """Begin the highest layers anew: the base model's last layer makes all tokens of a text nearly alike (it was trained for averages)."""
        for layer in self.upper.layers[len(self.upper.layers) - count :]:
            for m in layer.modules():
                if isinstance(m, nn.Linear):
                    nn.init.normal_(m.weight, std=0.02)
                    nn.init.zeros_(m.bias)
                elif isinstance(m, nn.LayerNorm):
                    nn.init.ones_(m.weight)
                    nn.init.zeros_(m.bias)

    def trained(self):
        """Everything but the frozen word vectors."""
        return {k: v for k, v in self.state_dict().items() if not k.startswith("words.")}

    def groups(self, lr, head_lr, decay=0.01):
        heads = [
            p
            for n, p in self.named_parameters()
            if p.requires_grad and ".layers." not in n and "position" not in n and "lower.norm" not in n
        ]
        ids = {id(p) for p in heads}
        rest = [p for p in self.parameters() if p.requires_grad and id(p) not in ids]
        return [
            {"params": rest, "lr": lr, "base": lr, "weight_decay": decay},
            {"params": heads, "lr": head_lr, "base": head_lr, "weight_decay": decay},
        ]


def save(model, path, **more):
    path = pathlib.Path(path)
    tmp = path.with_suffix(".tmp")
    torch.save({"model": model.trained(), "split": model.split, **more}, tmp)
    tmp.replace(path)


def load(base, path, fresh=False):
    got = torch.load(path, map_location="cpu", weights_only=False)
    model = Reader.from_base(base, *got["split"])
    have = model.state_dict()
    kept = {k: v for k, v in got["model"].items() if k in have and have[k].shape == v.shape}
    if fresh:
        kept = {k: v for k, v in kept.items() if not k.startswith("upper.") or k.startswith("upper.layers.")}
    model.load_state_dict(kept, strict=False)
    if fresh:
        model.renew()
        with torch.no_grad():
            model.upper.seed.weight.copy_(model.lower.event.weight)
            model.upper.seed.bias.copy_(model.lower.event.bias)
    return model, got
