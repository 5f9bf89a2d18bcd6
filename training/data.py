"""Gold documents and mention corpora -> token-level examples."""

import hashlib
import json
import pathlib
import re

from tokenizers import Tokenizer

import textlib as T

HELD = re.compile("就任|辞任|退任|退社|移籍|入社|任命|退団|加入|昇格")
JA_PERSON_AFTER = re.compile(r"氏|さん|様|君|容疑者|被告|選手|監督|社長|会長|教授|議員|大臣|首相|知事|先生|らの?|夫妻")
WORDY = re.compile(r"[A-Za-z0-9\u00c0-\u024f]")


def tokenizer(path):
    t = Tokenizer.from_file(str(path))
    t.no_padding()
    t.no_truncation()
    return t


def encode(tok, text):
    """Piece ids and offsets; a lone word-boundary piece gets an empty offset."""
    e = tok.encode(text, add_special_tokens=False)
    return e.ids, [(s, s) if t == "\u2581" else (s, e) for t, (s, e) in zip(e.tokens, T.trim_offsets(text, e.offsets))]


def sure_outside(text, s, e):
    """A piece that cannot begin an unlisted name: lower case, kana particles, digits, punctuation."""
    t = text[s:e]
    return bool(re.fullmatch(r"[\u3040-\u309f\W\d_]+|[a-z].*", t)) and not re.search(
        r"[A-Z]\w*$", text[max(0, s - 12) : s]
    )


def split_of(name):
    number = int(name.split("-")[-1])
    if number >= 201:
        return "train"
    return "dev" if int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 else "check"


def gold(folders, wanted):
    """Documents of one split. Files of `check` are never opened."""
    out, seen = [], set()
    for folder in folders:
        for path in sorted(pathlib.Path(folder).glob("**/*.json")):
            if (
                path.stem == "seed-ja"
                or path.stem in seen
                or not re.fullmatch(r"(ja|en)-[a-z-]+-\d+", path.stem)
                or split_of(path.stem) != wanted
            ):
                continue
            try:
                doc = json.loads(path.read_text())
                doc["moves"], doc["text"], doc["language"]
            except Exception:
                continue
            seen.add(path.stem)
            doc["id"] = path.stem
            out.append(doc)
    return out


def find_all(text, form):
    """Occurrences of a form that do not begin or end inside a word."""
    at = text.find(form)
    while at >= 0:
        end = at + len(form)
        ok = True
        for edge, beside in ((form[0], text[at - 1 : at]), (form[-1], text[end : end + 1])):
            if beside and WORDY.match(edge) and WORDY.match(beside):
                ok = False
            if beside and T.KATA.match(form) and T.KATA.match(beside) and beside not in "・":
                ok = False
        if len(form) == 1 and not JA_PERSON_AFTER.match(text[end:]):
            ok = False
        if ok:
            yield at, end
        at = text.find(form, at + 1)


def gold_mentions(doc, text):
    """Spans of the annotated names: [(start, end, type, 1.0)], longest forms first, without overlaps; and whether the list is complete."""
    forms = {}
    for m in doc["moves"] + doc.get("tenures", []):
        for names in (m.get("organization") or [], m.get("counterpart") or []):
            proper = [f for f in names if f and not T.generic(f) and f in text]
            for f in proper or names:
                forms[f] = T.ORG
    for m in doc["moves"] + doc.get("tenures", []):
        for f in m["person"]:
            forms[f] = T.PER
    more = doc.get("mentions") or {}
    for f in more.get("organizations") or []:
        if f and not T.generic(f):
            forms[f] = T.ORG
    for f in more.get("persons") or []:
        forms[f] = T.PER
    taken, out = [False] * len(text), []
    for f in sorted(forms, key=lambda f: (-len(f), f)):
        if not f.strip():
            continue
        for s, e in find_all(text, f):
            if any(taken[s:e]):
                continue
            taken[s:e] = [True] * (e - s)
            out.append((s, e, forms[f], 1.0))
    return sorted(out), bool(more)


def tag_labels(offsets, spans):
    """BIO class per token."""
    y = [0] * len(offsets)
    for s, e, k, *_ in spans:
        first = True
        for i, (a, b) in enumerate(offsets):
            if a < e and s < b and a < b:
                y[i] = 1 + 2 * k + (0 if first else 1)
                first = False
    return y


def stockmark(path):
    """(text, spans, ignored spans) of the Japanese sentences that may be learned from."""
    kind = {"人名": T.PER, "法人名": T.ORG, "政治的組織名": T.ORG, "その他の組織名": T.ORG}
    out = []
    for d in json.loads(pathlib.Path(path).read_text()):
        if HELD.search(d["text"]):
            continue
        spans = [(*e["span"], kind[e["type"]]) for e in d["entities"] if e["type"] in kind]
        out.append((d["text"], spans, [tuple(e["span"]) for e in d["entities"] if e["type"] == "施設名"]))
    return out


def conll(path, word, tag):
    """The same of English sentences in column format."""
    kind = {"PER": T.PER, "person": T.PER, "ORG": T.ORG, "corporation": T.ORG}
    skip = {"group", "creative-work"}
    out, words, tags = [], [], []

    def close():
        if not words:
            return
        text, spans, ignored, open_ = "", [], [], None
        for w, t in zip(words, tags):
            if text and not re.match(r"[,.;:!?)%]|'s$|n't$", w) and not text.endswith(("(", "$")):
                text += " "
            s = len(text)
            text += w
            name = t[2:]
            if t[0] == "B" or (t[0] == "I" and (open_ is None or open_[0] != name)):
                open_ = [name, s, len(text)]
                (spans if name in kind else ignored if name in skip else []).append(open_)
            elif t[0] == "I":
                open_[2] = len(text)
            else:
                open_ = None
        out.append((text, [(s, e, kind[n]) for n, s, e in spans], [(s, e) for _, s, e in ignored]))
        words.clear()
        tags.clear()

    for line in pathlib.Path(path).read_text().splitlines():
        if not line.strip():
            close()
        elif not line.startswith("# "):
            cols = line.split("\t")
            words.append(cols[word])
            tags.append(cols[tag])
    close()
    return out


def mentions_corpus(folder):
    folder = pathlib.Path(folder)
    out = stockmark(folder / "stockmark-ja.json")
    for p in sorted(folder.glob("uner-*.iob2")):
        out += conll(p, 1, 2)
    for p in sorted(folder.glob("wnut17-*.conll")):
        out += conll(p, 0, 1)
    return out
