"""A brief on the command line: an article about one organisation, with its sources, as Markdown, as a page and with a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exeunt.cli.ledger import Where
from exeunt.cli.reckon import AsOf, Language, view_of
from exeunt.cli.stream import say
from exeunt.errors import InputError
from exeunt.keeping.brief import brief as brief_of
from exeunt.language.dates import publication_day
from exeunt.ledger import Ledger
from exeunt.tell import printable
from exeunt.tell.brief import html_page, markdown_of
from exeunt.tell.brief.header import header_of


def brief(
    name: Annotated[str, typer.Argument(help="An organisation, in any of its names, or its id.")],
    out: Annotated[Path, typer.Option("--out", help="The folder for brief.md, brief.html and header.png.")],
    since: Annotated[str | None, typer.Option(help="Moves from this date on (YYYY, YYYY-MM or YYYY-MM-DD).")] = None,
    until: Annotated[str | None, typer.Option(help="Moves up to this date.")] = None,
    as_of: AsOf = None,
    language: Language = "en",
    ledger: Where = None,
) -> None:
    """An article about one organisation: who left and joined, what is disputed, how unusual it is; every sentence with its sources."""
    publication_day(since)
    publication_day(until)
    view = view_of(as_of, language)
    with Ledger.open(ledger, create=False) as opened, opened.reading() as connection:
        article = brief_of(connection, name, view, since, until)
    picture = header_of(article)
    files = {
        "brief.md": markdown_of(article).encode(),
        "brief.html": html_page(article, picture).encode(),
        "header.png": picture,
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            (out / file).write_bytes(content)
    except OSError as e:
        raise InputError(f"{out} cannot be written ({e.strerror}): give another folder with --out") from None
    say(printable(f"{article.headline.text}\n{', '.join(str(out / file) for file in files)}"))
