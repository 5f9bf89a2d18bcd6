"""Ledgers in a few lines: a document for each row."""

from exeunt.keeping import add
from exeunt.ledger import Ledger
from exeunt.model import Claim, Count, Document, Evidence, Reading


def tell(ledger: Ledger, rows: str, organization: str = "Halden Works") -> None:
    """Add a document for each line: day | outlet | person | direction kind | date or - | role or - | more, as in `status=reported until=2022-12`."""
    add(ledger, [_document(i, line, organization) for i, line in enumerate(rows.strip().splitlines()) if line.strip()])


def _document(number: int, line: str, organization: str) -> tuple[Document, Reading]:
    day, outlet, person, what, date, role, *more = (part.strip() for part in line.split("|"))
    extra = dict(pair.split("=") for pair in (more[0].split() if more else ()))
    place = extra.pop("at", organization).replace("_", " ")
    direction, kind = what.split()
    text = f"{person} {what} {place} {date} {role}, {outlet} wrote on {day} in its issue number {number * 7919}. {extra.pop('words', '').replace('_', ' ')}"
    quote = text[: text.index(",")]
    counts = ()
    if "said" in extra:
        start = text.index(". ") + 2
        counts = (Count(said=int(extra.pop("said")), named=0, of=int(extra.pop("of", 0)) or None, direction=None, organization=place,
                        evidence=Evidence(start, len(text), text[start:])),)  # fmt: skip
    fields = {"counterpart": None, "until": None, "status": "fact", **extra}
    if fields["counterpart"]:
        fields["counterpart"] = fields["counterpart"].replace("_", " ")
    claim = Claim(
        person=person, organization=place, direction=direction, kind=kind, role=None if role == "-" else role, date=None if date == "-" else date,
        source="author", speaker=None, inferred=(), confidence=0.9, evidence=(Evidence(0, len(quote), quote),), **fields,
    )  # fmt: skip
    document = Document(
        id=f"{organization}-{number}-{day}",
        text=text,
        published=None if day == "-" else day,
        outlet=outlet,
        language="en",
    )
    return document, Reading(id=document.id, language="en", moves=(claim,), counts=counts)
