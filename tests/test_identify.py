"""Names across scripts: what is one, what is not, and what nobody can tell from the names alone."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exeunt.identify import match, rank
from exeunt.identify.names import organization_key, person_name
from exeunt.identify.readings import readings, splits
from exeunt.identify.sound import one_spelling, romaji

SAME = [
    ("John Schulman", "ジョン・シュルマン"), ("Ilya Sutskever", "イルヤ・サツキヴァー"), ("佐藤花子", "Hanako Sato"), ("佐藤花子", "SATO Hanako"),
    ("佐藤 花子", "佐藤花子氏"), ("大野裕樹", "Yuuki Ōno"), ("Bob Ames", "Robert Ames"), ("Chloé Dupré", "Chloe Dupre"), ("高橋健", "髙橋健"),
    ("Calloway, Jane", "Jane Calloway"), ("Dr. Jane Calloway", "Jane Calloway"), ("ジョン・シュルマン", "ジョン・シュールマン"), ("山﨑太郎", "山崎太郎"),
    ("Michael Chen", "マイク・チェン"), ("Jane Q. Calloway", "Jane Calloway"),
]  # fmt: skip
DIFFERENT = [
    ("佐藤裕子", "佐藤優子"), ("John Schulman", "Jane Schulman"), ("Michael Chen", "Michelle Chen"), ("佐藤花子", "佐藤太郎"), ("Greg Brockman", "Sam Altman"),
    ("ジョン・シュルマン", "ジェーン・シュルマン"), ("田中健", "Ken Yamada"), ("鶴岡誠", "Satoru Tsuruoka"), ("Makoto Tsuruoka", "Satoru Tsuruoka"),
]  # fmt: skip
UNSURE = [
    ("佐藤", "佐藤花子"),
    ("Sutskever", "サツケバー"),
    ("J. R. Whitcombe", "James Whitcombe"),
    ("Calloway", "Jane Calloway"),
]
SAME_ORGANIZATION = [
    ("北辰電機株式会社", "北辰電機"), ("Hokushin Electric Co., Ltd.", "北辰電機"), ("OpenAI", "オープンAI"), ("Twitter", "X"), ("ツイッター", "X Corp."),
    ("Tallgrass Instruments, Inc.", "Tallgrass Instruments"), ("米ヴェルナー社", "ヴェルナー"), ("Shirakaba University", "白樺大学"), ("カルダー銀行UK", "Calder Bank UK"),
    ("みのり製薬", "Minori Pharmaceutical K.K."), ("フェニモア・ラボ", "Fennimore Labs"),
]  # fmt: skip
APART = [
    ("Hokushin Electric", "北辰電機ソフトウェア"), ("北辰電機", "北辰電機ソフトウェア"), ("Calder Group", "Calder Bank UK"), ("Google", "Alphabet"), ("白樺大学", "Shirakaba Bank"),
    ("SoftBank", "SoftBank Group"), ("南風航空", "南風食品"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), SAME)
def test_one_person(a, b):
    assert match(a, b).verdict == "same", match(a, b)
    assert match(a, b) == match(b, a)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_two_persons(a, b):
    assert match(a, b).verdict == "different", match(a, b)


@pytest.mark.parametrize(("a", "b"), UNSURE)
def test_nobody_can_tell(a, b):
    assert match(a, b).verdict == "unsure", match(a, b)


@pytest.mark.parametrize(("a", "b"), SAME_ORGANIZATION)
def test_one_organization(a, b):
    found = match(a, b, "organization")
    assert found.score >= 0.9, found


@pytest.mark.parametrize(("a", "b"), APART)
def test_two_organizations(a, b):
    assert match(a, b, "organization").score < 0.9


@pytest.mark.parametrize(
    ("kana", "latin"),
    [("サトウ", "sato"), ("オオノ", "ono"), ("ショウイチ", "shoichi"), ("シンイチ", "shinichi"), ("ハットリ", "hatori"), ("ジュンコ", "junko"), ("チョウ", "cho"), ("ティエン", "tien")],
)  # fmt: skip
def test_japanese_in_letters(kana, latin):
    assert romaji(kana) == one_spelling(latin)


@pytest.mark.parametrize(
    "spellings",
    [
        ("Satō", "Satou", "Sato", "Satoh"),
        ("Shimbashi", "Shinbashi"),
        ("Tsuchiya", "Tutiya"),
        ("Jun", "Zyun"),
        ("Yuuki", "Yuki", "Yūki"),
    ],
)
def test_one_spelling(spellings):
    assert len({one_spelling(s) for s in spellings}) == 1


def test_readings():
    assert set(readings("裕子", "名")) >= {"ヒロコ", "ユウコ"}
    assert splits("佐藤花子")[0] == ("佐藤", "花子")
    assert person_name("小野由紀").full and not person_name("佐藤").full


def test_ranking():
    candidates = ["Jane Schulman", "John Schulman", "Greg Brockman", "Jon Schuman"]
    ranked = rank("ジョン・シュルマン", candidates)
    assert ranked[0].name == "John Schulman" and ranked[0].verdict == "same"
    assert {r.name for r in ranked} == set(candidates)


def test_ranking_among_many():
    people = [
        f"{a}{b} {c}{d}"
        for a in "BDGKL"
        for b in ("eno", "ari", "ulia")
        for c in "MNPRS"
        for d in ("adsen", "olby", "ivera")
    ]
    assert rank("ドゥリア・リベラ", [*people, "Dulia Rivera"])[0].name == "Dulia Rivera"


def test_the_data_are_in_order():
    assert organization_key("ツイッター") == organization_key("X Corp")


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["person", "organization"]))
def test_any_names(a, b, kind):
    found = match(a, b, kind)
    assert 0 <= found.score <= 1
    assert found == match(b, a, kind)


def run(*args, stdin=None):
    return subprocess.run(
        [sys.executable, "-m", "exeunt", "match", *args],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_line():
    answer = json.loads(run("John Schulman", "ジョン・シュルマン", "--json").stdout)
    assert answer["verdict"] == "same" and answer["reasons"]
    lines = [
        '{"id": 7, "name": "佐藤花子", "candidates": ["Taro Sato", "Hanako Sato"]}',
        "{bad",
        '{"id": "o", "name": "北辰電機", "candidates": ["Hokushin Electric"], "kind": "organization"}',
    ]
    done = run("--ndjson", "-", stdin="\n".join(lines) + "\n")
    a, b, c = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert (a["id"], a["ranked"][0]["name"]) == (7, "Hanako Sato")
    assert b["line"] == 2 and "not a question" in b["error"]
    assert c["ranked"][0]["verdict"] == "same"
    assert run("one name").returncode == 2
