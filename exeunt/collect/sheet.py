"""The pages of a PDF taken apart into lines and ruled tables. Runs as a process of its own (`python -m`), for
`pdf.py`.
"""

from __future__ import annotations

import ctypes
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

_MOST_PAGES = 100
_MEMORY = 1_000_000_000  # bytes
_NEAR = 3.0  # points within which two rules touch, or lie on one line
_THIN = 2.5  # points
_LATIN_SPACE, _WIDE_SPACE = 0.16, 0.45  # of the size of a line, from which on a gap is a space
_SHORTEST = 8.0  # points; shorter strokes are parts of letters and bullets


class Block(msgspec.Struct):
    """A paragraph (`text`) or a ruled table (`rows` of cells), in reading order."""

    page: int
    text: str = ""
    rows: list[list[str]] = []


class Sheet(msgspec.Struct):
    """All blocks of a PDF; how many pages were read, how many left out."""

    blocks: list[Block]
    pages: int
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Char:
    text: str
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def x(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight stroke: upright at x = `at`, or level at y = `at`, from `low` to `high`."""

    upright: bool
    at: float
    low: float
    high: float


@dataclass
class Run:
    """Characters that stand together on one line."""

    text: str
    x0: float
    x1: float


@dataclass
class Line:
    y: float
    height: float
    runs: list[Run]

    @property
    def text(self) -> str:
        return "  ".join(run.text for run in self.runs)

    @property
    def x0(self) -> float:
        return self.runs[0].x0

    @property
    def x1(self) -> float:
        return self.runs[-1].x1


def take_apart(data: bytes) -> Sheet:
    """The blocks of a PDF. Raises pypdfium2.PdfiumError when it is broken or encrypted."""
    import pypdfium2

    pdf = pypdfium2.PdfDocument(data)
    count = len(pdf)
    blocks: list[Block] = []
    for number in range(min(count, _MOST_PAGES)):
        page = pdf[number]
        blocks += _page(_characters(page), _rules(page), number + 1)
        page.close()
    return Sheet(blocks, min(count, _MOST_PAGES), max(0, count - _MOST_PAGES))


def _page(chars: list[Char], rules: list[Rule], number: int) -> list[Block]:
    found: list[tuple[float, Block]] = []
    for table in _tables(rules):
        rows, inside = _cells(table, chars)
        if len(rows) > 1 and max(map(len, rows)) > 1:
            chars = [c for c in chars if id(c) not in inside]
            found.append((max(r.high if r.upright else r.at for r in table), Block(number, rows=rows)))
    lines = _lines(chars)
    lines, borderless = _borderless(lines)
    found += [(y, Block(number, rows=rows)) for y, rows in borderless]
    found += [(y, Block(number, text=text)) for y, text in _paragraphs(lines, found)]
    return [block for _, block in sorted(found, key=lambda f: -f[0])]


def _characters(page: Any) -> list[Char]:
    text = page.get_textpage()
    chars = []
    raw = text.raw
    get_box, get_code, box = _pdfium().FPDFText_GetLooseCharBox, _pdfium().FPDFText_GetUnicode, _pdfium().FS_RECTF()
    for i in range(text.count_chars()):
        code = get_code(raw, i)
        if code in (0, 10, 13, 0xFFFE) or not get_box(raw, i, box):
            continue
        char = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        chars.append(Char(char, box.left, box.bottom, box.right, box.top))
    return chars


def _pdfium() -> Any:
    import pypdfium2.raw

    return pypdfium2.raw


def _rules(page: Any) -> list[Rule]:
    raw = _pdfium()
    rules: set[Rule] = set()
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=8):
        matrix = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(item, matrix)
        for (x0, y0), (x1, y1) in _strokes(raw, item, matrix):
            if abs(x0 - x1) < _THIN and abs(y0 - y1) > _SHORTEST:
                rules.add(Rule(True, (x0 + x1) / 2, min(y0, y1), max(y0, y1)))
            elif abs(y0 - y1) < _THIN and abs(x0 - x1) > _SHORTEST:
                rules.add(Rule(False, (y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        if len(rules) > 20_000:
            break
    return sorted(rules, key=lambda r: (r.upright, r.at, r.low))[:4000]


def _strokes(raw: Any, item: Any, matrix: Any) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    first = at = None
    for i in range(min(raw.FPDFPath_CountSegments(item), 4000)):
        segment = raw.FPDFPath_GetPathSegment(item, i)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (matrix.a * x.value + matrix.c * y.value + matrix.e, matrix.b * x.value + matrix.d * y.value + matrix.f)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == raw.FPDF_SEGMENT_LINETO and at:
            yield at, point
        at = point
        if raw.FPDFPathSegment_GetClose(segment) and first:
            yield point, first


def _tables(rules: list[Rule]) -> list[list[Rule]]:
    """Rules that touch one another, as groups with at least two of each direction."""
    parent = list(range(len(rules)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    upright = [i for i, r in enumerate(rules) if r.upright]
    level = [i for i, r in enumerate(rules) if not r.upright]
    for i in upright:
        for j in level:
            v, h = rules[i], rules[j]
            if h.low - _NEAR <= v.at <= h.high + _NEAR and v.low - _NEAR <= h.at <= v.high + _NEAR:
                parent[root(i)] = root(j)
    groups: dict[int, list[Rule]] = {}
    for i, rule in enumerate(rules):
        groups.setdefault(root(i), []).append(rule)
    return [g for g in groups.values() if len(_places(g, True)) >= 2 and len(_places(g, False)) >= 3]


def _places(rules: list[Rule], upright: bool) -> list[float]:
    """Where the rules of one direction lie, those that nearly coincide counted once, rising."""
    places: list[float] = []
    for at in sorted(r.at for r in rules if r.upright == upright):
        if not places or at - places[-1] > _NEAR:
            places.append(at)
    return places


def _cells(rules: list[Rule], chars: list[Char]) -> tuple[list[list[str]], set[int]]:
    """The rows of a ruled table, from the top, and the ids of the characters in it.

    A cell that spans several rows or columns stands in each of them; lines within a cell are parted by line ends.
    """
    xs, ys = _places(rules, True), _places(rules, False)
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns * rows > 5000:
        return [], set()
    cell = {(r, c): (r, c) for r in range(rows) for c in range(columns)}

    def root(at: tuple[int, int]) -> tuple[int, int]:
        while cell[at] != at:
            at = cell[at]
        return at

    for r in range(rows):
        middle = (ys[r] + ys[r + 1]) / 2
        for c in range(columns):
            centre = (xs[c] + xs[c + 1]) / 2
            if c + 1 < columns and not _wall(rules, True, xs[c + 1], middle):
                cell[root((r, c + 1))] = root((r, c))
            if r + 1 < rows and not _wall(rules, False, ys[r + 1], centre):
                cell[root((r + 1, c))] = root((r, c))
    inside: set[int] = set()
    words: dict[tuple[int, int], list[Char]] = {}
    for char in chars:
        at = _slot(xs, char.x), _slot(ys, char.y)
        if at[0] is not None and at[1] is not None:
            words.setdefault(root((at[1], at[0])), []).append(char)
            inside.add(id(char))
    texts = {key: _cell_text(_lines(members)) for key, members in words.items()}
    out = []
    for r in range(rows - 1, -1, -1):
        row = [texts.get(root((r, c)), "") for c in range(columns)]
        if any(row):
            out.append(row)
    return out, inside


def _cell_text(lines: list[Line]) -> str:
    """The lines of a cell; a word broken over a line, told by its full first line, is closed up."""
    text = ""
    width = max((line.x1 for line in lines), default=0.0)
    for before, line in zip([None, *lines], lines, strict=False):
        full = before is not None and before.x1 > width - before.height * 0.8 and len(before.text) > 3
        text += ("" if not text else "" if full else "\n") + line.text.strip()
    return text


def _wall(rules: list[Rule], upright: bool, at: float, across: float) -> bool:
    return any(r.upright == upright and abs(r.at - at) <= _NEAR and r.low - 1 <= across <= r.high + 1 for r in rules)


def _slot(edges: list[float], value: float) -> int | None:
    if not edges[0] <= value <= edges[-1]:
        return None
    return max(i for i in range(len(edges) - 1) if edges[i] <= value)


def _lines(chars: list[Char]) -> list[Line]:
    """Characters as lines from the top, each cut into runs where a gap is wider than a character and a half."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: -c.y):
        height = max(char.y1 - char.y0, 4.0)
        if rows and abs(rows[-1][0].y - char.y) < height * 0.6:
            rows[-1].append(char)
        else:
            rows.append([char])
    lines = []
    for row in rows:
        row.sort(key=lambda c: c.x0)
        size = max(max(c.y1 - c.y0 for c in row), max(c.x1 - c.x0 for c in row), 4.0)
        runs: list[Run] = []
        for char in row:
            if runs and char.x0 - runs[-1].x1 < size * 1.5:
                gap = " " if _parted(runs[-1], char, size) else ""
                runs[-1] = Run(runs[-1].text + gap + char.text, runs[-1].x0, char.x1)
            elif char.text.strip():
                runs.append(Run(char.text, char.x0, char.x1))
        runs = [Run(r.text.strip(), r.x0, r.x1) for r in runs if r.text.strip()]
        if runs:
            lines.append(Line(row[0].y, size, runs))
    return lines


def _parted(run: Run, char: Char, size: float) -> bool:
    """Whether a gap within a line is a space: a narrow one between letters, a wider one between signs of Japanese."""
    if run.text.endswith(" ") or char.text == " ":
        return False
    latin = run.text[-1].isascii() and char.text.isascii()
    return char.x0 - run.x1 > size * (_LATIN_SPACE if latin else _WIDE_SPACE)


def _borderless(lines: list[Line]) -> tuple[list[Line], list[tuple[float, list[list[str]]]]]:
    """Tables without rules: a line of column heads, and the lines under it that fall into its columns."""
    from exeunt.collect.notices import is_head

    rest: list[Line] = []
    tables: list[tuple[float, list[list[str]]]] = []
    i = 0
    while i < len(lines):
        heads = [run.text for run in lines[i].runs]
        if not is_head(heads):
            rest.append(lines[i])
            i += 1
            continue
        centres = [(run.x0 + run.x1) / 2 for run in lines[i].runs]
        top, rows = lines[i].y, [heads]
        i += 1
        while i < len(lines) and len(lines[i].runs) > 1:
            row = [""] * len(heads)
            for run in lines[i].runs:
                column = min(range(len(heads)), key=lambda c: abs(centres[c] - (run.x0 + run.x1) / 2))
                row[column] = f"{row[column]} {run.text}".strip()
            rows.append(row)
            i += 1
        tables.append((top, rows))
    return rest, tables


def _paragraphs(lines: list[Line], tables: list[tuple[float, Block]]) -> Iterator[tuple[float, str]]:
    """Lines put together where the first is full and the sentence goes on."""
    if not lines:
        return
    right = max(line.x1 for line in lines)
    left = min(line.x0 for line in lines)
    bars = sorted((y for y, _ in tables), reverse=True)
    text, top, before = "", 0.0, None
    for line in lines:
        parted = before is not None and any(line.y < bar < before.y for bar in bars)
        if before is not None and not parted and _goes_on(before, line, left, right):
            text += _gap(text, line.text) + line.text
        else:
            if text:
                yield top, text
            text, top = line.text, line.y
        before = line
    yield top, text


_BEGINS = re.compile(r"^\s*(?:[0-9０-９]{1,2}\s*[.．、)）]|[(（][0-9０-９a-zア-ン一二三]{1,2}[)）]|[・●○◆◇■□▼▽※①-⑳記])")


def _goes_on(before: Line, line: Line, left: float, right: float) -> bool:
    full = before.x1 > right - before.height * 2.2 and max(before.x0, line.x0) < left + before.height * 4
    near = before.y - line.y < max(before.height, line.height) * 2.4
    return (
        full and near and len(before.runs) == 1 and len(line.runs) == 1
        and not re.search(r"[。：:]\s*$", before.text) and not _BEGINS.match(line.text)
    )  # fmt: skip


def _gap(before: str, after: str) -> str:
    latin = before[-1:].isascii() and after[:1].isascii()
    return " " if latin and not before.endswith("-") else ""


def main() -> None:
    """Bytes on standard input, a Sheet as JSON on standard output. Exit status 3: encrypted, 4: broken."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):  # a system without such limits
        pass
    data = sys.stdin.buffer.read()
    try:
        sheet = take_apart(data)
    except Exception as e:
        sys.exit(3 if "password" in str(e).lower() else 4)
    sys.stdout.buffer.write(msgspec.json.encode(sheet))


if __name__ == "__main__":
    main()
