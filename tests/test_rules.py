"""Every rule in the language data carries sentences that it fires on and sentences that it stays silent on."""

import pytest

import exeunt
from exeunt.language.data import read_toml
from exeunt.model import Claim

PUBLISHED = "2024-08-07"


def _claims(language: str, sentence: str) -> tuple[Claim, ...]:
    return exeunt.read(sentence, published=PUBLISHED, language=language, reader="rules").moves


def _trigger_cases(key: str):
    for language in ("ja", "en"):
        for rule in read_toml(language, "triggers.toml")["trigger"]:
            for i, sentence in enumerate(rule[key]):
                yield pytest.param(language, rule, sentence, id=f"{language}-{rule['id']}-{i}")


@pytest.mark.parametrize(("language", "rule", "sentence"), [*_trigger_cases("fires_on")])
def test_trigger_fires(language, rule, sentence):
    events = {(c.direction, c.kind) for c in _claims(language, sentence)}
    assert events & {tuple(e.split(":")) for e in rule["events"]}


@pytest.mark.parametrize(("language", "rule", "sentence"), [*_trigger_cases("silent_on")])
def test_trigger_stays_silent(language, rule, sentence):
    assert _claims(language, sentence) == ()


def test_every_trigger_has_both_kinds_of_examples():
    for language in ("ja", "en"):
        for rule in read_toml(language, "triggers.toml")["trigger"]:
            assert rule["fires_on"], rule["id"]
            assert rule["silent_on"], rule["id"]


def _cue_cases(field: str, key: str):
    for language in ("ja", "en"):
        for i, cue in enumerate(read_toml(language, "cues.toml")[field]):
            for sentence in cue[key]:
                yield pytest.param(language, field, cue[field], sentence, id=f"{language}-{cue[field]}-{i}")


@pytest.mark.parametrize(
    ("language", "field", "value", "sentence"), [*_cue_cases("status", "fires_on"), *_cue_cases("source", "fires_on")]
)
def test_cue_fires(language, field, value, sentence):
    assert value in {getattr(c, field) for c in _claims(language, sentence)}


@pytest.mark.parametrize(
    ("language", "field", "value", "sentence"), [*_cue_cases("status", "silent_on"), *_cue_cases("source", "silent_on")]
)
def test_cue_stays_silent(language, field, value, sentence):
    assert value not in {getattr(c, field) for c in _claims(language, sentence)}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_counts(language):
    data = read_toml(language, "counts.toml")
    for sentence in data["fires_on"]:
        assert exeunt.read(sentence, language=language, reader="rules").counts, sentence
    for sentence in data["silent_on"]:
        assert not exeunt.read(sentence, language=language, reader="rules").counts, sentence
