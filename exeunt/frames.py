"""Moves and figures as tidy pandas tables, a row each (`pip install 'exeunt[frames]'`).

>>> from exeunt import frames                                  # doctest: +SKIP
>>> frames.organization("OpenAI").query("table == 'founders'")[["label", "value", "of", "since"]]   # doctest: +SKIP

Columns of a table of figures are the fields of `exeunt.model.Figure`; `evidence` holds the ids of claims, which `frames.evidence` puts into sentences.
Every function takes the ledger as `ledger` (a file or postgresql://…; usually the one of the command line) and most the day `as_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection

from exeunt.errors import InputError
from exeunt.keeping import ask, reckon
from exeunt.keeping import forecasts as foretold
from exeunt.keeping.reckon import Reckoned, View
from exeunt.language.dates import publication_day
from exeunt.ledger import Ledger
from exeunt.model import Figure, LanguageCode

if TYPE_CHECKING:
    from pandas import DataFrame


def organization(
    name: str, *, as_of: str | None = None, language: LanguageCode | None = None, ledger: str | None = None
) -> DataFrame:
    """The dossier of an organisation. Raises LedgerError when it is not known."""
    return _figures(lambda c: reckon.organization(c, name, _view(as_of, language)), ledger)


def burst(
    name: str,
    days: int = 90,
    *,
    as_of: str | None = None,
    language: LanguageCode | None = None,
    ledger: str | None = None,
) -> DataFrame:
    """Departures of the last `days` days beside those expected. Raises LedgerError when the organisation is not known, InputError for days
    that are no window.
    """
    if not 1 <= days <= reckon.LONGEST:
        raise InputError(f"a window of {days} days: give 1 to {reckon.LONGEST}")
    return _figures(lambda c: reckon.burst(c, name, days, _view(as_of, language)), ledger)


def flows(
    name: str | None = None,
    since: str | None = None,
    *,
    as_of: str | None = None,
    language: LanguageCode | None = None,
    ledger: str | None = None,
) -> DataFrame:
    """From where to where people went: of one organisation, or of all. Raises LedgerError when it is not known, DateError for a date that is none."""
    publication_day(since)
    return _figures(lambda c: reckon.flows(c, name, since, _view(as_of, language)), ledger)


def precedents(
    kind: str = "leave", *, as_of: str | None = None, language: LanguageCode | None = None, ledger: str | None = None
) -> DataFrame:
    """How all cases of a kind (`exeunt.keeping.reckon.KINDS`) ended. Raises InputError for another kind."""
    return _figures(lambda c: reckon.precedents_of(c, kind, _view(as_of, language)), ledger)


def forecasts(*, ledger: str | None = None) -> DataFrame:
    """Every forecast with whether it came."""
    return _rows(lambda c: foretold.forecasts(c, date.today()), ledger)


def scores(*, ledger: str | None = None) -> DataFrame:
    """How good the forecasts were."""
    return _rows(lambda c: _plain(foretold.score(foretold.forecasts(c, date.today()))), ledger)


def moves(*, limit: int = 1_000_000, ledger: str | None = None, **asked: Any) -> DataFrame:
    """Moves, newest first; `person`, `organization`, `since`, `until`, `status`, `direction` and `as_of` choose among them."""
    return _rows(lambda c: ask.moves(c, limit=limit, **asked), ledger)


def evidence(keys: Iterable[str], *, ledger: str | None = None) -> DataFrame:
    """The sentences behind claims, stated numbers, moves or conflicts. Raises LedgerError for an id that is none of them."""
    return _rows(lambda c: reckon.evidence(c, keys), ledger)


def _view(as_of: str | None, language: LanguageCode | None) -> View:
    if language not in (None, "en", "ja"):
        raise InputError(f"language {language}: give en or ja")
    return View.of(as_of, language)


def _figures(asked: Callable[[Connection], Reckoned], ledger: str | None) -> DataFrame:
    return _rows(lambda c: _plain(asked(c).figures), ledger, msgspec.structs.fields(Figure))


def _plain(figures: list[Figure]) -> list[dict[str, Any]]:
    """Figures as dictionaries with every field, also those that are empty."""
    return [msgspec.structs.asdict(f) for f in figures]


def _rows(
    asked: Callable[[Connection], list[dict[str, Any]]],
    ledger: str | None,
    fields: tuple[msgspec.structs.FieldInfo, ...] = (),
) -> DataFrame:
    try:
        import pandas
    except ModuleNotFoundError as e:
        raise InputError("tables need one more package: pip install 'exeunt[frames]'") from e
    with Ledger.open(ledger, create=False) as opened, opened.reading() as connection:
        return pandas.DataFrame(asked(connection), columns=[f.name for f in fields] or None)
