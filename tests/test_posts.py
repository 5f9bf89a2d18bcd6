"""Roles in classes: every rule of the data fires on its examples and stays silent on the others."""

import pytest

from exeunt.language.data import read_toml
from exeunt.language.posts import NONE, post_of


def _cases(table: str, which: str):
    return [
        pytest.param(rule["key"], role, id=f"{language}-{rule['key']}-{role}")
        for language in ("en", "ja")
        for rule in read_toml(language, "posts.toml")[table]
        for role in rule[which]
    ]


@pytest.mark.parametrize(("key", "role"), _cases("post", "fires_on"))
def test_post_fires(key, role):
    assert post_of(role).key == key


@pytest.mark.parametrize(("key", "role"), _cases("post", "silent_on"))
def test_post_stays_silent(key, role):
    assert post_of(role).key != key


@pytest.mark.parametrize(("key", "role"), _cases("team", "fires_on"))
def test_team_fires(key, role):
    assert post_of(role).team == key


@pytest.mark.parametrize(("key", "role"), _cases("team", "silent_on"))
def test_team_stays_silent(key, role):
    assert post_of(role).team != key


@pytest.mark.parametrize("language", ["en", "ja"])
def test_both_languages_know_the_same_posts_and_teams(language):
    data, other = read_toml(language, "posts.toml"), read_toml("en", "posts.toml")
    for table in ("post", "team"):
        assert [r["key"] for r in data[table]] == [r["key"] for r in other[table]]
    for here, there in zip(data["post"], other["post"], strict=True):
        assert {k: here.get(k) for k in ("level", "seat", "isco")} == {
            k: there.get(k) for k in ("level", "seat", "isco")
        }


@pytest.mark.parametrize(
    ("role", "seat", "unit", "level", "flags"),
    [
        ("interim chief executive", "chief_executive", None, "top", "interim"),
        ("暫定CEO", "chief_executive", None, "top", "interim"),
        ("interim co-chief executive", "chief_executive", None, "top", "interim joint"),
        ("co-founder and president", "president", None, "top", "founder"),
        ("president and CEO", "chief_executive", None, "top", ""),
        ("共同創業者", None, None, None, "joint founder"),
        ("chief executive of applications", "chief_executive", "applications", "top", ""),
        ("head", "head", None, "head", ""),
        ("head of mission alignment", "head", "mission alignment", "head", ""),
        ("超整合性グループの共同リーダー", "head", "超整合性グループ", "head", "joint"),
        ("研究担当副社長", None, None, "head", ""),  # there may be several
        ("board member", None, None, "board", ""),
        ("deputy chief executive", None, None, "top", ""),  # stands in, holds no seat
        ("former CEO", None, None, "top", ""),
        ("次期社長", None, None, "top", ""),
        ("CEO補佐", None, None, "member", ""),
        ("adviser to the chief executive", None, None, "member", ""),
        ("", None, None, None, ""),
        ("🚀", None, None, None, ""),
    ],
)
def test_seats(role, seat, unit, level, flags):
    post = post_of(role)
    told = " ".join(f for f in ("interim", "joint", "founder") if getattr(post, f))
    assert (post.seat, post.unit, post.level) == (seat, unit, level)
    assert set(flags.split()) <= set(told.split())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("chief executive", "CEO", True),
        ("chief executive", "最高経営責任者", True),
        ("chief executive of applications", "CEO", True),  # the shorter may mean either
        ("chief executive of applications", "chief executive of Microsoft AI", False),
        ("head of research", "head of sales", False),
        ("head of research", "head of research", True),
        ("head", "head", False),  # of what?
        ("vice president of people", "vice president of people", False),
        (None, None, False),
    ],
)
def test_same_seat(one, other, same):
    assert post_of(one).same_seat(post_of(other)) is same


@pytest.mark.parametrize(
    ("role", "founds"),
    [
        ("co-founder", True), ("founder and chief executive", True), ("共同創業者兼CEO", True), ("founding member", True),
        ("founding engineer", False), ("founder of Nordvik Bank", False), ("former founder", False), ("founder relations manager", False),
    ],
)  # fmt: skip
def test_who_founded_the_organisation(role, founds):
    assert post_of(role).founder is founds


def test_no_role_is_no_post():
    assert post_of(None) is NONE
    assert NONE.tie == "work" and not NONE.leads
