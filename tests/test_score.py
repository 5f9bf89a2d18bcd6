"""The scorer, on small documents whose figures can be counted by hand."""

import pytest

from exeunt.evaluate import Score, fold, pair, same, split_of


def move(person="Jane Roe", organization="Acme", direction="out", **more):
    base = {
        "kind": "left",
        "role": [],
        "counterpart": [],
        "date": None,
        "until": None,
        "status": "fact",
        "source": "author",
    }
    return {"person": [person], "organization": [organization], "direction": direction, **base, **more}


def answer(person="Jane Roe", organization="Acme", direction="out", **more):
    base = {
        "kind": "left",
        "role": None,
        "counterpart": None,
        "date": None,
        "until": None,
        "status": "fact",
        "source": "author",
    }
    return {"person": person, "organization": organization, "direction": direction, **base, **more}


def document(moves, text="Jane Roe left Acme.", traps=()):
    return {"id": "en-wire-1", "language": "en", "genre": "wire", "text": text, "moves": moves, "traps": list(traps)}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("佐藤　花子氏", "佐藤花子"),
        ("Mr. Jane Roe", "jane roe"),
        ("ＯｐｅｎＡＩ", "openai"),
        ("ジョン・シュルマン", "ジョンシュルマン"),
    ],
)
def test_names_fold(a, b):
    assert fold(a) == fold(b)


def test_legal_forms_fold_only_for_organisations():
    assert same("株式会社北辰電機", "北辰電機", organization=True)
    assert same("Acme, Inc.", "ACME", organization=True)
    assert not same("Acme, Inc.", "ACME")


def test_each_answer_is_used_once_and_the_closest_first():
    gold = [move(date="2020"), move(date="2024", kind="dismissed")]
    said = [answer(date="2024", kind="dismissed"), answer(date="2020")]
    assert sorted(pair(gold, said)[0]) == [(0, 1), (1, 0)]


def test_optional_moves_are_neither_asked_nor_counted():
    score = Score()
    score.add(
        document([move(optional=True), move(person="A B")]), [answer(), answer(person="A B"), answer(person="C D")]
    )
    t = score.groups["all"]
    assert (t.right, t.wrong, t.missed) == (1, 1, 0)


def test_attributes_count_only_on_right_moves():
    score = Score()
    gold = [move(role=["chief executive"], date="2024-06"), move(person="A B")]
    score.add(document(gold), [answer(role="chief executive officer", date="2024"), answer(person="X Y")])
    assert score.attributes["role"] == (1, 1)
    assert score.attributes["date"] == (0, 1)


def test_evidence_traps_and_quiet_documents():
    score = Score()
    broken = answer(person="X Y", evidence=[{"start": 0, "end": 4, "text": "June"}])
    score.add(document([], traps=[{"quote": "Jane"}]), [broken])
    assert (score.evidence_broken, score.traps_fired, score.quiet_moves) == (1, 1, 1)


def test_a_denied_move_shown_as_fact_is_counted():
    score = Score()
    score.add(document([move(status="denied")]), [answer(status="fact")])
    assert score.false_facts == 1


@pytest.mark.parametrize(("name", "split"), [("ja-wire-201", "train"), ("en-wire-700", "train"), ("seed-ja", "other")])
def test_splits(name, split):
    assert split_of(name) == split


def test_dev_and_check_part_by_hash():
    assert {split_of(f"en-wire-{n:02}") for n in range(1, 40)} == {"dev", "check"}
