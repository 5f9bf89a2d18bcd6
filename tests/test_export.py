"""Exports: every row, what other programs make of them, and what must never be said in them."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pyarrow.parquet
import pytest
from followthemoney import Dataset, model
from followthemoney.statement.entity import StatementEntity
from followthemoney.statement.serialize import read_json_statements
from telling import tell

from exeunt.demo import readings
from exeunt.errors import InputError, LedgerError
from exeunt.keeping import add, judge
from exeunt.keeping import export as exports
from exeunt.keeping.export import FORMATS, Export, write
from exeunt.keeping.reckon import View
from exeunt.ledger import Ledger
from exeunt.ledger.tables import claim, move
from exeunt.model import Claim, Document, Evidence, Reading
from exeunt.tell.exports.lines import _cell
from exeunt.tell.exports.rows import columns

TOLD = """
2020-01-10 | Halden Post | Ada Lund     | in joined         | 2020-01-05 | -
2022-03-01 | Halden Post | Ada Lund     | in appointed      | 2022-03-01 | chief executive
2023-06-01 | Halden Post | Ada Lund     | out stepped_down  | 2023-06-01 | chief executive
2021-02-01 | Halden Post | Bo Frisk     | in appointed      | 2021-02-01 | outside director
2024-01-01 | Halden Post | Cai Moen     | out resigned      | 2024-01-01 | =HYPERLINK("http://evil")
2024-01-02 | Rumour Mill | Dag Vold     | out left          | 2024-01-02 | - | status=speculated
2024-01-02 | Rumour Mill | Eli Nord     | out left          | 2024-01-02 | - | status=reported
2024-01-03 | Halden Post | Eli Nord     | out left          | 2024-01-02 | - | status=denied
2024-01-02 | Halden Post | Fay Holm     | out resigned      | 2024-01-02 | - | status=planned
2024-01-02 | Halden Post | Gro Dahl     | out resigned      | 2999-01-02 | - | status=planned
2024-01-02 | Halden Post | Hal Berg     | pause leave       | 2024-01-02 | - | until=2998-01
2024-02-02 | Halden Post | Ivo Lie      | out dismissed     | 2024-02-01 | -
2024-02-03 | Other Post  | Ivo Lie      | out dismissed     | 2024-02-01 | -
2024-02-04 | Third Post  | Ivo Lie      | out dismissed     | 2024-02-01 | - | status=denied
2024-02-04 | Third Post  | Jo Aune      | out left          | -          | - | at=Orrin_Bank counterpart=Halden_Works
"""
HAPPENED = {"Ada Lund", "Bo Frisk", "Cai Moen", "Fay Holm", "Hal Berg", "Ivo Lie", "Jo Aune"}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "ledger.db"
    with Ledger.open(str(path)) as ledger:
        tell(ledger, TOLD)
    return str(path)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "demo.db"
    with Ledger.open(str(path)) as ledger:
        add(ledger, readings())
    return str(path)


def exported(path, how, organization=None, as_of=None, statements=False):
    out = io.BytesIO()
    with Ledger.open(path) as ledger, ledger.reading() as connection:
        write(Export.of(connection, View.of(as_of), organization), how, out, statements)
    return out.getvalue()


def lines(*args, **asked):
    return [json.loads(line) for line in exported(*args, **asked).splitlines()]


def entities(path, **asked):
    return {e["id"]: e for e in lines(path, "followthemoney", **asked)}


def ties(path, **asked):
    """(person, organisation, entity) of each tie."""
    found = entities(path, **asked)
    for e in found.values():
        p = e["properties"]
        if e["schema"] in ("Employment", "Directorship"):
            who, where = (p.get("employee") or p["director"])[0], (p.get("employer") or p["organization"])[0]
            yield found[who]["properties"]["name"][0], found[where]["properties"]["name"][0], e


@pytest.mark.parametrize("ledger", ["told", "demo"])
def test_every_move_is_in_each_table_with_the_same_values(ledger, request, monkeypatch):
    path = request.getfixturevalue(ledger)
    rows = lines(path, "ndjson")
    with Ledger.open(path) as opened, opened.reading() as connection:
        stored = {r["id"]: r for r in connection.execute(move.select()).mappings()}
        claims = {r["id"]: r for r in connection.execute(claim.select()).mappings()}
    assert {r["move"] for r in rows} == stored.keys() and len(rows) == len(stored)
    for r in rows:
        assert list(r) == list(columns())
        for column in ("person", "organization", "direction", "kind", "date", "status", "sources", "first_known"):
            assert r[column] == stored[r["move"]][column]
        assert r["denied"] == bool(r["denial"]) and r["quote_claim"] in r["claims"]
        assert claims[r["quote_claim"]]["status"] == r["status"] or r["status"] not in {
            claims[c]["status"] for c in r["claims"]
        }
        assert r["quote"] in claims[r["quote_claim"]]["detail"] or "\\" in claims[r["quote_claim"]]["detail"]
    table = pyarrow.parquet.read_table(io.BytesIO(exported(path, "parquet")))
    assert table.to_pylist() == rows
    sheet = list(csv.DictReader(io.StringIO(exported(path, "csv").decode())))
    plain = [{k: _text(v) for k, v in r.items()} for r in rows]
    assert [{k: v.removeprefix("'") if v[1:2] == "=" else v for k, v in r.items()} for r in sheet] == plain
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    assert lines(path, "ndjson") == rows


def _text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else " ".join(value) if isinstance(value, list) else str(value)


def test_a_spreadsheet_runs_nothing(told):
    page = exported(told, "csv")
    assert page.startswith(b"move,person,")
    roles = {r["person_name"]: r["role"] for r in csv.DictReader(io.StringIO(page.decode()))}
    assert roles["Cai Moen"] == '\'=HYPERLINK("http://evil")' and roles["Bo Frisk"] == "outside director"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＠"])
def test_signs_of_formulas(sign):
    assert _cell(f"{sign}1+1") == f"'{sign}1+1" and _cell(f"a{sign}1") == f"a{sign}1" and _cell(0.5) == 0.5


def test_columns_are_described_in_the_file_and_in_both_guides(told):
    schema = pyarrow.parquet.read_schema(io.BytesIO(exported(told, "parquet")))
    for language, guide in (("en", "export.md"), ("ja", "export.ja.md")):
        page = (Path(__file__).parent.parent / "docs" / "how-to" / guide).read_text(encoding="utf-8")
        for name, text in columns(language).items():
            assert f"| `{name}` | {text} |" in page
    assert [(f.name, f.metadata[b"description"].decode()) for f in schema] == list(columns().items())


# --- what is told as having happened ------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["followthemoney", "jsonld"])
def test_what_is_rumoured_denied_or_still_to_come_is_no_tie(told, how):
    text = exported(told, how).decode()
    assert {n for n in ("Dag Vold", "Eli Nord", "Gro Dahl") if n in text} == set()
    assert {n for n in HAPPENED if n in text} == HAPPENED


def test_ties_have_their_dates_posts_and_status(told):
    found = {(who, where, tuple(e["properties"].get("role", ()))): e for who, where, e in ties(told)}
    here = "Halden Works"

    def of(*key):
        e = found[key]
        return (e["schema"], *(e["properties"].get(p) for p in ("startDate", "endDate", "status")))

    assert of("Ada Lund", here, ()) == ("Employment", ["2020-01-05"], None, ["no end told"])
    assert of("Ada Lund", here, ("chief executive",)) == ("Employment", ["2022-03-01"], ["2023-06-01"], ["ended"])
    assert of("Bo Frisk", here, ("outside director",)) == ("Directorship", ["2021-02-01"], None, ["no end told"])
    assert of("Fay Holm", here, ()) == ("Employment", None, ["2024-01-02"], ["ended", "announced"])
    assert of("Hal Berg", here, ()) == ("Employment", None, None, ["no end told", "on leave"])
    assert of("Ivo Lie", here, ()) == ("Employment", None, ["2024-02-01"], ["ended", "disputed"])
    assert of("Jo Aune", "Orrin Bank", ()) == ("Employment", None, None, ["ended"])
    assert len(found) == 8


def test_a_denial_travels_with_what_it_denies(told):
    [denied] = [e for who, _, e in ties(told) if who == "Ivo Lie"]
    assert any("Third Post" in p for p in denied["properties"]["publisher"])
    graph = json.loads(exported(told, "jsonld"))["@graph"]
    [role] = next(n for n in graph if n["name"] == "Ivo Lie")["alumniOf"]
    assert [q.get("name") for q in role["subjectOf"]] == [None, "denial"]


def test_a_post_that_ends_is_no_departure(told):
    ada = next(n for n in json.loads(exported(told, "jsonld"))["@graph"] if n["name"] == "Ada Lund")
    assert "alumniOf" not in ada and [r.get("endDate") for r in ada["memberOf"]] == ["2023-06-01", None]


def test_doubtful_and_rejected_claims_are_in_nothing(tmp_path):
    path = str(tmp_path / "l.db")
    with Ledger.open(path) as ledger:
        tell(ledger, TOLD)
        with ledger.reading() as connection:
            key = next(r["id"] for r in connection.execute(claim.select()).mappings() if r["person"] == "Cai Moen")
        judge(ledger, "reject", key, None, "misread", "a tester")
        add(ledger, [_doubtful("Kai Strand left Halden Works.", "Kai Strand")])
    for how in ("ndjson", "csv", "jsonld", "followthemoney"):
        text = exported(path, how).decode()
        assert "Cai Moen" not in text and "Kai Strand" not in text and "Bo Frisk" in text


def _doubtful(text, person):
    found = Claim(
        person=person, organization="Halden Works", direction="out", kind="left", role=None, counterpart=None, date=None, until=None, status="fact",
        source="media", speaker=None, inferred=(), confidence=0.3, evidence=(Evidence(0, len(text), text),),
    )  # fmt: skip
    return Document(id="doubtful", text=text, published="2024-03-01", language="en"), Reading(
        id="doubtful", language="en", review=(found,)
    )


def test_as_of_knows_nothing_later(told):
    early = {r["person_name"]: r for r in lines(told, "ndjson", as_of="2024-02-03")}
    assert "Jo Aune" not in early and not early["Ivo Lie"]["denied"] and early["Ivo Lie"]["sources"] == 2
    [rumour] = [r for r in lines(told, "ndjson", as_of="2024-01-02") if r["person_name"] == "Eli Nord"]
    assert (rumour["status"], rumour["denial"]) == ("reported", None)
    [ada] = [e for who, _, e in ties(told, as_of="2023-01-01") if who == "Ada Lund"]
    assert ada["properties"]["role"] == ["chief executive"] and "endDate" not in ada["properties"]


def test_one_organisation(told):
    assert {r["person_name"] for r in lines(told, "ndjson", organization="Orrin Bank")} == {"Jo Aune"}
    assert {who for who, _, _ in ties(told, organization="Orrin Bank", as_of="2024-06-01")} == {"Jo Aune"}
    with pytest.raises(LedgerError):
        exported(told, "ndjson", organization="Nowhere Ltd")


# --- other programs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ledger", ["told", "demo"])
def test_followthemoney_takes_the_entities(ledger, request):
    found = lines(request.getfixturevalue(ledger), "followthemoney")
    ids = [e["id"] for e in found]
    assert len(ids) == len(set(ids))
    schemata = {e["id"]: model.get(e["schema"]) for e in found}
    for e in found:
        proxy = model.get_proxy(e, cleaned=False)  # cleans: what it does not take falls away
        assert proxy.to_dict()["properties"].keys() == e["properties"].keys()
        proxy.schema.validate(e)
        assert all(e["properties"].get(p) for p in proxy.schema.required), e
        for prop, value in proxy.itervalues():
            assert value in e["properties"][prop.name]
            if prop.type.name == "entity":
                assert schemata[value].is_a(prop.range)
    assert {"Person", "Organization", "Employment", "Article"} <= {e["schema"] for e in found}


@pytest.mark.parametrize("ledger", ["told", "demo"])
def test_followthemoney_puts_the_statements_together_again(ledger, request):
    path = request.getfixturevalue(ledger)
    dataset = Dataset.make({"name": "exeunt", "title": "Exeunt"})
    by_entity = {}
    raw = exported(path, "followthemoney", statements=True)
    for line, s in zip(raw.splitlines(), read_json_statements(io.BytesIO(raw)), strict=True):
        assert json.loads(line)["id"] == s.generate_key()
        by_entity.setdefault(s.canonical_id, []).append(s)
    again = {k: StatementEntity.from_statements(dataset, v).to_dict() for k, v in by_entity.items()}
    for key, e in entities(path).items():
        assert again[key]["schema"] == e["schema"]
        assert {p: sorted(v) for p, v in again[key]["properties"].items()} == {
            p: sorted(v) for p, v in e["properties"].items()
        }


DATE = {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}
ROLE = {
    "type": "object", "required": ["@id", "@type", "description", "subjectOf"], "additionalProperties": False,
    "properties": {
        "@id": {"pattern": "^urn:exeunt:tie:"}, "@type": {"const": "OrganizationRole"}, "description": {"type": "string"},
        "memberOf": {"$ref": "#/$defs/at"}, "alumniOf": {"$ref": "#/$defs/at"}, "startDate": DATE, "endDate": DATE,
        "roleName": {"type": "array", "items": {"type": "string", "minLength": 1}},
        "subjectOf": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["@type", "text", "citation"],
            "properties": {"@type": {"const": "Quotation"}, "text": {"minLength": 1}, "citation": {"required": ["@type", "identifier"]}},
        }},
    },
}  # fmt: skip
SCHEMA = {
    "$defs": {"at": {"type": "object", "required": ["@id"], "properties": {"@id": {"pattern": "^urn:exeunt:organization:"}}}},
    "type": "object", "required": ["@context", "@graph"], "additionalProperties": False,
    "properties": {"@context": {"const": "https://schema.org"}, "@graph": {"type": "array", "items": {
        "type": "object", "required": ["@id", "@type", "name"], "additionalProperties": False,
        "properties": {
            "@id": {"pattern": "^urn:exeunt:(person|organization):"}, "@type": {"enum": ["Person", "Organization"]}, "name": {"minLength": 1},
            "alternateName": {"type": "array"}, "memberOf": {"type": "array", "items": ROLE}, "alumniOf": {"type": "array", "items": ROLE},
        },
    }}},
}  # fmt: skip


@pytest.mark.parametrize("ledger", ["told", "demo"])
def test_json_ld_has_its_shape_and_every_reference_is_there(ledger, request):
    page = json.loads(exported(request.getfixturevalue(ledger), "jsonld"))
    jsonschema.validate(page, SCHEMA)
    ids = [n["@id"] for n in page["@graph"]]
    assert len(ids) == len(set(ids))
    for node in page["@graph"]:
        for prop in ("memberOf", "alumniOf"):
            assert all(role[prop]["@id"] in ids for role in node.get(prop, ()))


@pytest.mark.parametrize("how", FORMATS)
def test_an_empty_ledger_is_exported_too(how, tmp_path):
    page = exported(str(tmp_path / "none.db"), how)
    if how == "jsonld":
        assert json.loads(page)["@graph"] == []
    elif how == "csv":
        assert page.decode().strip() == ",".join(columns())
    elif how == "parquet":
        assert pyarrow.parquet.read_table(io.BytesIO(page)).num_rows == 0
    else:
        assert page == b""


# --- the command --------------------------------------------------------------------------------------------------


def run(*args):
    return subprocess.run(
        [sys.executable, "-m", "exeunt", "export", *args], capture_output=True, check=False, timeout=60
    )


def test_the_command_writes_a_file_or_to_standard_output(told, tmp_path):
    done = run("--format", "parquet", "--out", str(tmp_path / "m.parquet"), "--ledger", told)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert pyarrow.parquet.read_table(tmp_path / "m.parquet").num_rows == len(lines(told, "ndjson"))
    assert [p.name for p in tmp_path.iterdir()] == ["m.parquet"]
    assert run("--format", "ndjson", "--ledger", told).stdout == exported(told, "ndjson")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--format", "xml"), "give followthemoney, jsonld, parquet, csv or ndjson"),
        (("--format", "csv", "--statements"), "leave it out"),
        (("--format", "csv", "--out", "nowhere/x.csv"), "cannot be written"),
        (("--format", "csv", "--organization", "Nowhere Ltd"), "no organisation"),
        (("--format", "csv", "--as-of", "yesterday"), "yesterday"),
    ],
)
def test_errors_are_one_line(told, args, says, tmp_path):
    done = run(*args, "--ledger", told)
    assert done.returncode == 2 and says in done.stderr.decode() and done.stderr.count(b"\n") == 1


def test_a_failed_export_leaves_the_file_that_was_there(told, tmp_path):
    (tmp_path / "m.csv").write_text("before")
    assert run("--format", "xml", "--out", str(tmp_path / "m.csv"), "--ledger", told).returncode == 2
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("m.csv", "before")]


def test_a_missing_package_names_its_extra(told, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"pip install 'exeunt\[parquet\]'"):
        exported(told, "parquet")
