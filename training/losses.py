"""What the network is taught, as a sum of losses over a batch of windows."""

from __future__ import annotations

import random

import torch
from labels import IGNORED, Event, Example, place_arrays
from network import Reader
from swap import Names
from torch.nn import functional

from exeunt.read.learned.anchors import KINDS, STATUSES
from exeunt.read.learned.places import averaging

WEIGHTS = {
    "tag": 1.0, "trigger": 3.0, "what": 0.1, "moves": 4.0, "organization": 1.0, "counterpart": 0.3, "pointing": 0.4,
    "role": 0.4, "date": 0.3, "attributes": 0.3,
}  # fmt: skip
_UNKNOWN = 3  # id of the piece that hidden words become
_PADDING = 1
_SWAPPED = 0.5  # share of windows that are read with other names

Sums = dict[str, tuple[torch.Tensor, float]]


def batch_losses(
    net: Reader, batch: list[Example], frozen: int, hidden: float, names: Names | None = None
) -> dict[str, torch.Tensor]:
    """Mean losses by name. `hidden` is the share of pieces that are hidden; with `names` half of the windows get others."""
    longest = max(len(x.ids) for x in batch)
    read = [names.swapped(x) if names and random.random() < _SWAPPED else x.ids for x in batch]
    ids = torch.tensor([x + [_PADDING] * (longest - len(x)) for x in read])
    mask = ids != _PADDING
    if hidden:
        hide = (torch.rand(ids.shape) < hidden) & (ids > _UNKNOWN)
        ids = torch.where(hide, torch.full_like(ids, _UNKNOWN), ids)
    x, tags, triggers = net.encoder(net.words(ids), mask, frozen)
    found = _of_pieces(net, batch, x, tags, triggers)
    sums: dict[str, list[torch.Tensor | float]] = {}
    for i, example in enumerate(batch):
        for name, (loss, n) in _of_window(net, x[i, : len(example.ids)], example).items():
            total = sums.setdefault(name, [torch.zeros(()), 0.0])
            total[0], total[1] = total[0] + loss, total[1] + n
    found.update({name: loss / max(n, 1.0) for name, (loss, n) in sums.items()})
    return found


def tag_loss(tags: torch.Tensor, labels: list[list[int]]) -> torch.Tensor:
    longest = tags.shape[1]
    wanted = torch.tensor([y + [IGNORED] * (longest - len(y)) for y in labels])
    return functional.cross_entropy(tags.reshape(-1, 5), wanted.view(-1), ignore_index=IGNORED)


def _of_pieces(
    net: Reader, batch: list[Example], x: torch.Tensor, tags: torch.Tensor, triggers: torch.Tensor
) -> dict[str, torch.Tensor]:
    longest = x.shape[1]
    wanted = torch.full((len(batch), longest, 3), -1.0)
    what = torch.full((len(batch), longest, 2), IGNORED, dtype=torch.long)
    for i, example in enumerate(batch):
        wanted[i, : len(example.ids)] = torch.from_numpy(example.triggers)
        what[i, : len(example.ids)] = torch.from_numpy(example.what)
    known = (wanted >= 0).float()
    binary = functional.binary_cross_entropy_with_logits(triggers, wanted.clamp(min=0), reduction="none")
    found = {"tag": tag_loss(tags, [e.tags for e in batch]), "trigger": (binary * known).sum() / known.sum()}
    at = what[..., 0] >= 0
    if at.any():
        logits, right = net.encoder.what(x[at]), what[at]
        kinds = functional.cross_entropy(logits[:, : len(KINDS)], right[:, 0])
        found["what"] = kinds + functional.cross_entropy(logits[:, len(KINDS) :], right[:, 1])
    return found


def _of_window(net: Reader, x: torch.Tensor, example: Example) -> Sums:
    s = example.scene
    if not s.persons or not s.organizations:
        return {}
    if not example.kept:
        arrays = (averaging(s.persons, len(x)), averaging(s.organizations, len(x)), *place_arrays(s))
        example.kept["arrays"] = [torch.from_numpy(a) for a in arrays]
    moves, organization, counterpart, trigger, role, date, attributes = net.heads(x, *example.kept["arrays"])
    wanted = torch.from_numpy(example.moves)
    known = (wanted >= 0).float()
    binary = functional.binary_cross_entropy_with_logits(moves, wanted.clamp(min=0), reduction="none")
    found: Sums = {"moves": ((binary * known).sum(), float(known.sum()))}
    events = example.events
    if events:
        found["organization"] = _organizations(organization, events)
        found["counterpart"] = _counterparts(counterpart, events)
        found["pointing"] = _pointing(trigger, events)
        found["role"] = _stretches(role, [(e, e.role) for e in events])
        found["date"] = _stretches(date, [(e, e.date) for e in events])
        found["attributes"] = _attributes(attributes, events)
    return found


def _total(losses: list[torch.Tensor]) -> tuple[torch.Tensor, float]:
    return (torch.stack(losses).sum(), float(len(losses))) if losses else (torch.zeros(()), 0.0)


def _organizations(logits: torch.Tensor, events: list[Event]) -> tuple[torch.Tensor, float]:
    """Any mention of the right organisation is right."""
    return _total(
        [
            -torch.logsumexp(functional.log_softmax(logits[e.anchor, e.direction], 0)[e.organizations], 0)
            for e in events
            if e.organizations
        ]
    )


def _counterparts(logits: torch.Tensor, events: list[Event]) -> tuple[torch.Tensor, float]:
    losses = []
    for e in events:
        wanted, weight = torch.zeros(logits.shape[-1]), torch.ones(logits.shape[-1])
        wanted[e.counterparts], weight[e.organizations] = 1.0, 0.0
        each = functional.binary_cross_entropy_with_logits(logits[e.anchor, e.direction], wanted, reduction="none")
        losses.append((each * weight).sum() / max(1, len(e.counterparts)))
    return _total(losses)


def _pointing(logits: torch.Tensor, events: list[Event]) -> tuple[torch.Tensor, float]:
    losses = []
    for e in events:
        row = logits[e.anchor, e.direction]
        wanted = torch.zeros(len(row))
        wanted[e.quote] = 1.0
        attention = -(functional.log_softmax(row, 0) * wanted).sum() / max(1, len(e.quote))
        binary = functional.binary_cross_entropy_with_logits(row, wanted, reduction="sum") / 40
        losses.append(0.1 * attention + binary)
    return _total(losses)


def _stretches(logits: torch.Tensor, wanted: list[tuple[Event, list[int] | None]]) -> tuple[torch.Tensor, float]:
    losses = []
    for e, places in wanted:
        if places is not None:
            row = logits[e.anchor, e.direction]
            right = torch.zeros(len(row))
            right[places] = 1.0
            losses.append(functional.binary_cross_entropy_with_logits(row, right, reduction="sum") / 10)
    return _total(losses)


def _attributes(logits: torch.Tensor, events: list[Event]) -> tuple[torch.Tensor, float]:
    losses = []
    for e in events:
        if e.attributes:
            row, at = logits[e.anchor, e.direction], 0
            for index, size in zip(
                e.attributes, (len(KINDS), len(STATUSES), len(row) - len(KINDS) - len(STATUSES)), strict=True
            ):
                losses.append(functional.cross_entropy(row[at : at + size], torch.tensor(index)))
                at += size
    total, n = _total(losses)
    return total, n / 3
