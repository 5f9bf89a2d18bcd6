"""Stories: what is one text published twice, and what says something new."""

import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exeunt.collect.stories import Stories
from exeunt.collect.wording import COPY, copy_chance, difference, sketch, wording
from exeunt.model import Document

PAIRS = [
    json.loads(line)
    for path in sorted((Path(__file__).parent.parent / "eval/copies").glob("*.ndjson"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
JA = (
    "北辰電機は7日、佐藤花子常務（58）が8月31日付で退任すると発表した。後任には田中太郎執行役員（52）が就く。"
    "佐藤氏は1990年に入社し、海外事業を率いてきた。同社は今期の業績見通しを据え置いた。"
)
EN = (
    "Tallgrass Instruments said on Monday that Jane Calloway, its finance chief, had resigned with effect from 30 June. "
    "Mark Ellison, who runs the Ohio plant, will take over until a successor is found. Shares fell 3 per cent."
)


def test_pairs_judged_by_hand():
    said = [copy_chance(wording(p["a"]["text"]), wording(p["b"]["text"])) >= COPY for p in PAIRS]
    right = sum(s and p["copy"] for s, p in zip(said, PAIRS, strict=True))
    wrong = sum(s and not p["copy"] for s, p in zip(said, PAIRS, strict=True))
    missed = sum(p["copy"] and not s for s, p in zip(said, PAIRS, strict=True))
    assert len(PAIRS) >= 320
    assert 2 * right / (2 * right + wrong + missed) >= 0.95


@pytest.mark.parametrize(
    ("a", "b", "copy"),
    [
        (JA, JA.replace("7日", "７日").replace("（", "(").replace("）", ")"), True),
        (JA, "【東京=みなと通信】" + JA + "（記者・山田）", True),
        (JA, JA.replace("佐藤", "佐藤（さとう）", 1), True),
        (JA, JA.replace("8月31日", "9月30日"), False),
        (JA, JA.replace("退任", "解任"), False),
        (JA, JA.replace("田中太郎", "鈴木次郎"), False),
        (EN, EN.replace("per cent", "percent").replace("Monday", "Monday"), True),
        (EN, "LONDON (Agency) - " + EN + " Reporting by Ann Lee.", True),
        (EN, EN.replace("30 June", "31 July"), False),
        (EN, EN.replace("resigned", "been dismissed"), False),
        (EN, EN.replace("Mark Ellison", "Priya Nair"), False),
        (EN, JA, False),
        (JA, JA.replace("就く", "就かない"), False),
        (JA, JA.replace("退任すると発表", "退任する方向で検討していると発表"), False),
        (JA, JA.replace("田中太郎", "田中次郎"), False),
        (JA, JA.replace("常務", "専務"), False),
        (JA, "【撤回】" + JA, False),
        (JA, JA + "同社はその後、この人事を撤回した。", False),
        (EN, EN.replace("had resigned", "may have resigned"), False),
        (EN, EN + " Tallgrass later reversed the decision and Calloway will stay.", False),
        ("佐藤花子氏は北辰電機を退社した。", "佐藤花子氏は北辰電機に入社した。", False),
    ],
)
def test_what_differs_counts(a, b, copy):
    assert (copy_chance(wording(a), wording(b)) >= COPY) is copy
    assert copy_chance(wording(a), wording(b)) == copy_chance(wording(b), wording(a))


def stories(*texts, published=None):
    with sqlite3.connect(":memory:") as db:
        kept = Stories(db)
        return [
            kept.story_of(Document(id=str(i), text=t, published=(published or [None] * 9)[i]))
            for i, t in enumerate(texts)
        ]


def test_copies_share_a_story_and_every_member_is_kept():
    assert stories(JA, EN, JA + "この記事は会員限定です。", EN[:165], EN.replace("30 June", "31 July"), JA) == ["0", "1", "0", "1", "4", "0"]  # fmt: skip


def test_a_wire_is_not_carried_a_year_later():
    assert stories(JA, JA, JA, published=["2023-08-07", "2024-08-07", "2024-08-09"]) == ["0", "1", "1"]


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text(a, b):
    x, y = wording(a), wording(b)
    assert 0 <= copy_chance(x, y) <= 1
    assert difference(x, x).replaced == 0
    assert sketch(x) == sorted(set(sketch(x)))
