"""Forecasts: understood, recorded once, never changed, resolved from later moves, scored."""

import json
import math
from datetime import date

import pytest
from sqlalchemy import select
from telling import tell

from exeunt.errors import InputError, LedgerError
from exeunt.keeping import check, forget_person
from exeunt.keeping.ask import one
from exeunt.keeping.dump import dump, load
from exeunt.keeping.forecasts import forecasts, foretell, score
from exeunt.language.data import read_toml
from exeunt.language.forecasts import Statement, statement_of
from exeunt.ledger import Ledger
from exeunt.ledger.tables import forecast
from exeunt.reckon.forecasts import Scored, scores


def _sentences(which):
    return [
        pytest.param(entry["event"], sentence, id=sentence)
        for language in ("en", "ja")
        for entry in read_toml(language, "forecasts.toml")["statement"]
        for sentence in entry[which]
    ]


@pytest.mark.parametrize(("event", "sentence"), _sentences("fires_on"))
def test_a_sentence_foretells(event, sentence):
    assert statement_of(sentence).event == event


@pytest.mark.parametrize(("event", "sentence"), _sentences("silent_on"))
def test_a_sentence_foretells_something_else_or_nothing(event, sentence):
    try:
        assert statement_of(sentence).event != event
    except InputError as e:
        assert "PERSON" in str(e)


def test_names_are_taken_whole():
    assert statement_of("Daniel De Freitas will go back to Google DeepMind.") == Statement(
        "Daniel De Freitas", "Google DeepMind", "returns"
    )
    assert (
        statement_of("ダニエル・デ・フレイタスがグーグル・ディープマインドに戻る。").person
        == "ダニエル・デ・フレイタス"
    )


KNOWN = """
2024-01-05 | First | Ann Aldous | in appointed | 2024-01-01 | chief executive
2024-02-01 | First | Bob Barrow | in joined | 2024-02-01 | engineer
2024-03-01 | First | Cid Calder | in joined | 2024-03-01 | engineer
2024-06-02 | Second | Ann Aldous | pause leave | 2024-06-01 | - | until=2024-09-01
2024-06-20 | Second | Bob Barrow | out left | 2024-07-31 | - | status=planned
"""
LATER = """
2024-08-02 | First | Bob Barrow | out left | 2024-07-31 | -
2024-09-03 | First | Ann Aldous | in returned | 2024-09-01 | -
2025-03-01 | First | Dee Dunmore | in joined | 2025-03-01 | -
"""
DAY = date(2024, 7, 1)


@pytest.fixture
def ledger():
    with Ledger.open("sqlite://") as opened:
        tell(opened, KNOWN)
        yield opened


def make(ledger, text, by="2024-12-31", as_of=DAY, **more):
    return foretell(ledger, statement_of(text), text, date.fromisoformat(by), "tester", as_of, **more)


def test_a_plan_makes_a_departure_likelier(ledger):
    planned, other = (
        make(ledger, f"{who} leaves Halden Works", "2024-09-30").figure for who in ("Bob Barrow", "Cid Calder")
    )
    assert other.value < 0.3 < 0.6 < planned.value
    assert planned.low < planned.value < planned.high and planned.evidence


def test_a_forecast_is_recorded_once_and_kept(ledger):
    first = make(ledger, "Ann Aldous returns to Halden Works")
    again = make(ledger, "Ann Aldous returns to Halden Works")
    assert (first.new, again.new, first.id) == (True, False, again.id)
    tell(ledger, LATER, "Halden Works")
    with ledger.reading() as connection:
        (row,) = forecasts(connection, date(2025, 6, 1))
    assert row["probability"] == first.figure.value and row["hindsight"]


def test_resolution_waits_for_documents(ledger):
    make(ledger, "Ann Aldous returns to Halden Works")
    make(ledger, "Bob Barrow leaves Halden Works")
    make(ledger, "Cid Calder leaves Halden Works")
    with ledger.reading() as connection:
        before = {r["person"]: r["outcome"] for r in forecasts(connection, date(2024, 8, 1))}
        silent = {r["person"]: r["outcome"] for r in forecasts(connection, date(2025, 6, 1))}
    assert set(before.values()) == {"open"}
    assert set(silent.values()) == {
        "unresolved"
    }  # the plan of Bob's has passed, and nobody confirms it; of the others nothing is heard
    tell(ledger, LATER, "Halden Works")
    with ledger.reading() as connection:
        rows = forecasts(connection, date(2025, 6, 1))
        after = {r["person"]: r["outcome"] for r in rows}
    assert after == {"Ann Aldous": "yes", "Bob Barrow": "yes", "Cid Calder": "no"}
    assert all(r["resolved_by"] for r in rows)


@pytest.mark.parametrize(
    ("row", "made", "by", "outcome"),
    [
        ("2024-10-20 | First | Cid Calder | out left | 2024-10-19 | -", "2024-07-01", "2024-12-31", "yes"),
        ("2024-10-20 | First | Cid Calder | out left | 2024-10-19 | -", "2024-07-01", "2024-09-30", "no"),
        ("2024-10-20 | First | Cid Calder | out left | - | -", "2024-07-01", "2024-12-31", "yes"),  # undated: became known in time
        ("2024-10-20 | First | Cid Calder | out left | - | -", "2024-07-01", "2024-09-30", "unresolved"),  # may have been in time
        ("2025-01-20 | First | Cid Calder | out left | 2024 | -", "2024-07-01", "2024-12-31", "unresolved"),  # may have been before
        ("2024-07-20 | First | Cid Calder | out left | 2024-07 | -", "2024-07-10", "2024-12-31", "unresolved"),
        ("2024-08-20 | First | Cid Calder | out stepped_down | 2024-08-19 | engineer", "2024-07-01", "2024-12-31", "no"),  # a post, not the tie
    ],
)  # fmt: skip
def test_dates_decide(ledger, row, made, by, outcome):
    make(ledger, "Cid Calder leaves Halden Works", by, date.fromisoformat(made))
    tell(ledger, f"{row}\n2025-03-01 | First | Dee Dunmore | in joined | 2025-03-01 | -", "Halden Works")
    with ledger.reading() as connection:
        (told,) = forecasts(connection, date(2025, 6, 1))
    assert told["outcome"] == outcome


def test_only_what_documents_could_deny_is_scored(ledger):
    """A departure that is news before the day is known at once, a stay only after it: scored is neither before somebody speaks of the firm again."""
    make(ledger, "Bob Barrow leaves Halden Works", "2024-12-31")
    tell(ledger, LATER.strip().splitlines()[0], "Halden Works")
    with ledger.reading() as connection:
        assert [(r["outcome"], r["scored"]) for r in forecasts(connection, date(2025, 2, 1))] == [("yes", False)]
    tell(ledger, LATER.strip().splitlines()[2], "Halden Works")
    with ledger.reading() as connection:
        assert [(r["outcome"], r["scored"]) for r in forecasts(connection, date(2025, 6, 1))] == [("yes", True)]


def test_a_chance_of_ones_own(ledger):
    made = make(ledger, "Cid Calder leaves Halden Works", own=0.25)
    assert (made.figure.value, made.basis) == (0.25, ("given",))


@pytest.mark.parametrize(
    ("text", "by", "more", "error", "says"),
    [
        ("Ann Aldous returns to Halden Works", "2024-07-01", {}, InputError, "--as-of"),
        ("Ann Aldous returns to Halden Works", "2024-12-31", {"own": 1.0}, InputError, "between 0 and 1"),
        ("Ann Aldous returns to Halden Works", "2024-12-31", {"own": 1e-7}, InputError, "between 0 and 1"),
        ("Ann Aldous takes leave from Halden Works", "2024-12-31", {}, LedgerError, "on leave from"),
        ("Ann Aldous returns to Nordvik Bank", "2024-12-31", {}, LedgerError, "exeunt identities"),
        ("Cid Calder leaves Halden Works", "2099-12-31", {"as_of": date(2098, 1, 1)}, InputError, "has not come"),
        ("Cid Calder returns to Halden Works", "2024-12-31", {}, LedgerError, "not known to be away"),
        ("Cid Calder joins Halden Works", "2024-12-31", {}, LedgerError, "already"),
        ("Nobody Known leaves Halden Works", "2024-12-31", {}, LedgerError, "exeunt identities"),
    ],
)
def test_what_cannot_be_foretold(ledger, text, by, more, error, says):
    with pytest.raises(error, match=says):
        make(ledger, text, by, **more)


def test_who_has_left_cannot_leave(ledger):
    tell(ledger, LATER, "Halden Works")
    with pytest.raises(LedgerError, match="has left Halden Works"):
        make(ledger, "Bob Barrow leaves Halden Works", "2025-12-31", date(2025, 1, 1))


def test_forecasts_are_in_the_dump_and_go_with_the_person(ledger):
    make(ledger, "Ann Aldous returns to Halden Works")
    make(ledger, "Cid Calder leaves Halden Works")
    lines = list(dump(ledger))
    assert sum(json.loads(line)["table"] == "forecast" for line in lines) == 2
    with Ledger.open("sqlite://") as copy:
        load(copy, lines)
        assert list(dump(copy)) == lines and check(copy) == []
    with ledger.reading() as connection:
        (ann,) = one(connection, "Ann Aldous", "person")
    forget_person(ledger, ann, "on request")
    with ledger.reading() as connection:
        assert [r.person for r in connection.execute(select(forecast))] == ["Cid Calder"]
    assert "Aldous" not in "\n".join(dump(ledger))


def test_scores_by_hand():
    """0.8 came, 0.6 did not, 0.1 did not: Brier (0.04 + 0.36 + 0.01) / 3; the constant share of 1/3 scores 2/9."""
    some = [Scored(0.8, True, ("a",)), Scored(0.6, False, ("b",)), Scored(0.1, False, ("c",))]
    told = {f.label: f.value for f in scores(some) if f.table == "scores"}
    assert told["brier"] == pytest.approx(0.41 / 3, abs=1e-9)
    assert told["brier_base_rate"] == pytest.approx(2 / 9, abs=1e-9)
    assert told["skill"] == pytest.approx(1 - (0.41 / 3) / (2 / 9), abs=1e-9)
    assert told["log"] == pytest.approx(-(math.log(0.8) + math.log(0.4) + math.log(0.9)) / 3, abs=1e-9)
    above = (1 - 0.8) * (1 - 1.6) + (0 - 0.6) * (1 - 1.2) + (0 - 0.1) * (1 - 0.2)
    spread = math.sqrt(0.36 * 0.16 + 0.04 * 0.24 + 0.64 * 0.09)
    assert told["calibration_chance"] == pytest.approx(math.erfc(abs(above / spread) / math.sqrt(2)), abs=1e-9)
    bins = {f.label: (f.n, f.of) for f in scores(some) if f.table == "calibration"}
    assert bins == {"0-20 %": (0, 1), "60-80 %": (0, 1), "80-100 %": (1, 1)}


def test_the_brier_score_is_the_mean_squared_error():
    """The Brier score is the mean squared error of the chances (Brier 1950), here by numpy."""
    import numpy as np

    rng = np.random.default_rng(3)
    chances, came = rng.uniform(0.01, 0.99, 500), rng.uniform(size=500) < 0.4
    told = {
        f.label: f.value
        for f in scores([Scored(float(p), bool(c), ("x",)) for p, c in zip(chances, came, strict=True)])
    }
    assert told["brier"] == pytest.approx(float(np.mean((chances - came) ** 2)), abs=1e-12)


def test_nothing_to_score(ledger):
    make(ledger, "Cid Calder leaves Halden Works")
    with ledger.reading() as connection:
        assert score(forecasts(connection, date(2024, 8, 1))) == []
