"""The ledger on SQLite and on a real PostgreSQL: nothing lost, nothing doubled, everything can be taken back."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import msgspec
import postgres
import pytest
from sqlalchemy import select, text

from exeunt.demo import readings
from exeunt.errors import LedgerError
from exeunt.keeping import add, ask, check, forget_document, forget_person, judge, split, undo
from exeunt.keeping.dump import dump, load
from exeunt.keeping.reckon import View, organization, precedents_of
from exeunt.ledger import Ledger
from exeunt.ledger.ledger import state_of
from exeunt.ledger.migrations import CURRENT
from exeunt.ledger.tables import APPEND_ONLY, DERIVED, document, metadata, profile, setting
from exeunt.model import Claim, Count, Document, Evidence, Reading

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def server():
    url, stop, _ = postgres.start()
    yield url
    stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    address = request.getfixturevalue("server")
    with Ledger.open(address) as ledger, ledger.engine.begin() as connection:
        metadata.drop_all(connection)
    return address


@pytest.fixture
def ledger(url):
    with Ledger.open(url) as opened:
        yield opened


def told(
    key,
    day,
    person,
    organization,
    direction="out",
    kind="left",
    date=None,
    counterpart=None,
    status="fact",
    role=None,
    words="",
    outlet=None,
    doubtful=False,
    counts=(),
):
    """A document that states one claim in one sentence, with its reading."""
    sentence = f"{person} {direction} {organization} {kind} {date or ''} {status}."
    body = f"{sentence} {words}"
    claim = Claim(
        person=person, organization=organization, direction=direction, kind=kind, role=role, counterpart=counterpart, date=date, until=None, status=status,
        source="media", speaker=None, inferred=(), confidence=0.8, evidence=(Evidence(0, len(sentence), sentence),), reader="test",
    )  # fmt: skip
    found = tuple(
        Count(said=n, named=0, direction="out", of=None, organization=organization, evidence=Evidence(0, 4, body[:4]))
        for n in counts
    )
    reading = Reading(
        id=key, language="en", moves=() if doubtful else (claim,), review=(claim,) if doubtful else (), counts=found
    )
    return Document(id=key, text=body, published=day, outlet=outlet or key, language="en"), reading


FEW = [
    told("a", "2024-08-06", "John Schulman", "OpenAI", kind="resigned", date="2024-08-05", counterpart="Anthropic"),
    told("b", "2024-08-07", "ジョン・シュルマン", "オープンAI", date="2024-08", counterpart="アンソロピック"),
    told("c", "2024-08-08", "John Schulman", "OpenAI", kind="dismissed", date="2024-07-01"),
    told("d", "2024-08-09", "Michael Chen", "Orrin Bank", date="2024-08-01"),
    told("e", "2024-08-09", "Michael Chen", "Tallgrass Foods", direction="in", kind="joined", date="2024-08-02"),
    told("f", "2024-08-10", "Greg Brockman", "OpenAI", direction="pause", kind="leave", date="2024-08-05"),
    told(
        "g", "2024-08-11", "Greg Brockman", "OpenAI", direction="out", kind="left", date="2024-08-06", status="reported"
    ),
    told("h", "2024-08-12", "Greg Brockman", "OpenAI", direction="out", kind="left", status="denied", counts=(14,)),
    told("i", "2024-08-13", "Ilya Sutskever", "OpenAI", date="2024-05-14", counts=(13,)),
]


def people(ledger):
    with ledger.reading() as connection:
        return {frozenset(i["names"]) for i in ask.identities(connection, "person")}


def test_one_person_in_two_scripts(ledger):
    added = add(ledger, FEW)
    assert (added.documents, added.claims) == (9, 9)
    assert frozenset({"John Schulman", "ジョン・シュルマン"}) in people(ledger)
    with ledger.reading() as connection:
        [who] = ask.person(connection, "John Schulman")
        assert {c["document"] for c in who["claims"]} == {"a", "b", "c"}
        [move] = who["moves"]
        assert (move["organization_name"], move["sources"], move["counterpart_name"]) == ("OpenAI", 3, "Anthropic")
        assert len(ask.find(connection, "Michael Chen", "person")) == 2
    assert check(ledger) == []


def test_the_same_thing_twice_changes_nothing(ledger):
    add(ledger, FEW)
    before = list(dump(ledger))
    again = add(ledger, FEW + FEW)
    assert (again.documents, again.known) == (0, 18)
    assert list(dump(ledger)) == before


def test_order_and_pieces_do_not_matter(url, tmp_path):
    dumps, derived = set(), set()
    for seed in range(4):
        pairs = FEW * (1 + seed % 2)
        random.Random(seed).shuffle(pairs)
        with Ledger.open(str(tmp_path / f"{seed}.db")) as ledger:
            for i in range(0, len(pairs), 1 + seed):
                add(ledger, pairs[i : i + 1 + seed])
            dumps.add("\n".join(dump(ledger)))
            with ledger.reading() as connection:
                derived.add(json.dumps([sorted(map(str, connection.execute(select(t)).all())) for t in DERIVED]))
    assert len(dumps) == len(derived) == 1


def test_another_document_with_the_same_id_is_said(ledger):
    add(ledger, FEW[:1])
    other = told("a", "2024-08-06", "Someone Else", "OpenAI")
    added = add(ledger, [other])
    assert (added.documents, added.clashing) == (0, ["a"])


def test_dump_and_load(ledger, tmp_path):
    add(ledger, FEW)
    judge(ledger, "reject", claim_of(ledger, "c"), None, "a mix-up", "me")
    lines = list(dump(ledger))
    with Ledger.open(str(tmp_path / "copy.db")) as copy:
        assert load(copy, lines) == len(lines)
        assert list(dump(copy)) == lines
        assert check(copy) == []
        assert load(copy, lines) == 0
        with pytest.raises(LedgerError, match="line 1"):
            load(copy, ['{"table": "nonsense"}'])


def claim_of(ledger, key):
    rows = map(json.loads, dump(ledger))
    return next(r["id"] for r in rows if r["table"] == "claim" and r["document"] == key)


def test_conflicts_are_shown_with_both_sides(ledger):
    add(ledger, FEW)
    with ledger.reading() as connection:
        found = {(c["person_name"], c["field"]): c for c in ask.conflicts(connection, "OpenAI")}
    assert ("John Schulman", "kind") in found and ("John Schulman", "date") in found
    assert ("Greg Brockman", "kind") in found and ("Greg Brockman", "status") in found
    sides = found[("John Schulman", "kind")]["sides"]
    assert {s["value"]: s["documents"] for s in sides} == {"resigned": ["a"], "dismissed": ["c"]}
    counts = next(c for (_, field), c in found.items() if field == "count")
    assert [s["value"] for s in counts["sides"]] == ["13", "14"]


def test_a_plan_that_happened_is_no_conflict(ledger):
    add(ledger, [
        told("p", "2024-05-01", "Jane Calloway", "Acme Tools", date="2024-06", status="planned"),
        told("q", "2024-07-01", "Jane Calloway", "Acme Tools", kind="resigned", date="2024-06-30"),
        told("r", "2024-07-02", "Jane Calloway", "Acme Tools", date="2024"),
    ])  # fmt: skip
    with ledger.reading() as connection:
        assert ask.conflicts(connection) == []
        [move] = ask.moves(connection)
        assert (move["date"], move["kind"], move["status"], move["sources"]) == ("2024-06-30", "resigned", "fact", 3)


def test_coming_and_going_are_moves_of_their_own(ledger):
    add(ledger, [
        told("1", "2020-01-01", "Jane Calloway", "Acme", date="2019-05"), told("2", "2020-06-01", "Jane Calloway", "Acme", direction="in", kind="returned", date="2020-05"),
        told("3", "2021-01-01", "Jane Calloway", "Acme", date="2020-12"),
    ])  # fmt: skip
    with ledger.reading() as connection:
        assert [(m["direction"], m["date"]) for m in ask.moves(connection)] == [
            ("out", "2020-12"),
            ("in", "2020-05"),
            ("out", "2019-05"),
        ]
        assert ask.conflicts(connection) == []


def test_what_was_known_on_a_day(ledger):
    add(ledger, FEW)
    with ledger.reading() as connection:
        assert len(ask.moves(connection, organization="OpenAI", as_of="2024-08-06")) == 1
        [first] = ask.moves(connection, person="John Schulman", as_of="2024-08-06")
        assert (first["sources"], first["kind"]) == (1, "resigned")
        assert ask.moves(connection, as_of="2024-08-05") == []
        assert ask.moves(connection, organization="OpenAI", since="2024-07", status="fact", direction="out")


def test_copies_count_once(ledger):
    words = (
        "The board said that it had accepted the decision with regret and that a search for a successor had begun at once, to end by the autumn. "
        * 2
    )
    add(
        ledger,
        [
            told(k, "2024-08-06", "Jane Calloway", "Acme Tools", date="2024-08-05", words=words)
            for k in ("w1", "w2", "w3")
        ],
    )
    with ledger.reading() as connection:
        assert [m["sources"] for m in ask.moves(connection)] == [1]


def test_judgements_can_be_taken_back(ledger):
    add(ledger, FEW)
    before = derived(ledger)
    with ledger.reading() as connection:
        a, b = ask.find(connection, "Michael Chen", "person")
    key = judge(ledger, "same", a, b, "he moved from the bank", "me")
    with ledger.reading() as connection:
        assert len(ask.find(connection, "Michael Chen", "person")) == 1
    assert check(ledger) == []
    undo(ledger, key, "no, another one", "me")
    assert derived(ledger) == before
    with ledger.reading() as connection:
        [who] = ask.find(connection, "John Schulman", "person")
    key = split(ledger, claim_of(ledger, "c"), "another Schulman", "me")
    assert len([n for n in people(ledger) if "John Schulman" in n]) == 2
    assert check(ledger) == []
    undo(ledger, key, "the same after all", "me")
    assert derived(ledger) == before
    key = judge(ledger, "reject", claim_of(ledger, "c"), None, "a mix-up", "me")
    with ledger.reading() as connection:
        assert ask.conflicts(connection, person="John Schulman") == []
        assert next(j for j in ask.judgements(connection) if j["id"] == key)["because"] == "a mix-up"
    assert check(ledger) == []
    undo(ledger, key, "it stands", "me")
    assert derived(ledger) == before
    assert who


def derived(ledger):
    with ledger.reading() as connection:
        return [sorted(map(str, connection.execute(select(t)).all())) for t in DERIVED]


def test_different_is_kept_apart(ledger):
    add(ledger, FEW[:2])
    with ledger.reading() as connection:
        [one] = ask.find(connection, "John Schulman", "person")
        rows = ask.identities(connection, "person")
    assert len(rows) == 1
    with pytest.raises(LedgerError, match="not two identities"):
        judge(ledger, "different", one, one, "x", "me")
    with pytest.raises(LedgerError, match="reason"):
        judge(ledger, "reject", claim_of(ledger, "a"), None, " ", "me")
    with pytest.raises(LedgerError, match="no claim"):
        judge(ledger, "reject", "none", None, "x", "me")


def test_doubtful_claims_wait_for_someone(ledger):
    add(ledger, [told("x", "2024-08-06", "Jane Calloway", "Acme", doubtful=True)])
    with ledger.reading() as connection:
        assert ask.moves(connection) == []
        [waiting] = ask.doubts(connection)
    key = judge(ledger, "confirm", waiting["id"], None, "the page says so", "me")
    with ledger.reading() as connection:
        assert len(ask.moves(connection)) == 1 and ask.doubts(connection) == []
    undo(ledger, key, "not sure", "me")
    with ledger.reading() as connection:
        assert ask.moves(connection) == []


def test_a_settled_conflict_is_shown_as_settled(ledger):
    add(ledger, FEW)
    with ledger.reading() as connection:
        [kind] = [c for c in ask.conflicts(connection, person="John Schulman") if c["field"] == "kind"]
    judge(ledger, "settle", kind["id"], None, "he said so himself", "me")
    with ledger.reading() as connection:
        assert kind["id"] not in {c["id"] for c in ask.conflicts(connection)}
        assert kind["id"] in {c["id"] for c in ask.conflicts(connection, settled=True)}


def test_a_correction_settles(ledger):
    add(ledger, [
        told("1", "2024-08-06", "Jane Calloway", "Acme", date="2024-05-01"),
        told("2", "2024-08-07", "Jane Calloway", "Acme", date="2024-06-01", words="Correction: an earlier version of this article gave a wrong month."),
    ])  # fmt: skip
    with ledger.reading() as connection:
        assert ask.conflicts(connection) == []
        [settled] = ask.conflicts(connection, settled=True)
        assert settled["settled"] == "correction:2"


def test_forgetting_a_document(ledger):
    add(ledger, FEW)
    assert forget_document(ledger, "c", "the outlet asked for it") == 1
    assert check(ledger) == []
    assert "Someone" not in "".join(dump(ledger))
    assert add(ledger, FEW).forgotten == 1
    with ledger.reading() as connection:
        assert [c["field"] for c in ask.conflicts(connection, person="John Schulman")] == []
    with pytest.raises(LedgerError, match="no document"):
        forget_document(ledger, "c", "again")


def test_forgetting_a_person(ledger):
    add(ledger, FEW)
    with ledger.reading() as connection:
        [who] = ask.find(connection, "John Schulman", "person")
    assert forget_person(ledger, who, "request of 1 September") == 3
    everything = "\n".join(dump(ledger))
    assert "Schulman" not in everything and "シュルマン" not in everything and "█" in everything
    assert check(ledger) == []
    add(ledger, [told("z", "2024-09-01", "John Schulman", "OpenAI", date="2024-08-05")])
    assert not [n for n in people(ledger) if "John Schulman" in n]


def test_schemas(tmp_path):
    path = str(tmp_path / "old.db")
    with Ledger.open(path) as ledger, ledger.writing() as connection:
        connection.execute(setting.update().values(value=str(CURRENT + 1)))
    with pytest.raises(LedgerError, match="newer"):
        Ledger.open(path)
    (tmp_path / "none.db").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(LedgerError, match="damaged or no ledger"):
        Ledger.open(str(tmp_path / "none.db"))
    with pytest.raises(LedgerError, match="no ledger at"):
        Ledger.open(str(tmp_path / "missing.db"), create=False)
    for bad in ("mysql://x/y", "postgresql://nobody@127.0.0.1:1/none", str(tmp_path)):
        with pytest.raises(LedgerError):
            Ledger.open(bad)


def test_organisations_that_are_ruled_one_bring_their_people_together(ledger):
    """… and undoing it parts them again; what is added while it is ruled, or again after it was forgotten, follows it too."""
    add(ledger, [told("a", "2024-03-20", "Sean White", "Inflection", "in", "appointed", "2024-03-19"),
                 told("b", "2024-03-21", "ショーン・ホワイト", "北辰電機", "in", "appointed", "2024-03-19")])  # fmt: skip

    def ids(kind, *names):
        with ledger.reading() as connection:
            return [i for name in names for i in ask.find(connection, name, kind)]

    both = ("Inflection", "北辰電機")
    assert len(set(ids("person", "Sean White", "ショーン・ホワイト"))) == 2
    first = judge(ledger, "same", *ids("organization", *both), "one firm", "me")
    assert len(set(ids("person", "Sean White", "ショーン・ホワイト"))) == 1 and check(ledger) == []
    undo(ledger, first, "a mistake", "me")
    assert len(set(ids("person", "Sean White", "ショーン・ホワイト"))) == 2 and check(ledger) == []
    for because in ("one firm after all", "said twice"):
        judge(ledger, "same", *ids("organization", both[0])[:1], records_of(ledger, both[1]), because, "me")
        assert check(ledger) == []
    forget_document(ledger, "b", "test", tombstone=False)
    assert check(ledger) == []
    add(ledger, [told("b", "2024-03-21", "ショーン・ホワイト", "北辰電機", "in", "appointed", "2024-03-19")])
    assert len(set(ids("person", "Sean White", "ショーン・ホワイト"))) == 1 and check(ledger) == []


def records_of(ledger, name):
    """The profile of an organisation of this name: what judgements are about."""
    with ledger.reading() as connection:
        return connection.execute(
            select(profile.c.id).where(profile.c.kind == "organization", profile.c.name == name)
        ).scalar()


def test_a_ledger_of_version_2_is_brought_up_to_date(url):
    """Names cannot be found in it while they are typed: their words are added, and nothing else changes."""
    with Ledger.open(url) as ledger:
        add(ledger, FEW)
        with ledger.writing() as connection:
            for name in ("word", "alert", "delivery", "token"):
                connection.execute(text(f"drop table {name}"))
            for name in ("move_known", "move_kind_known", "move_role"):
                connection.execute(text(f"drop index {name}"))
            connection.execute(setting.update().where(setting.c.name == "schema").values(value="2"))
    assert exeunt("ledger", "migrate", ledger=url).returncode == 0
    with Ledger.open(url) as ledger:
        assert check(ledger) == []


def test_every_writing_changes_the_state_and_no_reading_does(ledger):
    def state():
        with ledger.reading() as connection:
            return state_of(connection)

    before = state()
    assert state() == before
    add(ledger, FEW)
    assert state() != before


def test_a_ledger_of_version_1_is_brought_up_to_date(url):
    """Its tables lack forecasts, and what is derived in it followed older rules: it is built anew."""
    with Ledger.open(url) as ledger:
        add(ledger, FEW)
        told_before = list(dump(ledger))
        with ledger.writing() as connection:
            connection.execute(text("drop table forecast"))
            connection.execute(text("drop index move_pause"))
            connection.execute(text("delete from move"))
            connection.execute(setting.update().values(value="1"))
    with pytest.raises(LedgerError, match="exeunt ledger migrate"):
        Ledger.open(url)
    assert exeunt("ledger", "migrate", ledger=url).returncode == 0
    with Ledger.open(url) as ledger:
        assert list(dump(ledger)) == told_before and check(ledger) == []


def test_figures_are_the_same_on_both_databases(ledger):
    add(ledger, readings(), batch=100)
    with Ledger.open("sqlite://") as other, ledger.reading() as here:
        add(other, readings(), batch=100)
        view = View(date(2025, 1, 15))
        with other.reading() as there:
            for name in ("OpenAI", "Anthropic", "Meta"):
                assert organization(here, name, view) == organization(there, name, view)
            assert precedents_of(here, "leave", view) == precedents_of(there, "leave", view)


def test_tampering_is_found(ledger):
    add(ledger, FEW)
    with ledger.writing() as connection:
        connection.execute(text("update move set kind = 'dismissed' where direction = 'pause'"))
    assert any(p.startswith("move:") for p in check(ledger))
    with ledger.writing() as connection:
        connection.execute(text("update claim set person = 'Jane Roe' where document = 'a'"))
    assert any("words were changed" in p for p in check(ledger))


# --- processes that are killed, and two at once ------------------------------------------------------------------------


def feed(path, count):
    rows = []
    for i in range(count):
        surname = ("Calloway", "Ellison", "Haddad", "Petrov", "Nakamura")[i % 5]
        rows.append(
            {
                "id": f"n{i}",
                "text": f"Jane {surname} resigned as finance chief of Firm{i % 7} Tools on 3 June 2024, the company said. Number {i}.",
                "published": "2024-06-04",
            }
        )
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")


def running(url, *sources):
    command = [sys.executable, "-m", "exeunt", "add", *map(str, sources), "--ledger", url, "--reader", "rules"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_killed_while_adding(url, tmp_path):
    """EXEUNT_KILLS=100 kills so often, among as many documents more."""
    kills = int(os.environ.get("EXEUNT_KILLS", "4"))
    count = 15 * kills
    feed(tmp_path / "in.ndjson", count)
    rng = random.Random(11)
    for _ in range(kills):
        run = running(url, tmp_path / "in.ndjson")
        time.sleep(rng.uniform(0.7, 2.2))
        run.send_signal(signal.SIGKILL)
        run.wait(20)
        with Ledger.open(url) as ledger:
            assert check(ledger) == []
    last = running(url, tmp_path / "in.ndjson")
    assert last.wait(120) == 0, last.stderr.read()
    with Ledger.open(url) as ledger, Ledger.open(str(tmp_path / "whole.db")) as whole:
        assert check(ledger) == []
        again = running(str(tmp_path / "whole.db"), tmp_path / "in.ndjson")
        assert again.wait(120) == 0
        assert list(dump(ledger)) == list(dump(whole))
        assert sum('"table": "document"' in line for line in dump(ledger)) == count


def test_two_writers_at_once(url, tmp_path):
    feed(tmp_path / "in.ndjson", 60)
    lines = (tmp_path / "in.ndjson").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "front.ndjson").write_text("".join(lines[:40]), encoding="utf-8")
    (tmp_path / "back.ndjson").write_text("".join(lines[20:][::-1]), encoding="utf-8")
    with Ledger.open(url):
        pass
    runs = [running(url, tmp_path / name) for name in ("front.ndjson", "back.ndjson")]
    assert [r.wait(120) for r in runs] == [0, 0], [r.stderr.read() for r in runs]
    with Ledger.open(url) as ledger, ledger.reading() as connection:
        assert len(connection.execute(select(document.c.id)).all()) == 60
        assert check(ledger) == []


def test_a_full_disk(tmp_path):
    feed(tmp_path / "in.ndjson", 60)
    code = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
sys.argv = ["exeunt", "add", {str(tmp_path / "in.ndjson")!r}, "--ledger", {str(tmp_path / "l.db")!r}, "--reader", "rules"]
from exeunt.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    assert "free some space" in done.stderr
    with Ledger.open(str(tmp_path / "l.db")) as ledger:
        assert check(ledger) == []
    last = running(str(tmp_path / "l.db"), tmp_path / "in.ndjson")
    assert last.wait(120) == 0
    with Ledger.open(str(tmp_path / "l.db")) as ledger:
        assert sum('"table": "document"' in line for line in dump(ledger)) == 60


# --- the command line ---------------------------------------------------------------------------------------------------


def exeunt(*args, ledger, **kwargs):
    env = {**os.environ, "EXEUNT_LEDGER": str(ledger), "EXEUNT_AUTHOR": "tester"}
    return subprocess.run(
        [sys.executable, "-m", "exeunt", *map(str, args)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=env,
        **kwargs,
    )


def test_the_commands(tmp_path):
    path = tmp_path / "l.db"
    none = exeunt("moves", ledger=path)
    assert none.returncode == 2 and "exeunt add" in none.stderr
    records = [
        {
            "id": "1",
            "text": "Jane Calloway resigned as finance chief of Tallgrass Instruments on 3 June 2024.",
            "published": "2024-06-04",
        },
        {
            "id": "2",
            "text": "Jane Calloway was dismissed by Tallgrass Instruments on 5 July 2024.",
            "published": "2024-07-06",
        },
    ]
    (tmp_path / "in.ndjson").write_text("".join(json.dumps(r) + "\n" for r in records) + "{bad\n")
    added = exeunt("add", tmp_path / "in.ndjson", "--json", ledger=path)
    assert added.returncode == 1 and json.loads(added.stdout)["documents"] == 2
    rows = json.loads(exeunt("moves", "--org", "Tallgrass Instruments", "--json", ledger=path).stdout)
    assert rows[0]["person_name"] == "Jane Calloway"
    assert (
        "Calloway" in exeunt("moves", ledger=path).stdout
        and "resigned" in exeunt("person", "Jane Calloway", ledger=path).stdout
    )
    found = json.loads(exeunt("conflicts", "--json", ledger=path).stdout)
    assert {c["field"] for c in found} == {"kind", "date"} and "dismissed" in exeunt("conflicts", ledger=path).stdout
    identities = json.loads(exeunt("identities", "--json", ledger=path).stdout)
    assert {"document": "1", "name": "Jane Calloway"} in next(i for i in identities if i["kind"] == "person")[
        "mentions"
    ]
    claim = rows[0]["claims"][0]
    judged = exeunt("judge", "reject", claim, "--because", "a mix-up", ledger=path)
    key = judged.stderr.split()[2].rstrip(";")
    assert judged.returncode == 0 and key in exeunt("review", "--done", ledger=path).stdout
    assert exeunt("undo", key, ledger=path).returncode == 0
    assert exeunt("judge", "reject", claim, ledger=path).returncode == 2  # without a reason
    assert exeunt("split", "Jane Calloway", "--claim", claim, "--because", "another one", ledger=path).returncode == 0
    saved = exeunt("ledger", "dump", ledger=path).stdout
    (tmp_path / "dump.ndjson").write_text(saved)
    assert exeunt("ledger", "load", tmp_path / "dump.ndjson", ledger=tmp_path / "other.db").returncode == 0
    assert exeunt("ledger", "dump", ledger=tmp_path / "other.db").stdout == saved
    assert (
        exeunt("ledger", "check", ledger=path).returncode == 0
        and exeunt("ledger", "migrate", ledger=path).returncode == 0
    )
    assert exeunt("forget", "2", "--because", "asked for", ledger=path).returncode == 0
    assert exeunt("person", "Nobody Atall", ledger=path).returncode == 2
    for bad in (
        ("moves", "--status", "sure"),
        ("moves", "--as-of", "yesterday"),
        ("moves", "--since", "soon"),
        ("judge", "perhaps", "a"),
        ("forget", "nobody", "--because", "x"),
    ):
        assert exeunt(*bad, ledger=path).returncode == 2


def test_every_row_is_in_the_dump(ledger):
    add(ledger, FEW)
    with ledger.reading() as connection:
        rows = sum(len(connection.execute(select(t)).all()) for t in APPEND_ONLY)
    assert len(list(dump(ledger))) == rows
    assert msgspec.json.decode(next(iter(dump(ledger))))["table"] == "document"
    assert ROOT.exists()
