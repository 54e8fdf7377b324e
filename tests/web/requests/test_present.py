"""The shorter way to the request leads to the one that the framework means, in each thread and context."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import flask
import pytest
from flask import Blueprint, Flask

from crm.web.requests import present
from crm.web.requests.body_limit import BodyRequest


def test_it_is_the_request_of_the_innermost_context() -> None:
    app = Flask("app")
    with app.test_request_context("/outer"):
        present.g.mark = 1
        with app.test_request_context("/inner"):
            assert (present.request.path, flask.request.path) == ("/inner", "/inner")
            assert ("mark" in present.g) is ("mark" in flask.g)
            assert present.g.get("never") is None
        assert (present.request.path, flask.g.mark, "mark" in present.g) == ("/outer", 1, True)
        present.request.max_content_length = 7
        assert flask.request.max_content_length == 7
        assert present.current_app.extensions is app.extensions
    with pytest.raises(LookupError):
        _ = present.request.path


def test_each_thread_has_its_own() -> None:
    app, together = Flask("app"), Barrier(2, timeout=20)

    def seen(path: str) -> tuple[str, str]:
        with app.test_request_context(path):
            present.g.path = path
            together.wait()
            return present.request.path, present.g.path

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(seen, ["/one", "/two"])) == [("/one", "/one"), ("/two", "/two")]


def test_the_blueprints_of_a_request_are_those_that_the_framework_finds() -> None:
    app = Flask("app")
    inner, outer = Blueprint("inner", "app"), Blueprint("outer", "app")
    inner.add_url_rule("/in", "view", lambda: "")
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    app.add_url_rule("/plain", "plain", lambda: "")
    for path in ("/in", "/plain", "/nowhere"):
        with app.test_request_context(path):
            asked = BodyRequest(flask.request.environ)
            asked.url_rule = flask.request.url_rule
            assert asked.blueprints == flask.request.blueprints
    with app.test_request_context("/in"):
        assert flask.request.blueprints == ["outer.inner", "outer"]
