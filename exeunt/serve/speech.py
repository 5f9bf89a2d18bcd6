"""The languages of pages: which one a reader wants, and the catalogues."""

from __future__ import annotations

import gettext
from functools import cache
from importlib.resources import files

from starlette.requests import Request

from exeunt.model import LanguageCode

LANGUAGES: tuple[LanguageCode, ...] = ("en", "ja")


@cache
def catalogue(language: LanguageCode) -> gettext.NullTranslations:
    """The words of pages in a language; English ones stand in the pages themselves."""
    if language == "en":
        return gettext.NullTranslations()
    with (files("exeunt.serve") / "locale" / language / "LC_MESSAGES" / "exeunt.mo").open("rb") as stream:
        return gettext.GNUTranslations(stream)


def language_of(request: Request) -> LanguageCode:
    """What ?lang asks for, else the first language of the browser that there is, else English."""
    asked = request.query_params.get("lang")
    for code in LANGUAGES:
        if code == asked:
            return code
    for part in request.headers.get("accept-language", "")[:200].split(","):
        for code in LANGUAGES:
            if part.strip().lower().startswith(code):
                return code
    return "en"
