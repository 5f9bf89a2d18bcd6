"""The watch file: which sources are read, what is asked again and again, and who is told."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import time, timedelta
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from exeunt.errors import InputError
from exeunt.model import LanguageCode

Sort = Literal["move", "status", "conflict", "correction", "burst"]
_EVERY = re.compile(r"(\d{1,5})\s*([smhd])")
_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_QUIET = re.compile(r"(\d\d?:\d\d)\s*-\s*(\d\d?:\d\d)")
_DAILY = re.compile(r"daily (\d\d?:\d\d)")
_ENV = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


class Watch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question that is asked again: what is told of it (`tell`), and the receivers (`to`) by name."""

    name: str
    to: tuple[str, ...]
    organization: str | None = None
    person: str | None = None
    tell: tuple[Sort, ...] = get_args(Sort)


class Receiver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where alerts go: an Apprise address (`url`) or a signed `webhook`; `quiet` hours and `digest` in `timezone`."""

    url: str | None = None
    webhook: str | None = None
    secret: str | None = None
    quiet: str | None = None
    digest: str | None = None
    timezone: str = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """From when to when nothing is sent, in `zone`."""
        m = _QUIET.fullmatch(self.quiet or "")
        return (_clock(m[1]), _clock(m[2])) if m else None

    @property
    def digest_at(self) -> time | None:
        """When the alerts of a day go out together, in `zone`."""
        m = _DAILY.fullmatch(self.digest or "")
        return _clock(m[1]) if m else None


class WatchFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a watch file says."""

    watch: tuple[Watch, ...]
    receivers: dict[str, Receiver]
    sources: tuple[str, ...] = ()
    every: str = "15m"
    language: LanguageCode = "en"

    @property
    def pause(self) -> timedelta:
        """Between the beginnings of two rounds."""
        m = _EVERY.fullmatch(self.every)
        assert m
        return timedelta(seconds=int(m[1]) * _UNIT[m[2]])


_KEYS = {"$": WatchFile, "$.watch[...]": Watch, "$.receivers[...]": Receiver}


def read_watch_file(path: Path) -> WatchFile:
    """The watch file at `path`, with what `$NAME` in addresses and secrets stands for. Raises InputError that names the key and the way out."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found = msgspec.convert(data, WatchFile)
    except OSError as e:
        raise InputError(f"{path} cannot be read ({e.strerror}): check the spelling") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise InputError(f"{path} is no TOML file ({e}): see examples/watch.toml") from e
    except msgspec.ValidationError as e:
        raise InputError(f"{path}: {_cause(str(e))}") from e
    try:
        _check(found)
        receivers = {name: _filled(name, r) for name, r in found.receivers.items()}
    except ValueError as e:
        raise InputError(f"{path}: {e}") from e
    return msgspec.structs.replace(found, receivers=receivers)


def _cause(message: str) -> str:
    """What msgspec says, with the keys that there are."""
    words, _, place = message.partition(" - at ")
    place = place.strip("`") or "$"
    where = re.sub(r"\[\d+\]|\[\.\.\.\]", "[...]", place)
    if "field" in words and (known := _KEYS.get(where)):
        return f"{words} at {place.lstrip('$.') or 'the top'}: its keys are {', '.join(known.__struct_fields__)}"
    return f"{place.removeprefix('$.')}: {words}: see examples/watch.toml"


def _check(found: WatchFile) -> None:
    m = _EVERY.fullmatch(found.every)
    if not m or not int(m[1]):
        raise ValueError(f'every = "{found.every}": give seconds, minutes, hours or days, for example "15m"')
    if not found.watch:
        raise ValueError("watch is empty: write [[watch]] with a name and to")
    if "-" in found.sources:
        raise ValueError('sources: "-" (standard input) ends after one round: name a file or an address')
    if len({w.name for w in found.watch}) < len(found.watch):
        raise ValueError("two watches have one name: give each its own")
    for w in found.watch:
        for name in w.to:
            if name not in found.receivers:
                raise ValueError(f'watch "{w.name}": to names {name}, which is no receiver: write [receivers.{name}]')
        if not w.to:
            raise ValueError(f'watch "{w.name}": to is empty: name a receiver')
    for name, r in found.receivers.items():
        _check_receiver(name, r)


def _check_receiver(name: str, r: Receiver) -> None:
    at = f"receivers.{name}"
    if (r.url is None) == (r.webhook is None):
        raise ValueError(f"{at}: give either url (an Apprise address) or webhook")
    if r.webhook is not None and not r.secret:
        raise ValueError(f'{at}: a webhook is signed: give secret = "$NAME", a variable of the environment')
    if r.url is not None and r.secret is not None:
        raise ValueError(f"{at}: secret is for a webhook: leave it out")
    for key, value, pattern, example in (
        ("quiet", r.quiet, _QUIET, "22:00-07:00"),
        ("digest", r.digest, _DAILY, "daily 08:00"),
    ):
        m = pattern.fullmatch(value) if value is not None else None
        try:
            if value is not None and (not m or not [_clock(t) for t in m.groups()]):
                raise ValueError
        except ValueError as e:
            raise ValueError(f'{at}: {key} = "{value}": write it like "{example}"') from e
    try:
        _ = r.zone
    except (ZoneInfoNotFoundError, ValueError, OSError) as e:
        raise ValueError(
            f'{at}: timezone = "{r.timezone}" is none: write it like "Asia/Tokyo" or "Europe/Berlin"'
        ) from e


def _clock(text: str) -> time:
    """HH:MM. Raises ValueError."""
    hours, minutes = text.split(":")
    return time(int(hours), int(minutes))


def _filled(name: str, r: Receiver) -> Receiver:
    """A receiver with what the variables in it stand for. Raises ValueError when one is not set."""

    def value(m: re.Match[str]) -> str:
        key = m[1] or m[2]
        if not os.environ.get(key):
            raise ValueError(
                f"receivers.{name}: the variable {key} is not set: set it, or write the value in its place"
            )
        return os.environ[key]

    filled = {k: _ENV.sub(value, v) for k in ("url", "webhook", "secret") if (v := getattr(r, k)) is not None}
    if r.webhook is not None and not re.match(r"https?://[^/]", filled["webhook"]):
        raise ValueError(f"receivers.{name}: webhook is no address: give https://…")
    return msgspec.structs.replace(r, **filled)
