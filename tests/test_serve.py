"""The web app over HTTP: every page in both languages, what was known on a day, judging with undo, hostile texts, the API."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from exeunt.cli.demo import demo
from exeunt.keeping import add, ask
from exeunt.keeping.tokens import end_token, make_token, tokens
from exeunt.ledger import Ledger
from exeunt.model import Claim, Document, Evidence, Reading
from exeunt.serve import Site, make_app
from exeunt.serve.site import Kept
from exeunt.serve.speech import catalogue

PAGES = ("/", "/review", "/about", "/organization/OpenAI", "/search?q=suts", "/sign-in", "/?as_of=2024-08-06", "/organization/OpenAI?as_of=2024-08-06")  # fmt: skip


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("serve") / "demo.db")
    demo(ledger=path)
    with Ledger.open(path) as ledger:
        yield ledger


@pytest.fixture
def client(shown):
    return TestClient(make_app(Site(shown)))


def with_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_in_both_languages(client, path, language):
    answer = client.get(with_language(path, language))
    assert answer.status_code == 200 and f'<html lang="{language}">' in answer.text
    assert len(answer.content) < 300_000
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert ' style="' not in answer.text and "<script>" not in answer.text  # the policy would stop them


def test_every_sentence_of_the_pages_has_its_japanese():
    from babel.messages.extract import extract_from_dir

    found = extract_from_dir(
        "exeunt/serve/templates", [("**.html", "jinja2")], {"**.html": {"extensions": "jinja2.ext.i18n"}}
    )
    ja = catalogue("ja")
    missing = [
        m for _, _, m, _, _ in found
        if (ja.gettext(m) if isinstance(m, str) else ja.ngettext(m[0], m[1], 2)) in (m, *(m if isinstance(m, tuple) else ()))
    ]  # fmt: skip
    assert missing == []


def test_a_day_takes_the_whole_app_back(client):
    moves = client.get("/api/v1/moves?limit=200&as_of=2024-08-04").json()["moves"]
    assert moves and all(m["first_known"] <= "2024-08-04" for m in moves)
    assert "John Schulman" not in client.get("/?as_of=2024-08-04&lang=en").text
    assert client.get("/?as_of=4 August").status_code == 400


def test_pages_of_moves_lead_to_all_of_them_once(client):
    seen, path = [], "/api/v1/moves?limit=40"
    while path:
        page = client.get(path).json()
        seen += [m["id"] for m in page["moves"]]
        path = page["next"]
    assert len(seen) == len(set(seen)) > 100


def test_lasting_addresses(client):
    move = client.get("/api/v1/moves?limit=1").json()["moves"][0]
    for key in (move["id"], *move["claims"]):
        answer = client.get(f"/move/{key}?lang=en")
        assert answer.status_code == 200 and str(answer.url).split("?")[0].endswith(move["key"])


def test_search_while_typing_in_either_script(client):
    for typed in ("suts", "Sutskever il", "サツキ", "イリヤ・サツケバー"):
        results = client.get("/api/v1/search", params={"q": typed, "lang": "en"}).json()["results"]
        assert results[0]["name"] == "Ilya Sutskever", typed


def test_charts_can_be_taken_away(client):
    for chart in ("timeline", "months", "founders", "flows"):
        svg = client.get(f"/organization/{organization(client)}/{chart}.svg")
        ET.fromstring(svg.text)
        assert svg.headers["content-type"].startswith("image/svg+xml")
        assert chart != "timeline" or "Ilya Sutskever" in svg.text or "イルヤ" in svg.text
        assert "," in client.get(f"/organization/{organization(client)}/{chart}.csv").text
    assert client.get(f"/organization/{organization(client)}/none.svg").status_code == 404


def organization(client) -> str:
    return client.get("/api/v1/organizations/OpenAI").json()["id"]


def test_a_copy_that_is_current_is_not_sent_again(client):
    for path in ("/?lang=en", "/api/v1/moves"):
        tag = client.get(path).headers["etag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_feeds(client):
    root = ET.fromstring(client.get("/feed.atom?status=reported").content)
    entries = root.findall("{http://www.w3.org/2005/Atom}entry")
    titles = [e.findtext("{http://www.w3.org/2005/Atom}title") for e in entries]
    assert titles and all("[reported]" in t for t in titles)
    assert len(client.get("/feed.json?status=reported").json()["items"]) == len(titles)


def test_the_description_names_every_address_and_fits_the_answers(client):
    import jsonschema

    told = client.get("/openapi.json").json()
    schema = {"$ref": "#/components/schemas/Moves", "components": told["components"]}
    jsonschema.validate(client.get("/api/v1/moves").json(), schema)
    assert client.get("/api/v1/none").json()["status"] == 404
    assert client.get("/api/v1/moves?status=sure").json()["status"] == 400


def hostile() -> tuple[Document, Reading]:
    name = '<script>alert(1)</script>" onmouseover=x'
    text = f"{name} left =HYPERLINK(1) on Monday."
    claim = Claim(person=name, organization="=HYPERLINK(1)", direction="out", kind="left", role="<img src=x onerror=y>", counterpart=None, date="2024-08-05", until=None,
                  status="fact", source="author", speaker=None, inferred=(), confidence=0.9, evidence=(Evidence(0, len(text), text),))  # fmt: skip
    document = Document(id="h", text=text, published="2024-08-06", title="</title><script>", url="javascript:alert(1)", outlet="<b>")  # fmt: skip
    return document, Reading(id="h", language="en", moves=(claim,))


def test_hostile_texts_stay_texts(tmp_path):
    with Ledger.open(str(tmp_path / "h.db")) as ledger:
        add(ledger, [hostile()])
        client = TestClient(make_app(Site(ledger)))
        move = client.get("/api/v1/moves").json()["moves"][0]
        paths = ("/", f"/organization/{move['organization']}", f"/person/{move['person']}", f"/move/{move['key']}", "/document/h", "/search?q=script", "/feed.atom")  # fmt: skip
        for path in paths:
            text = client.get(path).text
            assert "<script>alert" not in text and "<img" not in text and 'href="javascript' not in text, path
        rows = client.get(f"/organization/{move['organization']}/timeline.csv").text.splitlines()[1:]
        assert rows and not any(cell.startswith("=") for row in rows for cell in row.split(","))


def test_judging_needs_a_token_and_can_be_undone(tmp_path):
    path = str(tmp_path / "j.db")
    demo(ledger=path)
    with Ledger.open(path) as ledger:
        client = TestClient(make_app(Site(ledger)), follow_redirects=False)
        with ledger.reading() as connection:
            [who] = ask.find(connection, "John Schulman", "person")
            claim = ask.person(connection, who)[0]["claims"][0]["id"]
        wanted = {"sort": "reject", "first": claim, "because": "a test"}
        assert client.post("/api/v1/judgements", json=wanted).status_code == 401
        secret = make_token(ledger, "Aoi", ("judge",))
        assert secret not in json.dumps(tokens(ledger))
        head = {"Authorization": f"Bearer {secret}"}
        made = client.post("/api/v1/judgements", json=wanted, headers=head)
        assert made.status_code == 201
        assert client.delete(f"/api/v1/judgements/{made.json()['id']}", headers=head).status_code == 200
        assert client.post("/review", data={**wanted, "key": "guessed"}).status_code == 400
        assert client.post("/sign-in", data={"token": secret}).status_code == 303
        page = client.get(f"/person/{who}?lang=en").text
        key = page.split('name="key" value="')[1].split('"')[0]
        assert client.post("/review", data=wanted).status_code == 400  # without the key of the form: another site
        done = client.post("/review", data={**wanted, "key": key, "back": "//elsewhere.example/"})
        assert done.status_code == 303 and done.headers["location"] == "/review"
        assert "Undo" in client.get("/review?lang=en").text
        end_token(ledger, tokens(ledger)[0]["id"])
        assert client.post("/api/v1/judgements", json=wanted, headers=head).status_code == 401


def test_foreign_names_and_large_bodies_are_refused(client):
    assert client.get("/", headers={"Host": "rebound.example"}).status_code == 421
    assert client.post("/api/v1/judgements", content=b"x" * 2_100_000).status_code == 413


def test_who_asks_too_often_waits(shown):
    site = Site(shown, hosts=("*",), rate=1.0)
    far = TestClient(make_app(site), client=("203.0.113.9", 1))
    assert [far.get("/static/exeunt.css").status_code for _ in range(5)].count(429) >= 1


def test_what_is_kept_is_bounded_and_errors_are_not_kept():
    kept = Kept()
    with pytest.raises(ValueError):
        kept.get("x", lambda: int("no"))
    assert kept.get("x", lambda: 1) == 1 == kept.get("x", lambda: 2)
    for i in range(3000):
        kept.get(i, lambda: 0)
    assert len(kept._rows) <= 2000
