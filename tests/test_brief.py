"""A brief: every sentence has its sources, and states nothing but what these and the figures say."""

import re
import struct
from datetime import date

import pytest
from telling import tell
from typer.testing import CliRunner

from exeunt.cli import app
from exeunt.errors import InputError, LedgerError
from exeunt.keeping import ask, judge
from exeunt.keeping.brief import brief
from exeunt.keeping.reckon import View
from exeunt.ledger import Ledger
from exeunt.tell.brief import html_page, markdown_of
from exeunt.tell.brief.header import header_of
from exeunt.tell.brief.markdown import escaped
from exeunt.tell.brief.sources import sources_of
from exeunt.tell.brief.words import brief_words, day_of, listed
from exeunt.tell.picture import header_picture, share_picture

ORGANIZATIONS = ("OpenAI", "Apple", "Meta", "Tesla", "Microsoft", "Safe Superintelligence", "Anthropic")
DAYS = (None, "2024-08-20")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The file of a ledger with the demonstration."""
    path = str(tmp_path_factory.mktemp("brief") / "demo.db")
    assert CliRunner().invoke(app, ["demo", "--ledger", path]).exit_code == 0
    return path


@pytest.fixture(scope="module")
def demo(place):
    with Ledger.open(place) as ledger:
        yield ledger


def _written(ledger, name, language="en", as_of=None, since=None, until=None):
    with ledger.reading() as connection:
        view = View.of(as_of, language)
        view = view if as_of else View(date(2025, 12, 1), None, language)
        return brief(connection, name, view, since, until)


CASES = [
    (o, language, day)
    for o in ORGANIZATIONS
    for language in ("en", "ja")
    for day in DAYS
    if (o, day) != ("Meta", DAYS[1])
]


@pytest.mark.parametrize(("name", "language", "day"), CASES)
def test_every_sentence_is_borne_out_by_the_claims_it_cites(demo, name, language, day):
    article = _written(demo, name, language, day)
    m = article.material
    called = {}
    with demo.reading() as connection:
        for person in {p for s in article.sentences for p in s.persons}:
            called[person] = set(ask.all_names(connection, person, "person"))
    assert len(article.sentences) > 1
    for s in article.sentences:
        assert s.claims, s.text
        quotes = [m.quotes[c] for c in s.claims]
        for field, stated in (
            ("kind", s.kinds),
            ("status", s.statuses),
            ("date", s.dates),
            ("role", s.roles),
            ("counterpart", s.counterparts),
        ):
            assert set(stated) <= {getattr(q, field) for q in quotes}, (s.text, field)
        if s.kinds:
            assert {q.person for q in quotes} == set(s.persons), s.text
        for person, told in zip(s.persons, s.names, strict=True):
            assert told in called[person] and told in s.text
        for d in s.dates:
            assert day_of(d, language) in s.text
        for c in (*s.claims, *s.more):
            assert c in m.quotes


@pytest.mark.parametrize(("name", "language", "day"), CASES)
def test_what_is_not_a_fact_is_marked_and_its_denial_stands_beside_it(demo, name, language, day):
    article = _written(demo, name, language, day)
    m, w = article.material, brief_words(language)
    known = [
        s
        for section in article.sections
        if section.key in ("known", "undated")
        for _, group in section.groups
        for s in group
    ]
    assert {x for s in known for x in s.statuses} <= {"fact", "planned", "denied"}
    unsure = [
        s for section in article.sections if section.key == "unsure" for _, group in section.groups for s in group
    ]
    for s in unsure:
        frame = w["status"][
            "also_denied" if s.text.endswith(w["status"]["also_denied"].split("}")[-1]) else s.statuses[0]
        ]
        assert frame.split("}")[-1] in s.text or frame.split("{")[0] in s.text
    for row in article.rows:
        event = next(e for e in m.events if e.id == row.event)
        assert bool(row.mark) == (event.status != "fact" or any(m.quotes[c].status == "denied" for c in event.claims))
        if any(m.quotes[c].status == "denied" for c in event.claims):
            assert w["kind"]["denied"] in row.mark
            denials = [s for s in article.sentences if "denied" in s.statuses and event.person in s.persons]
            assert denials and all(any(m.quotes[c].status == "denied" for c in s.claims) for s in denials)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("day", ["2024-08-20", None])
def test_numbers_are_those_of_the_figures(demo, language, day):
    article = _written(demo, "OpenAI", language, day)
    figures = {
        f"{f.table}/{f.label}": f
        for f in (*article.material.figures, *article.material.leaves, *(w.figure for w in article.material.ways))
    }
    seen = 0
    for s in article.sentences:
        if s.figure:
            f = figures[s.figure]
            beside = [g for k, g in figures.items() if k.startswith("burst/")] if s.figure.startswith("burst") else []
            values = {x for g in (f, *beside) for x in (g.value, g.low, g.high, g.n, g.of) if x is not None} | {0, 90}
            assert set(s.numbers) <= values, s.text
            seen += 1
    assert seen > 5


def test_the_total_is_the_figure_and_the_period_cuts_it(demo):
    article = _written(demo, "OpenAI")
    left = next(f for f in article.material.figures if (f.table, f.label) == ("total", "left"))
    assert article.headline.numbers == (left.value,) and f" {left.value:g} " in article.headline.text
    within = _written(demo, "OpenAI", since="2024-05", until="2024-08")
    assert within.headline.numbers == (6,)  # Clark, Yoon, Sutskever, Leike in May; Schulman, Deng in August
    assert {r.date for r in within.rows} <= {
        day_of(d, "en") for e in within.material.events for d in [e.date] if "2024-05" <= d < "2024-09"
    }


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_same_ledger_and_day_make_the_same_bytes(place, tmp_path, language):
    def made(folder):
        arguments = [
            "brief",
            "OpenAI",
            "--since",
            "2024-01",
            "--as-of",
            "2025-12-01",
            "--language",
            language,
            "--out",
            str(folder),
            "--ledger",
            place,
        ]
        assert CliRunner().invoke(app, arguments).exit_code == 0
        return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}

    first, second = made(tmp_path / "a"), made(tmp_path / "b")
    assert first == second and set(first) == {"brief.md", "brief.html", "header.png"}
    assert struct.unpack(">II", first["header.png"][16:24]) == (1280, 670)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_citation_leads_to_its_words(demo, language):
    article = _written(demo, "OpenAI", language)
    page, text = html_page(article), markdown_of(article)
    for shown, anchor in ((page, r'<li id="([^"]+)"'), (text, r'<a id="([^"]+)"')):
        there = re.findall(anchor, shown)
        asked = set(re.findall(r'(?:href="|\()#(q[\d-]+)', shown))
        assert len(there) == len(set(there)) and asked == set(there)
    quotes = {q for s in sources_of(article).listed for q in s.quotes}
    with demo.reading() as connection:
        texts = " ".join(r[0] for r in connection.exec_driver_sql("select body from document"))
    assert all(q.replace('"', '\\"').replace("\n", "\\n") in texts for q in quotes)
    assert "<script" not in page and not re.search(r'(?:src|href)="(?!#|data:|https?://)', page)


def test_what_names_hold_is_never_markup(tmp_path):
    name = "<img/src=x> [Ann](javascript:x) *B* `c` @d www.evil.example"
    with Ledger.open(str(tmp_path / "l.db")) as ledger:
        tell(ledger, f"2024-02-01 | <b>First</b> | {name} | out left | 2024-02-01 | a](http://evil.example) boss")
        article = _written(ledger, "Halden Works")
    page, text = html_page(article), markdown_of(article)
    assert "<img" not in page and "<b>" not in page and "&lt;img" in page
    for raw in ("<img", "[Ann](", "*B*", "`c`", " @d", "www.evil", "](http", "<b>"):
        assert raw not in re.sub(r"\\.", "", text)  # what a backslash stands before is no markup
    assert escaped("- a\n# b") == "\\- a \\# b" and escaped("1. x") == "1\\. x"


def test_an_organisation_or_a_period_that_is_none_is_an_error(demo):
    with pytest.raises(LedgerError, match="no organisation"):
        _written(demo, "Nowhere Ltd")
    with pytest.raises(LedgerError, match="later --as-of"):
        _written(demo, "Meta", as_of="2024-08-20")
    with pytest.raises(InputError, match="other way round"):
        _written(demo, "OpenAI", since="2024-05", until="2024-01")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_period_without_moves_says_so_with_its_sources(demo, language):
    article = _written(demo, "OpenAI", language, since="2001", until="2002")
    assert article.headline.numbers == (0,) and article.headline.claims and all(s.claims for s in article.lead)
    assert not article.rows and "known" not in {s.key for s in article.sections}
    assert header_of(article).startswith(b"\x89PNG")


def test_nothing_rejected_or_doubtful_is_told(tmp_path):
    with Ledger.open(str(tmp_path / "l.db")) as ledger:
        tell(
            ledger,
            "2024-02-01 | First | Ann Aldous | out left | 2024-02-01 | boss\n2024-03-01 | First | Bob Barrow | out left | 2024-03-01 | clerk",
        )
        with ledger.reading() as connection:
            key = next(c["id"] for m in ask.person(connection, "Bob Barrow") for c in m["claims"])
        judge(ledger, "reject", key, None, "not so", "test")
        article = _written(ledger, "Halden Works")
    assert "Ann Aldous" in markdown_of(article) and "Bob Barrow" not in markdown_of(article)


def test_grammar():
    assert listed(["A", "B", "C"], "en") == "A, B and C" and listed(["A", "B", "C"], "ja") == "A、B、C"
    assert (day_of("2024-08-05", "en"), day_of("2024-08", "en"), day_of("2024", "en")) == (
        "5 August 2024",
        "August 2024",
        "2024",
    )
    assert (day_of("2024-08-05", "ja"), day_of("2024-08", "ja"), day_of("2024", "ja")) == (
        "2024年8月5日",
        "2024年8月",
        "2024年",
    )
    en, ja = brief_words("en"), brief_words("ja")
    assert {g: set(v) for g, v in en.items() if g != "part"} == {g: set(v) for g, v in ja.items() if g != "part"}


def test_pictures():
    bars, numbers = [("2024-01", 3.0), ("2024-02", 0.0)], [("3", "left"), ("1", "joined"), ("—", "founders remaining")]
    shared = share_picture("株式会社例", "2024年", bars, numbers, "出典2件")
    assert struct.unpack(">II", shared[16:24]) == (1200, 630)
    assert header_picture("a\U0001f600", "", [], []) == header_picture("a〓", "", [], [])  # what the font lacks
    assert header_picture("髙﨑", "", [], []) != header_picture("〓〓", "", [], [])
    assert (
        len(header_picture("W" * 500, "x" * 500, bars * 60, numbers, (0, 4), "y" * 300)) > 1000
    )  # nothing is too long
