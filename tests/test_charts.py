"""Charts: what is drawn is what the figures say, safely, in both languages, the same bytes each time."""

from __future__ import annotations

import re
import time
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import pytest

from exeunt.model import Figure, LanguageCode
from exeunt.tell.charts import (
    Bar,
    Leave,
    chart_words,
    months,
    odds,
    rows_of_months,
    rows_of_odds,
    rows_of_sankey,
    rows_of_steps,
    rows_of_timeline,
    sankey,
    since_until,
    steps,
    stylesheet,
    timeline,
)  # fmt: skip
from exeunt.tell.charts.svg import breadth, fit

HOSTILE = '<script>alert(1)</script>"&\x00\u202e\ufffe'
LONG = "Bartholomew Featherstonehaugh of a very long name"
LANGUAGES: tuple[LanguageCode, ...] = ("en", "ja")
SINCE, UNTIL = date(2023, 1, 1), date(2024, 12, 31)


def fig(table: str, label: str, value: float, **more: object) -> Figure:
    unit = {"odds": "probability", "chances": "probability"}.get(table, "people")
    return Figure(table=table, label=label, value=value, unit=unit, evidence=("c1",), blind="named", **more)  # type: ignore[arg-type]


def figures(name: str = "Ann Poe") -> list[Figure]:
    return [
        fig("left_by_month", "2018-??", 2), fig("left_by_month", "2023-11", 5), fig("left_by_month", "2024-02", 1),
        fig("expected_by_month", "any", 1.16, low=0, high=4, level=0.95),
        fig("founders", "begin", 4, notes=("unnamed:1",)), fig("founders", name, 3, since="2018", detail="out:left", moves=("m1",)),
        fig("founders", "Bo Li", 2, since="2023-11-17", detail="out:dismissed", moves=("m2",)), fig("founders", "Bo Li", 3, since="2023-11-21", detail="in:returned", moves=("m3",)),
        fig("founders", "now", 2, low=2, high=3, until="2024-11-20", detail="Bo Li"),
        fig("flows", f"Acme → {name}", 0.6, n=3, of=5), fig("flows", "Acme → Beta", 0.2, n=1, of=5), fig("flows_in", "Gamma → Acme", 1, n=2, of=2),
        fig("flows", "Other → Beta", 1, n=9, of=9), fig("whither", "not_told", 7, n=7, of=12),
        fig("odds", name, 0.4, low=0.1, high=0.7, level=0.95, n=4, of=9, notes=("small",)), fig("chances", "returned", 0.625, low=0.5, high=0.75, level=0.95, n=20, of=32),
    ]  # fmt: skip


def bars(name: str = "Ann Poe", href: str = "/person/a") -> list[Bar]:
    return [
        Bar(row=name, name=name, organization="Acme", start=date(2023, 3, 1), end=date(2024, 6, 1), role="CEO", href=href, leaves=(Leave(date(2023, 9, 1), date(2023, 12, 1)),)),
        Bar(row=name, name=name, organization="Acme", start=date(2024, 9, 1), end=date(2024, 10, 1), outcome="open", href=href),
        Bar(row="Bo", name="Bo", organization="Acme", end=date(2024, 5, 1), start_known=False),
        Bar(row="Cy", name="Cy", organization="Acme", start=date(2020, 1, 1), end=date(2025, 5, 1)),
        Bar(row="Di", name="Di", organization="Acme"),
    ]  # fmt: skip


CHARTS = {
    "timeline": lambda n, lang, **k: timeline(bars(n), SINCE, UNTIL, lang, **k),
    "months": lambda n, lang, **k: months(figures(n), lang, **k),
    "steps": lambda n, lang, **k: steps(figures(n), lang, **k),
    "sankey": lambda n, lang, **k: sankey(figures(n), "Acme", lang, **k),
    "odds": lambda n, lang, **k: odds(figures(n), lang, **k),
}


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def marks(svg: str, class_: str) -> list[ET.Element]:
    return [e for e in parsed(svg).iter() if class_ in (e.get("class") or "").split()]


def values(svg: str) -> list[tuple[str | None, float]]:
    return [
        (e.get("data-label"), float(e.get("data-value") or "nan")) for e in parsed(svg).iter() if e.get("data-value")
    ]


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 720])
def test_valid_safe_and_the_same_each_time(chart: str, language: LanguageCode, width: int) -> None:
    svg = CHARTS[chart](HOSTILE, language, width=width, prefix="p")
    root = parsed(svg)
    assert svg == CHARTS[chart](HOSTILE, language, width=width, prefix="p")
    assert root.get("viewBox", "").split()[2] == str(width)
    assert "<script" not in svg and "style=" not in svg and "\x00" not in svg and "\u202e" not in svg
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids)) and all(str(i).startswith("p-") for i in ids)
    assert set((root.get("aria-labelledby") or "").split()) <= set(ids)
    assert root.get("role") == ("group" if chart == "timeline" else "img")


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 720])
def test_text_stays_inside(chart: str, language: LanguageCode, width: int) -> None:
    texts = parsed(CHARTS[chart](LONG, language, width=width)).findall(".//{*}text")
    assert len(texts) > 4
    for e in texts:
        whole = e.find("{*}title")
        text = "".join(e.itertext()).removeprefix((whole.text or "") if whole is not None else "")
        wide, x = breadth(text, 12), float(e.get("x", "0"))
        start = {"end": x - wide, "middle": x - wide / 2}.get(e.get("text-anchor") or "", x)
        assert start >= -6 and start + wide <= width + 6, text


@pytest.mark.parametrize("chart", CHARTS)
def test_alone_it_brings_its_styles(chart: str) -> None:
    svg = CHARTS[chart]("Ann", "en", standalone=True)
    style = parsed(svg).find("{*}style")
    assert style is not None and style.text == stylesheet() and "<style" not in CHARTS[chart]("Ann", "en")


def test_nothing_to_draw_is_nothing() -> None:
    assert [
        timeline([], SINCE, UNTIL, "en"),
        months([], "en"),
        steps([], "en"),
        sankey([], "Acme", "en"),
        odds([], "en"),
    ] == [""] * 5
    assert since_until([]) is None


def test_months_drawn_are_the_figures() -> None:
    svg = months(figures(), "en", until="2024-04-01")
    assert values(svg) == [
        ("2018-??", 2),
        ("2023-11", 5),
        ("2023-12", 0),
        ("2024-01", 0),
        ("2024-02", 1),
        ("2024-03", 0),
        ("2024-04", 0),
    ]
    heights = {
        e.get("data-label"): float(e.get("height", "0")) for e in marks(svg, "c-column") + marks(svg, "c-hollow")
    }
    assert heights["2023-11"] == pytest.approx(5 * heights["2024-02"], abs=0.3) and heights["2018-??"] == pytest.approx(
        2 * heights["2024-02"], abs=0.3
    )
    (band,) = (e for e in marks(svg, "c-band") if e.get("data-high"))
    assert (band.get("data-low"), band.get("data-high")) == ("0", "4")
    assert float(band.get("height", "0")) == pytest.approx(4 * heights["2024-02"], abs=0.3)
    assert len(marks(svg, "c-hollow")) == 1 and len(marks(svg, "c-nothing")) == 4


def test_steps_drawn_are_the_figures() -> None:
    svg = steps(figures(), "en")
    assert values(svg) == [("Ann Poe", 3), ("Bo Li", 2), ("Bo Li", 3)]
    vague = [e.get("data-label") for e in marks(svg, "c-vague")]
    assert vague == ["Ann Poe"]  # told to the year only
    assert "2–3" in svg and "came back" in svg and len(marks(svg, "c-step-in")) == 1
    places = [float(e.get("x1", "0")) for e in parsed(svg).iter() if e.get("data-value")]
    assert places == sorted(places)


def test_ribbons_are_as_wide_as_people_are_many() -> None:
    svg = sankey(figures(), "Acme", "en")
    assert dict(values(svg)) == {"Gamma": 2, "Ann Poe": 3, "Beta": 1, "others": 1, "destination not told": 7}
    nodes = sorted(float(e.get("height", "0")) for c in ("c-node-out", "c-node-dark") for e in marks(svg, c))
    assert nodes == pytest.approx([nodes[0], nodes[0], 3 * nodes[0], 7 * nodes[0]], abs=0.3)


def test_chances_are_where_they_belong() -> None:
    svg = odds(figures(), "en")
    assert values(svg) == [("Ann Poe", 0.4), ("returned", 0.625)]
    low, high = next(
        (float(e.get("x1", "0")), float(e.get("x2", "0"))) for e in parsed(svg).iter() if e.get("data-low") == "0.5000"
    )
    dot = next(float(e.get("cx", "0")) for e in parsed(svg).iter() if e.get("data-label") == "returned")
    assert dot == pytest.approx((low + high) / 2, abs=0.2)
    assert len(marks(svg, "c-dot-few")) == 1 and "20 of 32 cases" in svg


def drawn(bar: Bar) -> str:
    return timeline([bar], SINCE, UNTIL, "en", prefix="t").split('class="c-legend"')[-1].split("</g>", 1)[-1]


@pytest.mark.parametrize(("bar", "shown", "absent"), [
    (Bar(row="A", name="A", organization="O", start=date(2023, 5, 1), end=date(2024, 5, 1)), ["c-in", "c-out"], ["c-dots", "c-arrow"]),
    (Bar(row="A", name="A", organization="O", start=date(2023, 5, 1), end=date(2024, 5, 1), outcome="open"), ["c-in", "c-arrow", "c-fade"], ["c-out"]),
    (Bar(row="A", name="A", organization="O", start=date(2023, 5, 1), end=date(2024, 5, 1), start_known=False, end_known=False), ["c-dots", "c-out-rough"], ["c-in", "c-out"]),
    (Bar(row="A", name="A", organization="O", end=date(2024, 5, 1)), ["c-dots", "c-out"], ["c-in", "c-bar"]),
    (Bar(row="A", name="A", organization="O", start=date(2023, 5, 1), outcome="ended"), ["c-in", "c-dots"], ["c-out", "c-arrow"]),
    (Bar(row="A", name="A", organization="O", start=date(2020, 5, 1), end=date(2025, 5, 1)), ["c-arrow"], ["c-in", "c-out"]),
])  # fmt: skip
def test_what_is_not_told_is_not_drawn_as_told(bar: Bar, shown: list[str], absent: list[str]) -> None:
    svg = drawn(bar)
    assert [c for c in shown if f'class="{c}"' not in svg] == [] and [c for c in absent if f'class="{c}"' in svg] == []


def test_a_bar_ends_with_the_last_news() -> None:
    half = SINCE + (UNTIL - SINCE) / 2
    svg = timeline(
        [Bar(row="A", name="A", organization="O", start=SINCE, end=half, outcome="open")], SINCE, UNTIL, "en"
    )
    (bar,) = marks(svg, "c-bar")
    (row,) = marks(svg, "c-row")
    left, right = float(row.get("x1", "0")), float(row.get("x2", "0"))
    assert float(bar.get("x", "0")) + float(bar.get("width", "0")) == pytest.approx((left + right) / 2, abs=1)


@pytest.mark.parametrize(("href", "leads"), [("/person/a", True), ("#x", True), ("https://e.org/a", True), ("javascript:alert(1)", False), ("//evil.org", False), ("data:text/html,x", False)])  # fmt: skip
def test_links_lead_only_where_they_may(href: str, leads: bool) -> None:
    found = [e.get("href") for e in parsed(timeline(bars(href=href), SINCE, UNTIL, "en")).findall(".//{*}a")]
    assert found == ([href, href] if leads else [])


def test_each_bar_says_itself_in_words() -> None:
    titles = [e.text for e in parsed(timeline(bars(), SINCE, UNTIL, "en")).findall(".//{*}title")]
    assert "Ann Poe · Acme · CEO · from 1 Mar 2023 · left 1 Jun 2024 · on leave: 1 Sep 2023 to 1 Dec 2023" in titles
    assert "Ann Poe · Acme · from 1 Sep 2024 · still there at the last news, 1 Oct 2024" in titles


def many(n: int) -> list[Bar]:
    return [
        Bar(row=f"Person {i}", name=f"Person {i}", organization="O", start=SINCE + timedelta(days=i % 600), end=UNTIL)
        for i in range(n)
    ]


def test_a_vague_date_is_told_and_drawn_as_vague() -> None:
    bar = Bar(
        row="A",
        name="A",
        organization="O",
        start=date(2023, 7, 1),
        end=date(2024, 6, 15),
        start_told="2023",
        end_told="2024-06",
    )
    assert (
        'class="c-in-rough"' in drawn(bar) and 'class="c-out-rough"' in drawn(bar) and 'class="c-in"' not in drawn(bar)
    )
    assert "A · O · from 2023 · left Jun 2024" in timeline([bar], SINCE, UNTIL, "en")


def test_many_rows_are_cut_and_counted() -> None:
    svg = timeline(many(75), SINCE, UNTIL, "en")
    assert len(marks(svg, "c-row")) == 60 and "… and 15 more" in svg
    assert len(rows_of_timeline(many(75), "en").rows) == 75


def test_work_grows_no_faster_than_rows() -> None:
    def seconds(n: int) -> float:
        some = many(n)
        begun = time.perf_counter()
        timeline(some, SINCE, UNTIL, "en")
        return time.perf_counter() - begun

    seconds(60)
    assert min(seconds(20_000) for _ in range(2)) < 25 * max(0.005, min(seconds(2_000) for _ in range(2)))


def test_long_series_of_months_are_cut_and_counted() -> None:
    long = [fig("left_by_month", f"{y}-{m:02d}", 1) for y in range(1950, 2024) for m in range(1, 13)]
    svg = months(long, "en", width=360)
    assert len(values(svg)) < 90 and "are not drawn" in svg
    assert len(rows_of_months(long, "en").rows) == 74 * 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_hold_what_charts_draw(language: LanguageCode) -> None:
    f = figures()
    tables = [
        rows_of_months(f, language),
        rows_of_steps(f, language),
        rows_of_sankey(f, "Acme", language),
        rows_of_odds(f, language),
        rows_of_timeline(bars(), language),
    ]
    assert all(len(r) == len(t.header) for t in tables for r in t.rows)
    assert [r[1] for r in tables[0].rows] == [v for _, v in values(months(f, language))]
    assert [r[3] for r in tables[1].rows] == [4, 3, 2, 3, 2]
    assert [r[2] for r in tables[2].rows] == [v for _, v in values(sankey(f, "Acme", language))]
    assert [r[1] for r in tables[3].rows] == [v for _, v in values(odds(f, language))]


def test_words_are_complete() -> None:
    en, ja = chart_words("en"), chart_words("ja")
    assert en.keys() == ja.keys()
    places = re.compile(r"\{(\w+)\}")
    assert [
        k
        for k in en
        if not k.startswith(("tick_", "month_")) and set(places.findall(en[k])) != set(places.findall(ja[k]))
    ] == []
    code = "".join(p.read_text() for p in files("exeunt.tell.charts").iterdir() if p.name.endswith(".py"))  # type: ignore[attr-defined]
    used = set(re.findall(r'w\["(\w+)"\]', code)) | set(re.findall(r'chart_words\([\w.]+\)\["(\w+)"\]', code))
    assert used <= en.keys() and len(used) > 20


@pytest.mark.parametrize(
    ("text", "room", "shown"),
    [("Ann", 100, "Ann"), ("Annabella Montgomery", 80, "Annabella…"), ("研究担当副社長", 60, "研究担…")],
)
def test_text_is_cut_to_its_room(text: str, room: float, shown: str) -> None:
    assert fit(text, room) == shown and breadth(shown) <= room


@cache
def palettes() -> list[dict[str, str]]:
    light, dark = stylesheet().split("@media (prefers-color-scheme: dark)", 1)
    return [dict(re.findall(r"(--c-[\w-]+): (#\w{6})", part)) for part in (light, dark)]


def contrast(a: str, b: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(a), light(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("fore", "back", "least"), [
    ("ink", "paper", 4.5), ("muted", "paper", 4.5), ("out", "paper", 4.5), ("in", "paper", 4.5), ("ink", "bar", 4.5), ("on-mark", "muted", 4.5),
    ("edge", "paper", 3), ("leave", "leave-under", 3), ("dark", "paper", 3),
])  # fmt: skip
def test_contrast(fore: str, back: str, least: float) -> None:
    assert [contrast(p[f"--c-{fore}"], p[f"--c-{back}"]) >= least for p in palettes()] == [True, True]


@pytest.mark.parametrize("chart", CHARTS)
def test_every_class_has_its_style(chart: str) -> None:
    used = {
        c
        for e in parsed(CHARTS[chart]("Ann", "en")).iter()
        for c in (e.get("class") or "").split()
        if c.startswith("c-")
    }
    bare = {
        "c-axis",
        "c-unknown",
        "c-legend",
        "c-fade",
        "c-band",
        "c-ribbon-dark",
    }  # groups, and what a gradient paints
    assert [c for c in sorted(used - bare) if f".{c} " not in stylesheet()] == []
