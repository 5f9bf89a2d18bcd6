"""How sure a claim is: a logistic regression over what the network and the rules say, fitted on documents kept aside.

`python training/calibrate.py` writes confidence.toml; eval/README.md tells on which documents and how well it holds.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from exeunt.language.forms import bare_organization, bare_person, squash
from exeunt.model import Claim, LanguageCode
from exeunt.read.learned.anchors import Candidate
from exeunt.read.learned.names import Cluster

FEATURES = ("bias", "event", "share", "rules", "rules_elsewhere", "tellings", "others")


@cache
def _fitted() -> dict[str, Any]:
    return tomllib.loads((files("exeunt.read.learned") / "confidence.toml").read_text(encoding="utf-8"))


def usual() -> float:
    """The confidence from which a move is shown when nobody asks otherwise."""
    return float(_fitted()["usual"])


def followed() -> float:
    """The confidence under which a candidate is not even kept for review."""
    return float(_fitted()["followed"])


def confidence(values: tuple[float, ...], language: LanguageCode) -> float:
    """The chance that a claim with these FEATURES is right."""
    weights = _fitted()[language]
    total = sum(weights[name] * value for name, value in zip(FEATURES, values, strict=True))
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, total)))), 3)


def values(tellings: list[Candidate], agreement: tuple[bool, bool], others: int) -> tuple[float, ...]:
    """The FEATURES of one move, told by `tellings` (the best first); `agreement` is that of `Rules.agreement`.

    `others` counts the other persons who are seen to go the same way at the same organisation.
    """
    best = tellings[0]
    p = min(max(best.probability, 1e-4), 1 - 1e-4)
    told = sum(c.probability >= 0.5 for c in tellings)
    event, share = math.log(p / (1 - p)), math.log(max(best.share, 1e-3))
    return 1.0, event, share, *map(float, agreement), math.log1p(told), math.log1p(others)


class Rules:
    """What the first reader says of the same document."""

    def __init__(self, claims: tuple[Claim, ...]) -> None:
        self.organizations: dict[tuple[str, str], set[str]] = {}
        for claim in claims:
            key = (squash(bare_person(claim.person)), claim.direction)
            self.organizations.setdefault(key, set()).add(squash(bare_organization(claim.organization)))

    def agreement(self, person: Cluster, organization: Cluster, direction: str) -> tuple[bool, bool]:
        """Whether the rules say the same, and whether they send the same person in this direction elsewhere."""
        told: set[str] = set()
        for name in person.names:
            told |= self.organizations.get((squash(name), direction), set())
        same = any(squash(name) in told for name in organization.names)
        return same, bool(told) and not same
