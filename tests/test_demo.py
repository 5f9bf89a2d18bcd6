"""The demonstration, and reckoning as a user runs it: real processes on a real ledger, in both languages."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from exeunt.demo import judgements, readings, records, vouched

EXEUNT = str(Path(sys.executable).parent / "exeunt")
GOLD = Path(__file__).parent.parent / "eval" / "gold"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("demo") / "demo.db")
    result = run("demo", ledger=path)
    assert result.returncode == 0, result.stderr
    return path


def run(*arguments, ledger, code=None):
    result = subprocess.run(
        [EXEUNT, *arguments, "--ledger", ledger], capture_output=True, timeout=120, check=False, encoding="utf-8"
    )
    if code is not None:
        assert result.returncode == code, result.stderr
    return result


def answer(*arguments, ledger):
    return json.loads(run(*arguments, "--json", ledger=ledger, code=0).stdout)


def test_documents_are_enough_and_say_what_is_claimed():
    rows = list(records())
    assert len(rows) >= 60
    assert {r["language"] for r in rows} == {"ja", "en"} and len({r["outlet"] for r in rows}) >= 6
    assert all(2023 <= int(r["published"][:4]) <= 2025 for r in rows)
    for r in rows:
        for m in r["moves"]:
            start, end = m["evidence"]
            assert 0 <= start < end <= len(r["text"])
            for field in ("person", "organization", "role", "counterpart"):
                assert not m[field] or m[field] in r["text"] + r["title"], (r["id"], field, m[field])
            assert not (m["status"] == "fact" and m["date"] and m["date"] > r["published"]), (r["id"], m)


def test_checked_claims_name_documents_that_are_there():
    named = {c for r in records() for m in r["moves"] for c in m["checked"]}
    assert named - {"seed-ja"} <= {p.stem for p in GOLD.rglob("*.json")}  # the first document is not ours to keep here
    checked, claims = vouched()
    assert 0.4 < checked / claims < 1


def test_readings_are_claims_with_verbatim_evidence():
    for document, reading in readings():
        for claim in reading.moves:
            assert all(document.text[e.start : e.end] == e.text for e in claim.evidence)
    assert {kind for kind, *_ in judgements()} == {"person", "organization"}


def test_loading_twice_changes_nothing_and_removing_leaves_nothing(tmp_path):
    path = str(tmp_path / "l.db")
    assert answer("demo", ledger=path)["documents"] >= 60
    again = answer("demo", ledger=path)
    assert (again["documents"], again["known"]) == (0, len(list(records())))
    run("ledger", "check", ledger=path, code=0)
    run("demo", "--remove", ledger=path, code=0)
    assert answer("moves", ledger=path) == []
    run("demo", ledger=path, code=0)
    run("ledger", "check", ledger=path, code=0)


COMMANDS = [
    ("org", "OpenAI"),
    ("org", "OpenAI", "--as-of", "2024-08-06"),
    ("org", "Meta"),
    ("burst", "OpenAI", "--window", "90d", "--as-of", "2024-11-30"),
    ("flows",),
    ("flows", "--org", "OpenAI", "--since", "2023"),
    ("precedents", "--kind", "leave"),
    ("precedents", "--kind", "dismissed"),
    ("precedents", "--kind", "appointed"),
    ("precedents", "--kind", "reported"),
    ("forecasts",),
    ("forecasts", "--score"),
]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_people_get_an_answer_in_their_language(ledger, command, language):
    result = run(*command, "--language", language, ledger=ledger)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() and "Traceback" not in result.stderr
    if command[0] in ("org", "burst", "precedents", "flows"):
        japanese = len(re.findall("[ぁ-ん]", result.stdout))
        assert (japanese > 30) if language == "ja" else "see" in result.stdout


def test_a_number_opens_its_sentences(ledger):
    told = run("org", "OpenAI", "--why", "founders/now", ledger=ledger, code=0).stdout
    assert "“" in told and "claim" in told
    figure = next(
        f for f in answer("org", "OpenAI", ledger=ledger)["figures"] if f["table"] == "founders" and f["label"] == "now"
    )
    rows = answer("evidence", *figure["evidence"], ledger=ledger)
    assert {r["id"] for r in rows} == set(figure["evidence"]) and all(r["quote"] for r in rows)


def test_the_first_document_is_answered(ledger):
    """What the first commentary reckoned by hand: who is away, how leaves ended, how many founders remain, on 7 August 2024."""
    figures = answer("org", "OpenAI", "--as-of", "2024-08-07", ledger=ledger)["figures"]
    told = {(f["table"], f["label"]): f for f in figures}
    assert told["away", "Greg Brockman"]["until"] == "2024-12-31"
    assert told["founders", "now"]["of"] == 11
    assert 0 < told["odds", "Greg Brockman"]["low"] < told["odds", "Greg Brockman"]["high"] < 1
    assert "small" in told["odds", "Greg Brockman"]["notes"]


def test_a_forecast_from_the_readme(ledger):
    made = answer(
        "forecast", "Greg Brockman returns to OpenAI", "--by", "2025-01-31", "--as-of", "2024-08-10", ledger=ledger
    )
    assert made["low"] < made["value"] < made["high"] and made["notes"] == ["hindsight", "few_cases"]
    (row,) = [r for r in answer("forecasts", ledger=ledger) if r["id"] == made["id"]]
    assert row["outcome"] == "yes" and row["resolved_by"]
    scored = answer("forecasts", "--score", ledger=ledger)
    assert {f["label"] for f in scored["figures"]} >= {"brier", "log", "base_rate"}


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("org", "Nobody & Sons"), "exeunt identities"),
        (("org", "OpenAI", "--why", "founders/nobody"), "one of"),
        (("org", "OpenAI", "--as-of", "2024-13-01"), "2024-13-01"),
        (("org", "OpenAI", "--language", "fr"), "en or ja"),
        (("burst", "OpenAI", "--window", "soon"), "90d"),
        (("burst", "OpenAI", "--window", "0d"), "90d"),
        (("precedents", "--kind", "vanished"), "leave"),
        (("forecast", "It rains", "--by", "2027-01-01"), "PERSON leaves"),
        (("forecast", "Greg Brockman leaves OpenAI", "--by", "2020-01-01"), "later day"),
        (("forecast", "Greg Brockman leaves OpenAI", "--by", "soon"), "soon"),
        (("evidence", "0"), "--json"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, tuple) else "",
)
def test_errors_name_the_way_out(ledger, command, says):
    result = run(*command, ledger=ledger, code=2)
    assert says in result.stderr and result.stderr.count("\n") == 1


def test_tables_for_pandas(ledger):
    from exeunt import frames

    table = frames.organization("OpenAI", ledger=ledger)
    assert {"table", "label", "value", "low", "high", "n", "of", "evidence"} <= set(table.columns)
    assert len(frames.evidence(table.evidence.iloc[0], ledger=ledger)) == len(table.evidence.iloc[0])
    assert (
        len(frames.flows(ledger=ledger))
        and len(frames.precedents("leave", ledger=ledger))
        and len(frames.burst("OpenAI", ledger=ledger))
    )
    assert len(frames.moves(organization="OpenAI", ledger=ledger)) > 50
    assert "outcome" in frames.forecasts(ledger=ledger) and "value" in frames.scores(ledger=ledger)


def test_every_word_is_there_in_both_languages(ledger):
    words = tomllib.loads((files("exeunt.tell") / "figures.toml").read_text(encoding="utf-8"))
    for group in words["en"]:
        assert words["en"][group].keys() == words["ja"][group].keys(), group
    for command in COMMANDS:
        if command[0] == "forecasts":
            continue
        for f in answer(*command, ledger=ledger)["figures"]:
            assert (
                f["table"] in words["en"]["tables"]
                and f["blind"] in words["en"]["blind"]
                and f["unit"] in words["en"]["units"]
            )
            for note in f.get("notes", ()):
                name, _, number = note.partition(":")
                assert (f"{name}_n" if number else name) in words["en"]["notes"], note
