"""Forms of names: which stand for one another, and what is taken off."""

import tomllib
from pathlib import Path

import pytest

from exeunt.language import forms

CASES = tomllib.loads((Path(__file__).parent / "cases/names.toml").read_text(encoding="utf-8"))


def _pairs(key):
    for kind in ("person", "organization"):
        for case in CASES[kind]:
            for short in case[key]:
                yield pytest.param(kind, short, case["full"], id=f"{short}-{case['full']}")


def _same(kind, short, full):
    bare = {"person": forms.bare_person, "organization": forms.bare_organization}[kind]
    return {"person": forms.same_person, "organization": forms.same_organization}[kind](bare(short), bare(full))


@pytest.mark.parametrize(("kind", "short", "full"), [*_pairs("short")])
def test_a_shorter_form_stands_for_the_full_one(kind, short, full):
    assert _same(kind, short, full)


@pytest.mark.parametrize(("kind", "short", "full"), [*_pairs("not_short")])
def test_another_name_does_not(kind, short, full):
    assert not _same(kind, short, full)


@pytest.mark.parametrize(
    ("bare", "dressed"),
    [
        (forms.bare_person, {"Dr. Jane Roe": "Jane Roe", "佐藤花子さん": "佐藤花子", "「佐藤」氏": "佐藤"}),
        (
            forms.bare_organization,
            {
                "株式会社北辰": "北辰",
                "Acme Corp.": "Acme",
                "the Acme Group": "Acme",
                "Acme's": "Acme",
                "NPO法人「森」": "森",
            },
        ),
    ],
)
def test_what_is_taken_off(bare, dressed):
    assert {d: bare(d) for d in dressed} == dressed


@pytest.mark.parametrize("form", ["同社", "本学", "The Company", "city", "会社"])
def test_what_only_points(form):
    assert forms.only_points(form)


@pytest.mark.parametrize("form", ["Acme", "東都銀行", "eBay", "同志社"])
def test_what_names(form):
    assert not forms.only_points(form)
