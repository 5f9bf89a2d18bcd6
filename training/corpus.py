"""What is learned from: annotated documents, and sentences in which only names are marked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from exeunt.evaluate import split_of
from exeunt.language.forms import is_common
from exeunt.read.learned.names import ORGANIZATION, PERSON, Named

# Sentences with these words are kept for measuring (eval/README.md): the tagger never sees them.
HELD = re.compile("就任|辞任|退任|退社|移籍|入社|任命|退団|加入|昇格")
_AFTER_PERSON = re.compile(r"氏|さん|様|君|容疑者|被告|選手|監督|社長|会長|教授|議員|大臣|首相|知事|先生|らの?|夫妻")
_WORDY = re.compile(r"[A-Za-z0-9À-ɏ]")
_KATAKANA = re.compile(r"^[゠-ヿー]+$")
_STOCKMARK = {"人名": PERSON, "法人名": ORGANIZATION, "政治的組織名": ORGANIZATION, "その他の組織名": ORGANIZATION}
_CONLL = {"PER": PERSON, "person": PERSON, "ORG": ORGANIZATION, "corporation": ORGANIZATION}
_CONLL_OPEN = {"group", "creative-work"}  # may or may not be organisations: not learned from

Sentence = tuple[str, list[Named], list[tuple[int, int]]]
"""Text, names, and stretches that nothing is learned from."""


def documents(folders: list[Path]) -> list[dict[str, Any]]:
    """The `train` documents under `folders`, by id. Those of `dev` and `check` are never opened."""
    found: dict[str, dict[str, Any]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.json")):
            if path.stem in found or split_of(path.stem) != "train":
                continue
            try:
                document = json.loads(path.read_text(encoding="utf-8"))
                assert document["id"] == path.stem and isinstance(document["moves"], list)
            except (ValueError, KeyError, AssertionError):
                print(f"left out: {path} is no whole document", flush=True)
                continue
            found[path.stem] = document
    return list(found.values())


def occurrences(text: str, form: str) -> Iterator[tuple[int, int]]:
    """Where `form` stands without beginning or ending inside a word."""
    at = text.find(form) if form else -1
    while at >= 0:
        end = at + len(form)
        sides = ((form[0], text[at - 1 : at] if at else ""), (form[-1], text[end : end + 1]))
        inside = any(
            beside
            and (
                (_WORDY.match(edge) and _WORDY.match(beside))
                or (_KATAKANA.match(form) and _KATAKANA.match(beside) and beside != "・")
            )
            for edge, beside in sides
        )
        if not inside and (len(form) > 1 or _AFTER_PERSON.match(text[end:])):
            yield at, end
        at = text.find(form, at + 1)


def annotated_names(document: dict[str, Any], text: str) -> tuple[list[Named], bool]:
    """The annotated names as spans, longest forms first, and whether the annotation names everyone."""
    forms: dict[str, int] = {}
    ties = document["moves"] + document.get("tenures", [])
    for tie in ties:
        for names in (tie.get("organization") or [], tie.get("counterpart") or []):
            proper = [f for f in names if f and not is_common(f) and f in text]
            forms.update(dict.fromkeys(proper or names, ORGANIZATION))
    for tie in ties:
        forms.update(dict.fromkeys(tie["person"], PERSON))
    more = document.get("mentions") or {}
    forms.update(dict.fromkeys((f for f in more.get("organizations") or [] if f and not is_common(f)), ORGANIZATION))
    forms.update(dict.fromkeys(more.get("persons") or [], PERSON))
    taken = bytearray(len(text))
    found = []
    for form in sorted(forms, key=lambda f: (-len(f), f)):
        for start, end in occurrences(text, form) if form.strip() else ():
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(Named(start, end, forms[form]))
    return sorted(found), bool(more)


def sentences_with_names(folder: Path) -> list[Sentence]:
    """The sentences of the mention corpora (stockmark, Universal NER, WNUT 2017)."""
    found = _stockmark(folder / "stockmark-ja.json")
    for path in sorted(folder.glob("uner-*.iob2")):
        found += _columns(path, 1, 2)
    for path in sorted(folder.glob("wnut17-*.conll")):
        found += _columns(path, 0, 1)
    return found


def _stockmark(path: Path) -> list[Sentence]:
    found = []
    for entry in json.loads(path.read_text(encoding="utf-8")):
        if HELD.search(entry["text"]):
            continue
        entities = entry["entities"]
        names = [Named(*e["span"], _STOCKMARK[e["type"]]) for e in entities if e["type"] in _STOCKMARK]
        found.append((entry["text"], names, [tuple(e["span"]) for e in entities if e["type"] == "施設名"]))
    return found


def _columns(path: Path, word: int, tag: int) -> list[Sentence]:
    found: list[Sentence] = []
    rows: list[tuple[str, str]] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if not line.strip():
            if rows:
                found.append(_sentence(rows))
            rows = []
        elif not line.startswith("# "):
            cells = line.split("\t")
            rows.append((cells[word], cells[tag]))
    return found


def _sentence(rows: list[tuple[str, str]]) -> Sentence:
    text, runs = "", []
    run: list[Any] | None = None
    for word, tag in rows:
        if text and not re.match(r"[,.;:!?)%]|'s$|n't$", word) and not text.endswith(("(", "$")):
            text += " "
        start = len(text)
        text += word
        name = tag[2:]
        if tag[0] == "B" or (tag[0] == "I" and (run is None or run[0] != name)):
            run = [name, start, len(text)]
            runs.append(run)
        elif tag[0] == "I" and run is not None:
            run[2] = len(text)
        else:
            run = None
    names = [Named(s, e, _CONLL[n]) for n, s, e in runs if n in _CONLL]
    return text, names, [(s, e) for n, s, e in runs if n in _CONLL_OPEN]
