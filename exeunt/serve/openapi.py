"""The OpenAPI description of the API, made from the same table and types that answer."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

import msgspec

from exeunt.serve import answers
from exeunt.serve.api import ROUTES, Route

_HOLE = re.compile(r"\{(\w+)\}")


def description() -> dict[str, Any]:
    """OpenAPI 3.1."""
    sorts = (*(r.gives for r in ROUTES), answers.Judging, answers.Judged, answers.Error)
    _, parts = msgspec.json.schema_components(sorts, ref_template="#/components/schemas/{name}")
    paths: dict[str, Any] = {r.path: {"get": _get(r)} for r in ROUTES}
    paths["/api/v1/judgements"] = {"post": _write("judge", "Make a judgement", 201, True)}
    paths["/api/v1/judgements/{key}"] = {"delete": _write("undo", "Take a judgement back", 200, False)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Exeunt", "version": version("exeunt"), "description": "A sourced ledger of people moves. Reading needs nothing; writing needs a token."},
        "paths": paths,
        "components": {"schemas": parts, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }  # fmt: skip


def _get(route: Route) -> dict[str, Any]:
    query = [{"name": n, "in": "query", "required": False, "schema": s} for n, s in route.query.items()]
    return {
        "operationId": route.name, "summary": route.summary, "parameters": [*_holes(route.path), *query],
        "responses": {"200": _body(route.gives, "The answer"), "304": {"description": "Nothing has changed"}, **_errors("400", "404", "503")},
    }  # fmt: skip


def _write(name: str, summary: str, done: int, body: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": name, "summary": summary, "security": [{"token": []}],
        "responses": {str(done): _body(answers.Judged, "Done"), **_errors("400", "401", "404", "503")},
    }  # fmt: skip
    if body:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(answers.Judging)}}}
    else:
        told["parameters"] = _holes("{key}")
    return told


def _holes(path: str) -> list[dict[str, Any]]:
    return [
        {"name": n, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for n in _HOLE.findall(path)
    ]


def _errors(*statuses: str) -> dict[str, Any]:
    return {s: _body(answers.Error, "What went wrong, and the way out") for s in statuses}


def _body(sort: type[msgspec.Struct], words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": _ref(sort)}}}


def _ref(sort: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{sort.__name__}"}
