"""Measure identity, stories and conflicts of the ledger on eval/identity: 56 documents with planted difficulties.

python eval/identity.py            the annotated claims go in: what the ledger makes of right claims
python eval/identity.py --reader   what the shipped reader finds goes in
"""

import argparse
import json
import tempfile
from collections import defaultdict
from pathlib import Path

from sqlalchemy import select

from exeunt.keeping import add, ask, check
from exeunt.ledger import Ledger
from exeunt.ledger.tables import conflict, story
from exeunt.model import Claim, Document, Evidence, Reading
from exeunt.read import read_document

FOLDER = Path(__file__).parent / "identity"


def annotated(told: dict) -> Reading:
    claims = []
    for m in told["moves"]:
        start = told["text"].find(m["quote"])
        first = {f: (m.get(f) or [None])[0] for f in ("person", "organization", "role", "counterpart")}
        claims.append(
            Claim(
                **first, direction=m["direction"], kind=m["kind"], date=m.get("date"), until=m.get("until"), status=m["status"],
                source=m["source"], speaker=None, inferred=(), confidence=0.9, reader="gold",
                evidence=(Evidence(start, start + len(m["quote"]), m["quote"]),),
            )
        )  # fmt: skip
    counts = read_document(Document(text=told["text"], published=told["published"]), "rules").counts  # not annotated
    return Reading(id=told["id"], language=told["language"], moves=tuple(claims), counts=counts)


def b_cubed(said: dict, truth: dict) -> str:
    """B-cubed precision, recall and F1 over the mentions that both know (Bagga and Baldwin 1998), and the over-merged pairs."""
    keys = [k for k in truth if k in said]
    precision = recall = 0.0
    over = set()
    for k in keys:
        mine = {j for j in keys if said[j] == said[k]}
        right = {j for j in keys if truth[j] == truth[k]}
        precision += len(mine & right) / len(mine)
        recall += len(mine & right) / len(right)
        over |= {frozenset((k, j)) for j in mine - right}
    precision, recall = precision / max(1, len(keys)), recall / max(1, len(keys))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f}  n {len(keys)} of {len(truth)}  over-merged pairs {len(over)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", action="store_true")
    by_reader = parser.parse_args().reader
    gold = json.loads((FOLDER / "gold.json").read_text(encoding="utf-8"))
    pairs = []
    for path in sorted((FOLDER / "documents").glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        fields = {f: told.get(f) for f in ("id", "text", "title", "published", "url", "outlet", "language")}
        document = Document(**fields)
        pairs.append((document, read_document(document) if by_reader else annotated(told)))
    with tempfile.TemporaryDirectory() as folder, Ledger.open(str(Path(folder) / "l.db")) as ledger:
        add(ledger, pairs)
        with ledger.reading() as connection:
            for kind, name in (("person", "persons"), ("organization", "organizations")):
                truth = {(m["document"], m["name"]): e["key"] for e in gold[name] for m in e["mentions"]}
                said = {
                    (m["document"], m["name"]): i["id"] for i in ask.identities(connection, kind) for m in i["mentions"]
                }
                print(f"{name:14}", b_cubed(said, truth))
            groups = defaultdict(set)
            for row in connection.execute(select(story.c.document, story.c.story)):
                groups[row.story].add(row.document)
            found = [dict(r) for r in connection.execute(select(conflict)).mappings()]
        linked = {frozenset(p) for g in groups.values() for p in combinations2(g)}
        wanted = {frozenset(p) for g in gold["stories"] for p in combinations2(g)}
        print(
            f"stories        pairs right {len(linked & wanted)} wrong {len(linked - wanted)} missed {len(wanted - linked)}"
        )
        conflicts(found, gold["conflicts"])
        print("ledger check  ", check(ledger) or "sound")


def combinations2(group):
    members = sorted(group)
    return [(a, b) for i, a in enumerate(members) for b in members[i + 1 :]]


def conflicts(found: list[dict], planted: list[dict]) -> None:
    """A planted conflict is listed when one on the same field stands between two of its documents."""
    used, listed, asked = set(), 0, 0
    for p in planted:
        hits = [
            c["id"] for c in found
            if c["field"] == p["field"] and len({d for s in json.loads(c["sides"]) for d in s["documents"]} & set(p["documents"])) >= 2
        ]  # fmt: skip
        used |= set(hits)
        if not p.get("optional"):
            asked += 1
            listed += bool(hits)
    print(
        f"conflicts      planted {asked} listed {listed}; listed in all {len(found)}, of them none {len(found) - len(used)}"
    )


if __name__ == "__main__":
    main()
