"""The ledger at size: the cost of one more document, and of questions, as the ledger grows.

python benchmarks/ledger.py [CLAIMS]      default 100000; prints a line at 10 k, 30 k, 100 k, 300 k, 1 M claims
"""

import random
import sys
import tempfile
import time
from pathlib import Path

from exeunt.keeping import add, ask
from exeunt.ledger import Ledger
from exeunt.model import Claim, Document, Evidence, Reading

SURNAMES = [a + b for a in ("Cal", "El", "Had", "Pet", "Nak", "Whit", "Tal", "Bor", "Fen", "Gar", "Hol", "Jor", "Kel", "Lan", "Mor", "Nor", "Os", "Per", "Quil", "Ros", "San", "Tren", "Ul", "Van", "Wes", "Yar", "Zel", "Ash", "Bel", "Cor") for b in ("loway", "lison", "dad", "rov", "amura", "combe", "grass", "ealis", "more", "rison", "den", "gan", "ler", "caster", "timer", "ton")]  # fmt: skip
GIVEN = [
    "Jane",
    "Mark",
    "Priya",
    "Samir",
    "Ingrid",
    "Omar",
    "Tess",
    "Hana",
    "Leo",
    "Nora",
    "Ivan",
    "Mei",
    "Carlos",
    "Aisha",
    "Bruno",
    "Chloe",
    "Dmitri",
    "Elena",
    "Farid",
    "Greta",
    "Hugo",
    "Irene",
    "Jonas",
    "Kira",
    "Lucas",
    "Maria",
    "Nils",
    "Olga",
    "Pavel",
    "Rosa",
]
FIRMS = [
    f"{a} {b}"
    for a in SURNAMES[::2]
    for b in ("Tools", "Systems", "Foods", "Bank", "Logistics", "Energy", "Media", "Labs", "Robotics", "Capital")
]
KINDS = [("out", "left"), ("out", "resigned"), ("in", "joined"), ("in", "appointed"), ("out", "dismissed")]
MARKS = (10_000, 30_000, 100_000, 300_000, 1_000_000)
EACH = 5  # claims of a document


def made(number: int) -> tuple[Document, Reading]:
    rng = random.Random(number)
    claims, lines, at = [], [], 0
    for _ in range(EACH):
        person = f"{rng.choice(GIVEN)} {rng.choice(GIVEN)[0]}. {rng.choice(SURNAMES)}"
        firm = rng.choice(FIRMS)
        direction, kind = rng.choice(KINDS)
        day = f"20{rng.randrange(10, 25)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
        line = f"{person} {kind} {firm} on {day}, it was said in {rng.randrange(10**9)} {rng.choice(FIRMS)} words."
        claims.append(
            Claim(
                person=person,
                organization=firm,
                direction=direction,
                kind=kind,
                role=None,
                counterpart=None,
                date=day,
                until=None,
                status="fact",
                source="media",
                speaker=None,
                inferred=(),
                confidence=0.8,
                evidence=(Evidence(at, at + len(line), line),),
                reader="bench",
            )
        )
        lines.append(line)
        at += len(line) + 1
    document = Document(id=f"d{number}", text="\n".join(lines), published=claims[0].date, language="en")
    return document, Reading(id=document.id, language="en", moves=tuple(claims))


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))] * 1000


def measure(ledger: Ledger, number: int) -> None:
    rng = random.Random(number)
    adding, asking = [], {"person": [], "org": [], "moves": []}
    for i in range(200):
        begin = time.perf_counter()
        add(ledger, [made(10**8 + number + i)], batch=1)
        adding.append(time.perf_counter() - begin)
    with ledger.reading() as connection:
        for _ in range(100):
            _, reading = made(rng.randrange(max(1, number // EACH)))
            claim = reading.moves[0]
            for name, question in (
                ("person", lambda c=claim: ask.person(connection, c.person)),
                ("org", lambda c=claim: ask.moves(connection, organization=c.organization)),
                ("moves", lambda: ask.moves(connection, since="2024-06", status="fact", limit=50)),
            ):
                begin = time.perf_counter()
                question()
                asking[name].append(time.perf_counter() - begin)
    told = "  ".join(f"{n} p95 {percentile(v, 0.95):.0f} ms" for n, v in asking.items())
    print(
        f"{number:9} claims  add a document p50 {percentile(adding, 0.5):.1f} p95 {percentile(adding, 0.95):.1f} ms  {told}",
        flush=True,
    )


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder, Ledger.open(str(Path(folder) / "l.db")) as ledger:
        done = 0
        for mark in (m for m in MARKS if m <= most):
            begin = time.perf_counter()
            add(ledger, (made(i) for i in range(done // EACH, mark // EACH)), batch=500)
            print(f"  {(time.perf_counter() - begin) / (mark - done) * 1e6:.0f} µs a claim from {done} to {mark}")
            measure(ledger, mark)
            done = mark


if __name__ == "__main__":
    main()
