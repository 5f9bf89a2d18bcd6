"""The gate: the reader may not fall below its pinned figures, and the gold documents may not change unseen.

usage: python eval/gate.py             compare with eval/floors.toml
       python eval/gate.py --pin       raise the floors to what is measured now; renew the hash
       python eval/gate.py --pin --lower "why"   lower them too; needs a line in CHANGELOG.md that holds the reason
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tomllib
from pathlib import Path

from exeunt.cli.evaluate import score_folder
from exeunt.evaluate import Score

HERE = Path(__file__).parent
FLOORS = HERE / "floors.toml"
SLACK = 0.005  # a figure may move by so much without being a fall: ties in a Counter, versions of the dictionary


def gold_hash(folder: Path = HERE / "gold") -> str:
    """SHA-256 over names, texts and annotations of all gold documents, in order of their names."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.json"), key=lambda p: p.name):
        document = json.loads(path.read_text(encoding="utf-8"))
        kept = {k: document[k] for k in ("id", "text", "published", "moves", "traps")}
        digest.update(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()


def measured(score: Score) -> dict[str, float]:
    """The figures that have floors."""
    figures = {}
    for language in ("ja", "en"):
        tally = score.groups[language]
        figures[f"{language}_f1"] = round(tally.f1, 3)
        figures[f"{language}_precision"] = round(tally.precision, 3)
    for name, (right, asked) in score.attributes.items():
        figures[name] = round(right / asked, 3)
    figures["evidence_verbatim"] = 1 - score.evidence_broken / max(1, score.evidence)
    return figures


def falls(figures: dict[str, float], floors: dict[str, float]) -> list[str]:
    """One line for each figure below its floor."""
    return [
        f"{name} fell to {figures.get(name, 0):.3f}; its floor is {floor:.3f}"
        for name, floor in floors.items()
        if figures.get(name, 0) < floor - SLACK
    ]


def pin(figures: dict[str, float], lower: str | None) -> None:
    old = tomllib.loads(FLOORS.read_text(encoding="utf-8"))["dev"] if FLOORS.exists() else {}
    if lower and lower not in (HERE.parent / "CHANGELOG.md").read_text(encoding="utf-8"):
        sys.exit("a floor is lowered only with its reason in CHANGELOG.md, word for word as in --lower")
    new = {k: v if lower else max(v, old.get(k, 0)) for k, v in figures.items()}
    lines = [f"{k} = {v}" for k, v in sorted(new.items())]
    FLOORS.write_text(
        "# Written by `python eval/gate.py --pin`. Measured on the dev split (95 documents).\n"
        f'gold = "{gold_hash()}"\n\n[dev]\n' + "\n".join(lines) + "\n",
        encoding="utf-8",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pin", action="store_true")
    parser.add_argument("--lower", metavar="WHY")
    options = parser.parse_args()
    figures = measured(score_folder(HERE / "gold", frozenset({"dev"}))["dev"])
    if options.pin:
        pin(figures, options.lower)
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    found = falls(figures, floors["dev"])
    if floors["gold"] != gold_hash():
        found.append("the gold documents have changed: run python eval/gate.py --pin and commit eval/floors.toml")
    sys.exit("\n".join(found) or 0)


if __name__ == "__main__":
    main()
