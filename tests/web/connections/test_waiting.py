"""Who waits for a change uses no thread, and is answered once there is one."""

import threading
import time
from collections.abc import Iterator

import httpx2
import pytest

from tests.support.appliance import Appliance
from tests.support.threads import join_all

pytestmark = pytest.mark.serial

THREADS = 2


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    folder = tmp_path_factory.mktemp("waiting")
    with Appliance(folder, WEB_WORKERS="1", WEB_THREADS=str(THREADS), RATE_LIMIT="60/minute") as running:
        yield running


@pytest.fixture(scope="module")
def api(appliance: Appliance) -> Iterator[httpx2.Client]:
    with appliance.client(headers={"Authorization": f"Bearer {appliance.set_up()}"}) as client:
        yield client


def ask(api: httpx2.Client, since: str, wait: int) -> httpx2.Response:
    return api.get("/api/changes", params={"since": since, "wait": wait}, timeout=60)


def latest(api: httpx2.Client) -> str:
    return str(ask(api, "latest", 0).json()["page"]["next"])


def test_many_wait_at_once_and_all_see_the_change_while_others_are_answered(api: httpx2.Client) -> None:
    since, answers = latest(api), list[httpx2.Response]()
    waiting = [
        threading.Thread(target=lambda: answers.append(ask(api, since, 30))) for _ in range(THREADS * 5)
    ]
    for each in waiting:
        each.start()
    time.sleep(1.5)
    assert api.get("/api/health").status_code == 200
    assert not answers
    began = time.monotonic()
    made = api.post("/api/clients", json={"name": "Ada"}).json()["data"]
    join_all(*waiting)
    assert time.monotonic() - began < 20
    seen = [[(event["verb"], event["id"]) for event in answer.json()["data"]] for answer in answers]
    assert seen == [[("created", made["id"])]] * len(waiting)


def test_who_waits_in_vain_gets_an_empty_answer_and_spends_one_request(api: httpx2.Client) -> None:
    since = latest(api)
    before = int(api.get("/api/tasks").headers["RateLimit"].partition("r=")[2].partition(";")[0])
    began = time.monotonic()
    answer = ask(api, since, 3)
    assert (answer.status_code, answer.json()["data"]) == (200, [])
    assert answer.json()["page"] == {"next": since, "more": False}
    assert 2.5 < time.monotonic() - began < 30
    after = int(api.get("/api/tasks").headers["RateLimit"].partition("r=")[2].partition(";")[0])
    assert before - after == 2


def test_streams_that_wait_use_no_thread_and_are_answered_by_the_next_change(api: httpx2.Client) -> None:
    since, answers = latest(api), list[httpx2.Response]()
    headers = {"Accept": "text/event-stream", "Last-Event-ID": since}
    waiting = [
        threading.Thread(
            target=lambda: answers.append(api.get("/api/changes", headers=headers, timeout=60)),
        )
        for _ in range(THREADS * 5)
    ]
    for each in waiting:
        each.start()
    time.sleep(1.5)
    assert api.get("/api/health").status_code == 200
    assert not answers
    api.post("/api/clients", json={"name": "Bob"})
    join_all(*waiting)
    assert len(answers) == len(waiting)
    assert all("data: " in answer.text and '"created"' in answer.text for answer in answers)


def test_a_server_that_stops_answers_those_that_wait(appliance: Appliance, api: httpx2.Client) -> None:
    since, answers = latest(api), list[httpx2.Response]()
    waiting = threading.Thread(target=lambda: answers.append(ask(api, since, 30)))
    waiting.start()
    time.sleep(1.5)
    assert appliance.stop() == 0
    join_all(waiting)
    assert [answer.json()["data"] for answer in answers] == [[]]
