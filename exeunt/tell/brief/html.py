"""A brief as one self-contained page: no script, nothing from elsewhere; everything that documents say is escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from string import Template

from exeunt.tell.brief.article import Article
from exeunt.tell.brief.sentences import Sentence
from exeunt.tell.brief.sources import Sources, sources_of
from exeunt.tell.brief.words import brief_words, day_of
from exeunt.tell.words import printable


def html_page(article: Article, picture: bytes | None = None) -> str:
    """The whole brief; the picture stands in the page itself."""
    template = Template((files("exeunt.tell.brief") / "brief.html").read_text(encoding="utf-8"))
    body = "\n".join(_body(article, picture))
    return template.substitute(language=article.material.language, title=_text(article.headline.text), body=body)


def _text(text: str) -> str:
    return escape(printable(text))


def _body(article: Article, picture: bytes | None) -> Iterator[str]:
    m, sources = article.material, sources_of(article)
    w = brief_words(m.language)
    yield f"<h1>{_sentence(article.headline, sources)}</h1>"
    yield f'<p class="meta">{_text(w["frame"]["as_of"].format(day=day_of(m.today, m.language)))}</p>'
    if m.demo:
        yield f'<p class="demo">{_text(w["frame"]["demo"])}</p>'
    if picture:
        yield f'<img alt="{_text(article.headline.text)}" width="1280" height="670" src="data:image/png;base64,{b64encode(picture).decode()}">'
    yield f'<p class="lead">{w["words"]["open"].join(_sentence(s, sources) for s in article.lead)}</p>'
    yield _folded((article.headline, *article.lead), sources, w)
    for section in article.sections:
        yield f'<h2 id="{section.key}">{_text(section.title)}</h2>'
        for heading, group in section.groups:
            if heading:
                yield f"<h3>{_text(heading)}</h3>"
            yield from (
                f'<div class="sentence">{_sentence(s, sources)}{_folded((s,), sources, w)}</div>' for s in group
            )
    yield from _table(article, sources, w)
    if article.blind:
        items = "".join(f"<li>{_text(x)}</li>" for x in article.blind)
        yield f'<h2 id="blind">{_text(w["section"]["blind"])}</h2><ul class="blind">{items}</ul>'
    yield from _sources(sources, w)


def _sentence(s: Sentence, sources: Sources) -> str:
    return f"{_text(s.text)} {_links(s.claims, sources)}"


def _links(claims: tuple[str, ...], sources: Sources) -> str:
    return _linked(sources.of(claims))


def _linked(links: list[tuple[str, str]]) -> str:
    return " ".join(f'<a class="cite" href="#{anchor}">[{label}]</a>' for label, anchor in links)


def _folded(sentences: tuple[Sentence, ...], sources: Sources, w: dict[str, dict[str, str]]) -> str:
    links = sources.folded(sentences)
    if not links:
        return ""
    label = w["frame"]["more"].format(n=len(links))
    return f"<details><summary>{_text(label)}</summary>{_linked(links)}</details>"


def _table(article: Article, sources: Sources, w: dict[str, dict[str, str]]) -> Iterator[str]:
    if not article.rows:
        return
    heads = "".join(
        f'<th scope="col">{_text(w["frame"][k])}</th>' for k in ("person", "what", "date", "role", "where", "cites")
    )
    yield f'<h2 id="everyone">{_text(w["section"]["everyone"])}</h2><div class="wide" tabindex="0"><table><thead><tr>{heads}</tr></thead><tbody>'
    for r in article.rows:
        mark = f' <span class="mark">({_text(r.mark)})</span>' if r.mark else ""
        rest = "".join(f"<td>{_text(x)}</td>" for x in (r.date, r.role, r.other))
        yield f"<tr><td>{_text(r.name)}</td><td>{_text(r.what)}{mark}</td>{rest}<td>{_links(r.sentence.claims, sources)}</td></tr>"
    yield "</tbody></table></div>"


def _sources(sources: Sources, w: dict[str, dict[str, str]]) -> Iterator[str]:
    yield f'<h2 id="sources">{_text(w["section"]["sources"])}</h2><ol class="sources">'
    for s in sources.listed:
        title = _text(s.title or w["frame"]["untitled"])
        linked = f'<a rel="noreferrer nofollow" href="{escape(s.url)}">{title}</a>' if s.url else title
        head = " · ".join(x for x in (_text(s.outlet or ""), linked, _text(s.published or "")) if x)
        quotes = "".join(f'<li id="q{s.number}-{k}"><q>{_text(q)}</q></li>' for k, q in enumerate(s.quotes, 1))
        yield f"<li>{head}<ul>{quotes}</ul></li>"
    yield "</ol>"
