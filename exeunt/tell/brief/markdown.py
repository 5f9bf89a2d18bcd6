"""A brief as Markdown: every citation links to its quote below; nothing that a name or a quote holds can become markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from exeunt.tell.brief.article import Article, period
from exeunt.tell.brief.sentences import Sentence
from exeunt.tell.brief.sources import Sources, sources_of
from exeunt.tell.brief.words import brief_words, day_of
from exeunt.tell.words import printable

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&$@])")
_WEB = re.compile(r"(?i)\bwww\.")
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def escaped(text: str) -> str:
    """On one line, and as it stands: no link, no emphasis, no HTML, no list."""
    line = _MARKUP.sub(r"\\\1", printable(" ".join(text.split())))
    line = line.replace("://", ":\\/\\/")
    line = _WEB.sub(lambda m: m[0][:-1] + r"\.", line)
    return _LIST.sub(lambda m: m[1] + m[2][:-1] + "\\" + m[2][-1], line)


def markdown_of(article: Article, picture: str | None = "header.png") -> str:
    """The whole brief."""
    return "\n".join(_lines(article, picture)).rstrip("\n") + "\n"


def _lines(article: Article, picture: str | None) -> Iterator[str]:
    m, sources = article.material, sources_of(article)
    w = brief_words(m.language)
    yield from (f"# {_sentence(article.headline, sources)}", "")
    if picture:
        yield from (f"![{escaped(article.headline.text)}]({picture})", "")
    yield from (f"*{escaped(w['frame']['as_of'].format(day=day_of(m.today, m.language)))}*", "")
    if m.demo:
        yield from (f"> {escaped(w['frame']['demo'])}", "")
    yield from (
        f"{w['words']['open'].join(_sentence(s, sources) for s in article.lead)}",
        "",
        *_folded((article.headline, *article.lead), sources, w),
    )
    for section in article.sections:
        yield from (f"## {escaped(section.title)}", "")
        for heading, group in section.groups:
            if heading:
                yield from (f"### {escaped(heading)}", "")
            for s in group:
                yield from (f"- {_sentence(s, sources)}", "")
                yield from ("  " + line if line else line for line in _folded((s,), sources, w))
    yield from _table(article, sources, w)
    if article.blind:
        yield from (f"## {escaped(w['section']['blind'])}", "", *(f"- {escaped(x)}" for x in article.blind), "")
    yield from _sources(sources, w, m.language == "ja")


def _sentence(s: Sentence, sources: Sources) -> str:
    return f"{escaped(s.text)} {_links(s.claims, sources)}"


def _links(claims: tuple[str, ...], sources: Sources) -> str:
    return _linked(sources.of(claims))


def _linked(links: list[tuple[str, str]]) -> str:
    return " ".join(f"[\\[{label}\\]](#{anchor})" for label, anchor in links)


def _folded(sentences: tuple[Sentence, ...], sources: Sources, w: dict[str, dict[str, str]]) -> Iterator[str]:
    links = sources.folded(sentences)
    if links:
        yield from (
            f"<details><summary>{w['frame']['more'].format(n=len(links))}</summary>",
            "",
            _linked(links),
            "",
            "</details>",
            "",
        )


def _table(article: Article, sources: Sources, w: dict[str, dict[str, str]]) -> Iterator[str]:
    if not article.rows:
        return
    f = w["frame"]
    yield from (f"## {escaped(w['section']['everyone'])} ({escaped(period(article.material, 'label_'))})", "")
    heads = [f[k] for k in ("person", "what", "date", "role", "where", "cites")]
    yield from (f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}")
    for r in article.rows:
        what = f"{r.what} ({r.mark})" if r.mark else r.what
        cells = [escaped(x) for x in (r.name, what, r.date, r.role, r.other)]
        yield f"| {' | '.join(cells)} | {_links(r.sentence.claims, sources)} |"
    yield ""


def _sources(sources: Sources, w: dict[str, dict[str, str]], japanese: bool) -> Iterator[str]:
    yield from (f"## {escaped(w['section']['sources'])}", "")
    for s in sources.listed:
        title = escaped(s.title or w["frame"]["untitled"])
        linked = f"[{title}](<{s.url}>)" if s.url else title
        yield from (
            f"{s.number}. {' · '.join(x for x in (escaped(s.outlet or ''), linked, s.published or '') if x)}",
            "",
        )
        for k, quote in enumerate(s.quotes, 1):
            shown = f"「{escaped(quote)}」" if japanese else f"“{escaped(quote)}”"
            yield from (f'   - <a id="q{s.number}-{k}"></a>{shown}', "")
