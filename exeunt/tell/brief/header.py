"""The header picture of a brief: its values put into the picture."""

from __future__ import annotations

from exeunt.tell.brief.article import MONTHS, Article, months_between, period
from exeunt.tell.brief.numbers import expected, remaining
from exeunt.tell.brief.sources import sources_of
from exeunt.tell.brief.words import brief_words, day_of
from exeunt.tell.picture import header_picture


def header_of(article: Article) -> bytes:
    """A PNG of 1280 × 670: the organisation, the period, departures by month, three numbers, how many sources."""
    m = article.material
    f = brief_words(m.language)["frame"]
    band, bars = expected(m), months_between(m)
    drawn, dated = sum(n for _, n in bars), sum(len(e.date or "") >= 7 for e in m.left)
    heading = f["picture_last"].format(n=MONTHS) if drawn < dated else f["picture"]
    numbers = ((str(len(m.left)), f["left"]), (str(len(m.joined)), f["joined"]), (remaining(m), f["founders"]))
    return header_picture(
        m.name, f"{heading} · {period(m, 'label_')}", bars, numbers, band,
        f["expected"].format(low=f"{band[0]:g}", high=f"{band[1]:g}") if band else "",
        f["source_count"].format(n=len(sources_of(article).listed), day=day_of(m.today, m.language)),
    )  # fmt: skip
