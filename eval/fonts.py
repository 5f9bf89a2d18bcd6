"""Make the fonts of the header pictures: subsets of Noto Sans CJK JP. Run once by hand; fontTools is needed only here.

python eval/fonts.py /usr/share/fonts/opentype/noto exeunt/tell/fonts
"""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

RANGES = (
    (0x20, 0x17F),  # Latin-1 and Latin Extended-A
    (0x370, 0x52F),  # Greek, Cyrillic
    (0x2010, 0x206F),  # punctuation
    (0x2190, 0x21FF),  # arrows
    (0x3000, 0x30FF),  # Japanese punctuation, kana
    (0xFF01, 0xFF9F),  # full and half width
)
LARGEST = 3_000_000  # bytes


def characters() -> set[int]:
    """The code points of the subset: the ranges, and everything that cp932 encodes."""
    found = set(chain.from_iterable(range(first, last + 1) for first, last in RANGES))
    for lead in chain(range(0x81, 0xA0), range(0xE0, 0xFD)):
        for trail in range(0x40, 0xFD):
            try:
                found.add(ord(bytes((lead, trail)).decode("cp932")))
            except (UnicodeDecodeError, TypeError):
                continue
    return found


def make(source: Path, target: Path, weight: str) -> None:
    """One weight: the Japanese face of the collection, without what a line of a picture does not need."""
    face = next(
        f
        for f in TTCollection(source / f"NotoSansCJK-{weight}.ttc").fonts
        if f["name"].getDebugName(1).startswith("Noto Sans CJK JP")
    )
    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.desubroutinize = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(face)
    path = target / f"NotoSansCJKjp-{weight}-subset.otf"
    face.save(path)
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path} has {path.stat().st_size} bytes: take characters or features out")


if __name__ == "__main__":
    for name in ("Bold", "Regular"):
        make(Path(sys.argv[1]), Path(sys.argv[2]), name)
