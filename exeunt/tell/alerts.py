"""Alerts as plain sentences: what is told, in whose words, published by whom and when; a rumour as a rumour, a denial with what it denies."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from exeunt.model import LanguageCode
from exeunt.tell.words import printable, words


@cache
def _all() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("exeunt.tell") / "alerts.toml").read_text(encoding="utf-8"))


def alert_words(language: LanguageCode) -> dict[str, Any]:
    """Key -> wording; the tables wrap, status, facts, nouns, fields and because."""
    return _all()[language]


def sentence(sort: str, told: Mapping[str, Any], language: LanguageCode) -> str:
    """The alert in one sentence (a change of status says what was told before)."""
    w = alert_words(language)
    if sort == "correction":
        names = " · ".join(x for x in (told.get("person_name"), told.get("organization_name")) if x)
        about = w["about"].format(names=names) if names else ""
        return str(
            w["correction"].format(
                day=told["of_day"], id=told["of"], about=about, because=w["because"][told["because"]]
            )
        )
    if sort == "burst":
        return str(
            w["burst"].format(
                organization=told["organization_name"],
                since=told["since"],
                until=told["until"],
                seen=f"{told['seen']:g}",
                high=f"{told['high']:g}",
            )
        )
    if sort == "conflict":
        what = " · ".join(x for x in (told["person_name"], told["organization_name"]) if x) or w["somewhere"]
        return str(w["conflict"].format(what=what, field=w["fields"][told["field"]]))
    said = move_sentence(told, w)
    if sort == "status":
        said = f"{said} {w['before'].format(before=w['status'][told['before']])}"
    return said


def move_sentence(told: Mapping[str, Any], w: Mapping[str, Any]) -> str:
    """A move in a sentence; what is no fact never as one."""
    names = {"person": told["person_name"] or w["someone"], "organization": told["organization_name"] or w["somewhere"]}
    role = w["role"].format(role=told["role"]) if told["role"] else ""
    if told["status"] == "fact":
        said = w["facts"][told["kind"]].format(**names) + role
        said = said[:1].upper() + said[1:] + ("。" if w is alert_words("ja") else ".")
    else:
        noun = w["nouns"][told["kind"]].format(**names) + role
        said = w["wrap"][told["status"]].format(noun=noun, who=_who(told["quotes"], w))
        return str(said + (w["date"].format(date=told["date"]) if told["date"] else ""))
    other = w[told["direction"]].format(counterpart=told["counterpart_name"]) if told["counterpart_name"] else ""
    return str(said + (w["date"].format(date=told["date"]) if told["date"] else "") + other)


def _who(quotes: Sequence[Mapping[str, Any]], w: Mapping[str, Any]) -> str:
    """Who says so: the speaker, else the outlet, else the document."""
    first = quotes[0] if quotes else {}
    return str(first.get("speaker") or first.get("outlet") or first.get("document") or w["someone"])


def _quoted(quotes: Sequence[Mapping[str, Any]], w: Mapping[str, Any]) -> list[str]:
    lines = []
    for q in quotes:
        where = ", ".join(x for x in (q["outlet"], q["published"] or w["no_day"], q["document"], q["url"]) if x)
        speaker = w["speaker"].format(speaker=q["speaker"]) if q["speaker"] else ""
        lines.append(w["source"].format(quote=" ".join((q["quote"] or "").split()), where=where, speaker=speaker))
    return lines


def alert_text(key: str, sort: str, told: Mapping[str, Any], language: LanguageCode) -> str:
    """The whole alert: its sentence, the words of the sources, who denies it, and the ids to look them up by."""
    w = alert_words(language)
    lines = [sentence(sort, told, language), *_quoted(told.get("quotes", ()), w)]
    if told.get("denials"):
        lines += [w["but"].format(who=_who(told["denials"], w)), *_quoted(told["denials"], w)]
    for side in told.get("sides", ()):
        value = words(language).get(side["value"], side["value"])
        lines += [w["side"].format(value=value), *_quoted(side["quotes"], w)]
    claims = told["claims"][:5]
    lines.append(w["ids"].format(alert=key, claims=", ".join(claims) + (" …" if len(told["claims"]) > 5 else "")))
    return "\n".join(printable(line) for line in lines)
