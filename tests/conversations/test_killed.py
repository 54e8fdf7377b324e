"""`kill -9` of the web process and of the worker at every step of in and out."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from crm.activity.chain import verify_chain
from crm.conversations.outbound.dead_letters import list_dead_letters
from crm.conversations.reconciling import reconcile
from tests.support.samples import picture
from tests.support.talk import Talk

Found = dict[str, Any]
TOGETHER = ("done", "received", "conversations", "clients", "leads", "links")


STORING = (
    "BEGIN",
    "INSERT INTO deliveries",
    "INSERT INTO inbound_events",
    "INSERT INTO delivery_events",
    "COMMIT",
)


@dataclass(frozen=True, slots=True)
class Round:
    """One process: the step before which it died ("" for none), and what a fresh one found then."""

    story: str
    step: str
    found: Found
    answer: int = 0
    said: str = ""
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    talk: Talk
    rounds: list[Round]

    def of(self, story: str) -> list[Round]:
        return [each for each in self.rounds if each.story == story]

    def steps(self, story: str) -> list[str]:
        return [each.step for each in self.of(story)]


@pytest.fixture
def played(talk: Talk) -> Played:
    """All stories, each played to its end."""
    talk.stub.offer("m1", picture(), "image/png")
    file_id = talk.file_of_client()
    who = talk.cast.owner
    given = [str(talk.db.path.parent.parent), talk.stub.base_url, str(who.workspace_id), str(who.user_id)]
    run = subprocess.run(
        [sys.executable, "-m", "tests.conversations.dying_post", *given, str(file_id)],
        check=False,
        timeout=240,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return Played(talk, [Round(**json.loads(line)) for line in run.stdout.splitlines() if line[0] == "{"])


@pytest.mark.timeout(600)
def test_killed_at_every_step_nothing_is_lost_and_nothing_is_done_twice(
    played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    check_deliveries(played)
    check_the_image(played)
    check_the_others(played)
    check_sending(played)
    check_what_remains(played)
    with capsys.disabled():
        killed = Counter(each.story for each in played.rounds if each.step)
        print("\nkilled at each step:", ", ".join(f"{n} of {story}" for story, n in killed.items()))  # noqa: T201


def check_deliveries(played: Played) -> None:
    """Answered or not: what is committed is there, and delivering it again makes no second one."""
    stories = {each.story for each in played.rounds if each.story.startswith("deliver")}
    assert len(stories) == 3
    for story in stories:
        steps = played.steps(story)
        assert steps[: len(STORING) + 1] == [*STORING, "answer"], (
            "and what is delivered again has other steps"
        )
        assert steps[-1] == ""
        for place, each in enumerate(played.of(story)):
            assert each.found["waiting"] == (place >= len(STORING)), each
            assert each.answer == (0 if each.step else 200)


def check_the_image(played: Played) -> None:
    """Client, conversation, lead, message and their entries: all or none; then the file, of one row, once."""
    story = "an image of somebody new"
    before = played.of(f"deliver {story}")[-1].found
    steps = played.steps(story)
    assert {"BEGIN", "COMMIT", "send a request", "wait for the answer", "os.rename"} <= set(steps)
    assert steps.count("COMMIT") == 3, "one for the projection, one for the claim, one for the file"
    ledgers = set()
    for each in played.of(story):
        grown = [each.found[name] - before[name] for name in TOGETHER]
        assert grown in ([0] * len(TOGETHER), [1] * len(TOGETHER)), each
        assert each.found["files"] - before["files"] == each.found["kept"]
        assert each.found["waiting"] + each.found["done"] == 1
        ledgers.add((grown[0], each.found["kept"], each.found["ledger"]))
    assert len(ledgers) == 3, "the ledger grows with the rows that it tells of, and at no other step"
    last = played.of(story)[-1].found
    assert (last["kept"], last["expected"], last["waiting"]) == (1, 0, 0)
    names = played.talk.rows("SELECT stored_name, size FROM files")
    assert [played.talk.post.files.size(row["stored_name"]) for row in names] == [
        row["size"] for row in names
    ]


def check_the_others(played: Played) -> None:
    for story, name in (
        ("a status of nobody's message", "statuses"),
        ("what nobody understands", "quarantined"),
    ):
        before = played.of(f"deliver {story}")[-1].found
        assert played.steps(story).count("COMMIT") == 1
        for each in played.of(story):
            assert each.found[name] - before[name] + each.found["waiting"] == 1, each
        assert played.of(story)[-1].found["waiting"] == 0


def check_sending(played: Played) -> None:
    """Sent once, or `unknown` and seen by people; never twice."""
    copies = Counter(words_of(message) for message in played.talk.stub.accepted)
    letters = played.talk.db.read(list_dead_letters, played.talk.cast.owner, limit=200).rows
    for story in ("a text", "a file"):
        states = set()
        for each in played.of(story):
            state = each.found["written"][each.said]
            states.add((each.broken, state))
            assert copies[each.said] == 1 if state == "sent" else copies[each.said] <= 1
            assert (state == "unknown") == (each.said in {letter.body for letter in letters})
        unanswered = [each for each in played.of(story) if each.step == "wait for the answer"]
        assert states == {("queued", "sent"), ("sending", "unknown"), ("sent", "sent")} | (
            {("sending", "sent")} if story == "a file" else set()
        ), "what was only uploaded when its worker died is sent, and what might have gone out is unknown"
        assert copies[unanswered[-1].said] == 1, "killed between the request and its answer it was accepted"
        assert played.steps(story).count("COMMIT") == (3 if story == "a file" else 2)


def check_what_remains(played: Played) -> None:
    """A status decides what was accepted; the rest stays unknown. Nothing is missing anywhere."""
    talk = played.talk
    for index in range(len(talk.stub.accepted)):
        talk.report_status("delivered", index)
    accepted = {words_of(message) for message in talk.stub.accepted}
    for row in talk.rows("SELECT m.body, o.state FROM outbox o JOIN messages m ON m.id = o.message_id"):
        assert row["state"] == ("sent" if row["body"] in accepted else "unknown")
    assert talk.db.read(reconcile, talk.cast.owner).differences == {}
    assert talk.db.read(verify_chain, talk.cast.owner).complete


def words_of(message: dict[str, Any]) -> str:
    return str(message["text"]["body"] if "text" in message else message["image"]["caption"])
