"""The learned reader and the endpoint together."""

from endpoint import GOOD, TEXT, says

from exeunt.model import Document
from exeunt.read import read_document
from exeunt.read.endpoint import Endpoint


def test_both_readers_together_show_where_they_differ(serve):
    reading = read_document(
        Document(text=TEXT, published="2024-06-10"),
        "both",
        endpoint=Endpoint(serve(says({**GOOD, "kind": "left"})).url, "test"),
    )
    (claim,) = reading.moves
    assert claim.reader.startswith("learned/")
    assert claim.reader.endswith("+ model/test")
    assert any(d.field == "kind" and "left" in d.readings.values() for d in reading.disagreements)


def test_both_go_on_when_the_model_is_away():
    endpoint = Endpoint("http://127.0.0.1:9/v1", "test", wait=0.01)
    reading = read_document(Document(text=TEXT, published="2024-06-10"), "both", endpoint=endpoint)
    assert [c.person for c in reading.moves] == ["Jane Calloway"]
    assert "could not be asked" in reading.warnings[0]
