"""What a model is asked to answer, as a JSON schema and as types."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, get_args

import msgspec

from exeunt.model import Direction, Kind, Source, Status


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One record of an answer, not yet verified."""

    person: str
    organization: str
    direction: Direction
    kind: Kind
    role: str | None = None
    counterpart: str | None = None
    date: str | None = None
    until: str | None = None
    status: Status
    source: Source
    quote: str


def schema() -> dict[str, Any]:
    """The JSON schema of an answer: every field required, nothing else allowed, as strict servers want it."""
    text, perhaps = {"type": "string"}, {"type": ["string", "null"]}
    fields: dict[str, Any] = {
        "person": text, "organization": text, "direction": _one_of(Direction), "kind": _one_of(Kind), "role": perhaps,
        "counterpart": perhaps, "date": perhaps, "until": perhaps, "status": _one_of(Status), "source": _one_of(Source),
        "quote": text,
    }  # fmt: skip
    record = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    return {
        "type": "object",
        "properties": {"moves": {"type": "array", "items": record}},
        "required": ["moves"],
        "additionalProperties": False,
    }


def _one_of(values: Any) -> dict[str, Any]:
    return {"type": "string", "enum": list(get_args(values))}


def formats() -> list[dict[str, Any]]:
    """The two spellings in which servers take a schema, and plain JSON for those that take none."""
    return [
        {"type": "json_schema", "json_schema": {"name": "moves", "strict": True, "schema": schema()}},
        {"type": "json_object", "schema": schema()},  # llama-cpp-python
        {"type": "json_object"},
    ]


@cache
def instructions() -> str:
    """What the model is told before the passage."""
    return (files("exeunt.read.endpoint") / "prompt.txt").read_text(encoding="utf-8")


def records(content: str) -> tuple[list[Said], int]:
    """The records of an answer that have the shape asked for, and how many have not; (…, 1) when it is no answer."""
    found = _moves(content)
    if found is None:
        return [], 1
    kept, broken = [], 0
    for record in found:
        try:
            kept.append(msgspec.convert(record, Said))
        except msgspec.ValidationError:
            broken += 1
    return kept, broken


def is_answer(content: str) -> bool:
    """Whether an answer has the shape of one, so that it is worth keeping."""
    return _moves(content) is not None


def _moves(content: str) -> list[Any] | None:
    """The list of records in an answer; None when it is no answer."""
    try:
        found = msgspec.json.decode(_json(content))["moves"]
    except (msgspec.DecodeError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _json(content: str) -> str:
    """The object in an answer that has words or fences around it."""
    start, end = content.find("{"), content.rfind("}")
    return content[start : end + 1] if 0 <= start < end else content
