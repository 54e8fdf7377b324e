"""The shorter way to the request leads to the one that the framework means, in each thread and context."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import flask
import pytest
from flask import Flask

from crm.web.requests import present


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
