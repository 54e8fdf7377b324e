"""Addresses of a known form lead where the library leads, with their own ids."""

import re

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from crm.web.requests.known_routes import KnownRoutes, RouteOfRequest

PATHS = (
    "/api/clients", "/api/clients/1", "/api/clients/23", "/api/clients/023", "/api/clients/0",
    "/api/clients/", "/api/clients/1/files", "/api/clients//1/files", "/api/clients/1//files",
    "/api/clients/2/files", "/api/clients/1x", "/api/clients/count",
    "/api/clients/1234567890123456789", "/api/clients/５", "/clients/7", "/api/custom-fields/client",
    "/assets/1/2", "/api/7", "//api/clients/4", "/api/clients/8\n", "/nowhere/1",
    "/api/pipelines/3/stages", "/api/pipelines/4/stages", "/f/1", "/f/2", "/invite/12", "/invite/13",
)  # fmt: skip


def led(adapter: MapAdapter) -> object:
    try:
        rule, values = adapter.match(return_rule=True)
    except RequestRedirect as redirect:
        return redirect.new_url
    except HTTPException as error:
        return error.code
    return rule.rule, dict(values)


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_each_address_leads_where_the_library_leads(app: Flask, method: str) -> None:
    known, map_ = KnownRoutes(), app.url_map
    for path in PATHS * 2:
        found = RouteOfRequest(map_, "x", "/", "", "http", path, method)
        found.known = known
        assert led(found) == led(MapAdapter(map_, "x", "/", "", "http", path, method)), path


def test_no_route_has_a_number_where_another_takes_an_id(app: Flask) -> None:
    assert [
        rule.rule for rule in app.url_map.iter_rules() if re.search(r"/[1-9][0-9]*(/|$)", rule.rule)
    ] == []
