"""Captions (WebVTT, SubRip): running text whose every stretch knows its moment and, where told, its speaker."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape

from exeunt.collect.encoding import decode
from exeunt.collect.origin import Origin
from exeunt.errors import InputError
from exeunt.model import Document, Place

_TIMES = re.compile(
    r"^\s*(-?)(?:(\d+):)?(\d{1,3}):(\d{1,2})[.,](\d{1,3})\s*-->\s*(-?)(?:(\d+):)?(\d{1,3}):(\d{1,2})[.,](\d{1,3})"
)
_VOICE = re.compile(r"<v(?:\.[^ >\t]*)?[ \t]+([^>]{1,80})>", re.I)
_TAG = re.compile(
    r"\{\\[^}]{1,40}\}|</?(?:[a-z][\w.\-]{0,20}(?:[ \t][^<>]{0,80})?|\d{1,3}:\d{2}(?::\d{2})?[.,]\d{3})>",
    re.I,
)
_SPEAKER = re.compile(
    r"^(?:>>+\s*|[-–]\s+)?([A-Z][\w.'’-]{0,24}(?: [A-Z][\w.'’-]{0,24}){0,3}|[一-龠ァ-ヴーA-Za-z・]{1,16}(?:氏|さん)?)\s*[:：]\s*"
)
_TURN = re.compile(r"^(?:>>+|[-–])\s+")
_SOUND = re.compile(
    r"^\s*(?:[\[(（][A-Za-z ,'-]{2,24}[\])）]|♪[^♪]{0,60}♪?|[（(\[【＜](?:音楽|拍手|笑い?声?|歓声|BGM|効果音|沈黙)[）)\]】＞])\s*$"
)
_ENDS = re.compile(r"[.!?。！？…」』”\"]$")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff01-\uff5e。、]")
_PAUSE = 4.0  # seconds of silence after which a new paragraph begins, if a sentence has ended
_LONG = 400  # code points after which a paragraph ends with the next sentence


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from `start` to `end` (seconds)."""

    start: float
    end: float
    text: str
    speaker: str | None = None


def read_captions(data: bytes, origin: Origin) -> Document:
    """The transcript of a caption file. Raises InputError when it holds no cue, EncodingError when it is no text."""
    text = decode(data, origin.name)
    cues, notes = _cues(text)
    if not cues:
        raise InputError(
            f"{origin.name} holds no caption: each is a line such as 00:01:02.000 --> 00:01:05.000 and words under it"
        )
    body, places = _transcript(list(_unrolled(cues)))
    if not body:
        raise InputError(f"{origin.name} holds captions without words")
    return Document(
        text=body, title=origin.title or _title(text), url=origin.url, places=tuple(places), notes=tuple(notes),
        published=origin.published[0] if origin.published else None,
        published_from=origin.published[1] if origin.published else None, outlet=origin.outlet,
    )  # fmt: skip


def _title(text: str) -> str | None:
    """The words behind WEBVTT on the first line, which the format keeps for a header."""
    m = re.match(r"\ufeff?WEBVTT[ \t]+-?[ \t]*([^\r\n]{3,300})", text)
    return m[1].strip() if m else None


def _cues(text: str) -> tuple[list[Cue], list[str]]:
    cues: list[Cue] = []
    odd = 0
    times: re.Match[str] | None = None
    lines: list[str] = []

    def close() -> None:
        nonlocal odd
        if times is None:
            return
        start, end = _seconds(*times.groups()[:5]), _seconds(*times.groups()[5:])
        if start < 0 or end < start:
            odd += 1
            start = max(0.0, start)
            end = max(start, end)
        cues.extend(_spoken(start, end, lines))

    for line in [*text.splitlines(), ""]:
        if m := _TIMES.match(line):
            if lines and times is not None and lines[-1].strip().isdigit():
                lines.pop()  # SubRip without an empty line: the number of the next cue
            close()
            times, lines = m, []
        elif not line.strip():
            close()
            times, lines = None, []
        elif times is not None:
            lines.append(line)
    order = all(a.start <= b.start for a, b in zip(cues, cues[1:], strict=False))
    if not order:
        cues.sort(key=lambda c: c.start)
    notes = [f"captions with impossible times: {odd}; their order in the file was kept"] if odd else []
    return cues, notes


def _seconds(sign: str, hours: str | None, minutes: str, seconds: str, fraction: str) -> float:
    value = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")
    return -value if sign else value


def _spoken(start: float, end: float, lines: list[str]) -> Iterator[Cue]:
    """The cue, cut where another voice begins."""
    speaker: str | None = None
    said: list[str] = []
    for line in (part for whole in lines for part in _voices(whole)):
        voices = _VOICE.findall(line)
        new = voices[0].strip() if voices else None
        turn = bool(_TURN.match(line.strip()))
        if (new and new != speaker and said) or (turn and said):
            yield Cue(start, end, "\n".join(said), speaker)
            said = []
        speaker = unescape(new) if new else (None if turn else speaker)
        plain = unescape(_TAG.sub("", _VOICE.sub("", line))).replace("\u200b", "").strip()
        if plain and not _SOUND.match(plain):
            said.append(plain)
    if said:
        yield Cue(start, end, "\n".join(said), speaker)


def _voices(line: str) -> list[str]:
    """A line cut before each voice tag."""
    return [part for part in re.split(r"(?=<v[ .\t])", line) if part.strip()] or [line]


def _unrolled(cues: list[Cue]) -> Iterator[Cue]:
    """Cues without the lines that rolling captions show again, and without words that a growing cue repeats."""
    shown: list[str] = []
    before: Cue | None = None
    for cue in cues:
        lines = cue.text.split("\n")
        fresh = lines
        if before is not None and cue.start - before.end < 1.0 and cue.speaker == before.speaker:
            again = next((k for k in range(min(len(shown), len(lines)), 0, -1) if shown[-k:] == lines[:k]), 0)
            fresh = lines[again:]
            if fresh and not again and shown and len(shown[-1]) > 3 and fresh[0].startswith(shown[-1]):
                fresh = [fresh[0][len(shown[-1]) :].strip(), *fresh[1:]]
        shown = lines
        before = cue
        if text := _joined([line for line in fresh if line]):
            yield replace(cue, text=text)


def _joined(lines: list[str]) -> str:
    text = ""
    for line in lines:
        text += _gap(text, line) + line
    return text


def _gap(before: str, after: str) -> str:
    return "" if not before or (_CJK.match(before[-1]) and _CJK.match(after[0])) else " "


def _transcript(cues: list[Cue]) -> tuple[str, list[Place]]:
    text, places = "", []
    parts: list[str] = []
    length = paragraph = 0
    speaker: str | None = None
    before: Cue | None = None
    tagged = any(cue.speaker for cue in cues)
    labels = Counter(m[1].strip() for cue in cues if (m := _SPEAKER.match(cue.text)))
    for cue in cues:
        named, words = _named(cue, labels)
        turn = bool(_TURN.match(words))
        words = _TURN.sub("", words)
        if not words:
            continue
        new = (
            before is None
            or turn
            or (named is not None and named != speaker)
            or _rests(before, cue, length - paragraph)
        )
        speaker = named or (None if turn or (tagged and not cue.speaker) else speaker)
        lead = (
            ("\n" if parts else "") + (f"{named}: " if named else "")
            if new
            else _gap(before.text if before else "", words)
        )
        if new:
            paragraph = length + 1
        begin = length + len(lead)
        parts += [lead, words]
        length = begin + len(words)
        places.append(
            Place(start=begin, end=length, label=clock(cue.start), fragment=f"t={int(cue.start)}", speaker=speaker)
        )
        before = replace(cue, text=words)
    text = "".join(parts)
    return text, _touching(places)


def _touching(places: list[Place]) -> list[Place]:
    """Places that reach to the next one, so that evidence that begins at a name or a gap still has its moment."""
    return [
        Place(start=(places[i - 1].end if i else 0), end=p.end, label=p.label, fragment=p.fragment, speaker=p.speaker)
        for i, p in enumerate(places)
    ]


def _named(cue: Cue, labels: Counter[str]) -> tuple[str | None, str]:
    """Who speaks, and the words. A label in the text counts as a speaker behind a mark of turns, or when it comes back."""
    if cue.speaker:
        return cue.speaker, cue.text
    m = _SPEAKER.match(cue.text)
    if m and len(cue.text) > m.end() and (labels[m[1].strip()] > 1 or _TURN.match(cue.text)):
        return m[1].strip(), cue.text[m.end() :]
    return None, cue.text


def _rests(before: Cue, cue: Cue, length: int) -> bool:
    ended = bool(_ENDS.search(before.text))
    return ended and (cue.start - before.end > _PAUSE or length > _LONG)


def clock(seconds: float) -> str:
    """`1:02:03` or `2:03`, as players show it."""
    hours, rest = divmod(int(seconds), 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"
