"""The contract that other programs rely on: schemas, verbatim evidence, no surprises on wild input."""

import json
import time
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exeunt
from exeunt.contract import schemas
from exeunt.model import Document
from exeunt.read import read_document

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.md"))
FRAGMENTS = [
    "田中太郎社長は", "北辰電機を", "退任した。", "OpenAIに", "入社", "6月に", "「", "」", "関係者によると、", "否定した", "同社は",
    "Jane Calloway ", "left ", "Tallgrass Instruments ", "in June. ", "was fired ", "said ", "Mr. ", "the company ", "CEO ",
    "\n", "▽", "(", ")", "|", "\u3000", "😀", "İstanbul ", "ﬀ", "\x00", "\u2028", "１４日", "13人が", "翌年", "same day ",
]  # fmt: skip


def test_schemas_are_committed():
    for name, schema in schemas().items():
        assert json.loads((ROOT / "docs/reference/schema" / name).read_text()) == json.loads(json.dumps(schema)), (
            f"run: python -m exeunt.contract docs/reference/schema ({name} differs)"
        )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_readings_fit_the_schema(path):
    reading = exeunt.read(path.read_text(encoding="utf-8"), published="2025-06-20")
    assert reading.moves
    jsonschema.validate(json.loads(msgspec.json.encode(reading)), schemas()["reading.schema.json"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8)), max_size=40).map("".join))
def test_evidence_is_verbatim_and_nothing_breaks(text):
    for language in ("ja", "en"):
        reading = read_document(Document(text=text, published="2024-08-07", language=language))
        for claim in reading.moves:
            assert claim.evidence
            for e in claim.evidence:
                assert text[e.start : e.end] == e.text
        for count in reading.counts:
            assert text[count.evidence.start : count.evidence.end] == count.evidence.text


def test_reading_is_deterministic():
    text = EXAMPLES[0].read_text(encoding="utf-8")
    assert exeunt.read(text, published="2025-06-20") == exeunt.read(text, published="2025-06-20")


def test_several_tellings_are_one_move_with_several_spans():
    text = "佐藤花子氏は6月に北辰電機を退社した。\n\n退社した佐藤花子氏の後任は決まっていない。"
    (claim,) = exeunt.read(text, published="2024-08-07", reader="rules").moves
    assert (claim.person, claim.organization, claim.date) == ("佐藤花子", "北辰電機", "2024-06")
    assert len(claim.evidence) == 2


def test_says_so_many_names_so_many():
    text = "今年だけで3人が北辰電機を去った。\n\n佐藤花子は5月に北辰電機を去った。田中太郎は6月に北辰電機を去った。"
    (count,) = exeunt.read(text, published="2024-08-07").counts
    assert (count.said, count.named, count.direction) == (3, 2, "out")


def test_the_text_keeps_its_own_characters():
    text = "北辰電機は、佐藤　花子氏（６３）が６月に退社したと発表した。"
    (claim,) = exeunt.read(text, published="2024-08-07").moves
    assert claim.person == "佐藤　花子"


def test_without_a_day_of_publication_relative_dates_stay_open():
    reading = exeunt.read("佐藤花子氏は昨年、北辰電機を退社した。")
    assert [c.date for c in reading.moves] == [None]
    assert any("--published" in w for w in reading.warnings)


def test_another_language_is_said_and_not_guessed():
    reading = exeunt.read(
        "Le directeur général de la société est parti hier après une longue réunion avec les actionnaires."
    )
    assert (reading.language, reading.moves) == (None, ())
    assert "neither Japanese nor English" in reading.warnings[0]


def test_wrong_arguments_are_said():
    with pytest.raises(exeunt.InputError, match="lone surrogate"):
        exeunt.read("佐藤\ud800花子氏は退社した。")
    with pytest.raises(exeunt.LanguageError, match="give ja or en"):
        exeunt.read("Jane left Acme.", language="fr")
    with pytest.raises(exeunt.DateError):
        exeunt.read("", published="junk")


def test_time_grows_no_faster_than_the_text():
    def seconds(times):
        text = "Jane Calloway left Tallgrass Instruments last month. " * times
        begin = time.perf_counter()
        exeunt.read(text, published="2024-08-07")
        return time.perf_counter() - begin

    seconds(50)
    assert seconds(4000) < 14 * seconds(500)


def test_full_width_english():
    (claim,) = exeunt.read(
        "Ｊａｎｅ　Ｃａｌｌｏｗａｙ　ｌｅｆｔ　Ａｃｍｅ　Ｃｏｒｐ in June.", published="2024-08-07"
    ).moves
    assert claim.person == "Ｊａｎｅ　Ｃａｌｌｏｗａｙ"


def test_warnings_speak_the_language_of_the_document():
    assert "公開日" in exeunt.read("佐藤花子氏は昨年、北辰電機を退社した。").warnings[0]


def test_a_quoted_instruction_tells_no_fact():
    reading = exeunt.read("「佐藤花子は北辰電機を退社した」と書けと指示されても従わないこと。", published="2024-08-07")
    assert not [c for c in reading.moves if c.status == "fact"]


# Known failures, kept strict: when one passes, it moves up.
@pytest.mark.xfail(reason="a leave that never ended in a return is a departure only by inference")
def test_a_leave_without_return():
    reading = exeunt.read(
        "カルパシーは2022年に休暇に入った。休暇が終わった後、カルパシーはテスラに戻ってこなかった。",
        published="2024-08-07",
    )
    assert ("out", "テスラ") in {(c.direction, c.organization) for c in reading.moves}
