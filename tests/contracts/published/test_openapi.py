"""OpenAPI: a valid document, of the routes that a gateway really has, whose examples are what it says."""

from copy import deepcopy
from typing import Any, cast

import pytest
from aiohttp import web
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

from chassis.ops import Readiness
from contracts.everything import ASKS
from contracts.published.openapi import openapi
from contracts.refusals import STATUS, codes_of
from services.gateway.doors.http.routes import HttpDoor
from tests.kit.schemas import Schema, at, fits, refs

DOCUMENT = openapi()
OPERATIONS = [
    pytest.param(path, operation, id=f"{method} {path}")
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
NOBODY = cast(Any, None)


def test_it_is_a_valid_document() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_a_broken_one_would_be_seen() -> None:
    path = "/api/v1/users/{user_id}"
    broken = {**DOCUMENT, "paths": {path: deepcopy(DOCUMENT["paths"][path])}}
    del broken["paths"][path]["get"]["parameters"]
    with pytest.raises(OpenAPIValidationError):
        OpenAPIV31SpecValidator(broken).validate()


def test_it_has_every_route_of_a_gateway_and_none_besides() -> None:
    app = web.Application()
    HttpDoor(NOBODY, NOBODY, NOBODY, NOBODY, NOBODY).add_to(app, Readiness({}))
    served = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource is not None}
    said = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert said == {(method, path) for method, path in served if method != "HEAD"}


@pytest.mark.parametrize(("path", "operation"), OPERATIONS)
def test_its_examples_fit_its_schemas(path: str, operation: Schema) -> None:
    for parameter in operation.get("parameters", []):
        if "example" in parameter:
            fits(DOCUMENT, parameter["schema"], parameter["example"])
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for content in [one for body in bodies for one in body.get("content", {}).values() if "example" in one]:
        fits(DOCUMENT, content["schema"], content["example"])


@pytest.mark.parametrize("ask", [ask for ask in ASKS.values() if ask.route], ids=lambda ask: ask.name)
def test_every_refusal_is_said_with_its_status(ask: Any) -> None:
    operation = DOCUMENT["paths"][f"/api/v1{ask.route.path}"][ask.route.method.lower()]
    said = {
        (code, int(status))
        for status, response in operation["responses"].items()
        if status.isdigit() and int(status) >= 400
        for code in response["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"]
    }
    assert said == {(code, STATUS[code]) for code in codes_of(ask)}


def test_everything_it_refers_to_is_there() -> None:
    for ref in refs(DOCUMENT):
        at(DOCUMENT, ref)
