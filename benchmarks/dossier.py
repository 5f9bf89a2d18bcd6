"""The dossier of an organisation with 10,000 moves, in a ledger that grows around it.

python benchmarks/dossier.py [CLAIMS] [--ledger FILE]      default 100000 claims in a file of its own; a file that exists already is gone on with
"""

import argparse
import random
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

import msgspec
from ledger import EACH, GIVEN, SURNAMES, made
from sqlalchemy import func, select

from exeunt.keeping import add
from exeunt.keeping.ask import one
from exeunt.keeping.reckon import View, organization
from exeunt.ledger import Ledger
from exeunt.ledger.tables import claim, document, move
from exeunt.model import Claim, Document, Evidence, Reading

FIRM = "Halden Group"
MOVES = 10_000
ROLES = [
    "chief executive",
    "chief financial officer",
    "head of research",
    "vice president of sales",
    "board member",
    "researcher",
    "head of safety",
    "engineer",
    None,
]
OUTLETS = ["Meridian Wire", "Harbour Gazette", "Lattice Weekly", "Foundry Notes"]
KINDS = [
    ("out", "left"),
    ("out", "resigned"),
    ("out", "dismissed"),
    ("in", "joined"),
    ("in", "appointed"),
    ("in", "founded"),
    ("pause", "leave"),
]
ODDS = [35, 12, 3, 30, 16, 1, 3]


def large(number: int) -> tuple[Document, Reading]:
    """A document of five claims about the one large organisation."""
    rng = random.Random(-1 - number)
    claims, lines, at = [], [], 0
    for _ in range(EACH):
        person = f"{rng.choice(GIVEN)} {rng.choice('ABCDEFGHJKLMNPRSTW')}. {rng.choice(SURNAMES)}"
        direction, kind = rng.choices(KINDS, ODDS)[0]
        day = f"20{rng.randrange(10, 25)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
        other = f"{rng.choice(SURNAMES)} {rng.choice(['Tools', 'Bank', 'Labs'])}" if rng.random() < 0.3 else None
        line = f"{person} {kind} {FIRM} on {day}, it was said in {rng.randrange(10**9)} words, {other or ''}."
        claims.append(
            Claim(
                person=person, organization=FIRM, direction=direction, kind=kind, role=rng.choice(ROLES), counterpart=other, date=day, until=None,
                status=rng.choices(["fact", "planned", "reported", "denied"], [90, 4, 4, 2])[0], source="media", speaker=None, inferred=(), confidence=0.8,
                evidence=(Evidence(at, at + len(line), line),), reader="bench",
            )
        )  # fmt: skip
        lines.append(line)
        at += len(line) + 1
    text = Document(
        id=f"h{number}", text="\n".join(lines), published=claims[0].date, language="en", outlet=rng.choice(OUTLETS)
    )
    return text, Reading(id=text.id, language="en", moves=tuple(claims))


def fill(ledger: Ledger, claims: int) -> None:
    with ledger.reading() as connection:
        done = connection.execute(select(func.count()).select_from(document)).scalar() or 0
    begin = time.perf_counter()
    big = MOVES // EACH
    for at in range(done, claims // EACH, 2000):
        part = range(at, min(at + 2000, claims // EACH))
        add(ledger, (large(i) if i < big else made(i - big) for i in part), batch=500)
        print(f"  {part[-1] + 1} documents, {time.perf_counter() - begin:.0f} s", flush=True)


def measure(ledger: Ledger, runs: int = 20) -> None:
    view, taken = View(date(2025, 1, 15)), []
    with ledger.reading() as connection:
        number = connection.execute(select(func.count()).select_from(claim)).scalar()
        (key,) = one(connection, FIRM, "organization")
        moves = connection.execute(select(func.count()).select_from(move).where(move.c.organization == key)).scalar()
        for _ in range(runs):
            begin = time.perf_counter()
            figures = organization(connection, key, view).figures
            taken.append(time.perf_counter() - begin)
    size = len(msgspec.json.encode(figures)) / 1e6
    print(
        f"{number} claims, {moves} moves at {FIRM}: {len(figures)} figures ({size:.1f} MB of JSON) in p50 {statistics.median(taken) * 1000:.0f} ms, "
        f"p95 {sorted(taken)[int(0.95 * (len(taken) - 1))] * 1000:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("claims", type=int, nargs="?", default=100_000)
    parser.add_argument("--ledger")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Ledger.open(asked.ledger or str(Path(folder) / "l.db")) as ledger:
        fill(ledger, asked.claims)
        measure(ledger)


if __name__ == "__main__":
    main()
