from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from tests.support.api import problem_of, running_app


def test_an_unknown_route_is_a_problem_below_api_and_a_page_elsewhere(owner: FlaskClient) -> None:
    problem_of(owner.get("/api/nothing"), 404)
    problem_of(owner.get("/api"), 404)
    page = owner.get("/nothing")
    assert page.status_code == 404
    assert page.mimetype == "text/html"


def test_a_wrong_method_says_which_are_right(owner: FlaskClient) -> None:
    response = owner.put("/api/activities")
    problem_of(response, 405)
    assert "GET" in response.headers["Allow"]


def test_each_answer_carries_its_request_id_and_the_policy(owner: FlaskClient) -> None:
    response = owner.get("/api/me")
    assert len(response.headers["X-Request-Id"]) == 16
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in response.headers


def test_hsts_is_sent_over_https_alone(owner: FlaskClient) -> None:
    response = owner.get("/api/activities", base_url="https://localhost")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_host_name_that_is_not_trusted_is_refused_but_the_machine_may_ask_itself(
    settings: Settings, db: Database
) -> None:
    with running_app(settings.model_copy(update={"trusted_hosts": ("crm.example",)})) as app:
        ask = app.test_client().get
        assert ask("/api/openapi.json", base_url="http://crm.example").status_code == 200
        assert ask("/api/openapi.json", base_url="http://127.0.0.1:3001").status_code == 200
        problem_of(ask("/api/openapi.json", base_url="http://evil.example"), 400)
