"""Requests to WhatsApp that a user waits for, each in a process of its own.

So the processes that answer requests carry no HTTP client, which would cost each of them megabytes for good.
"""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from crm.conversations.templates.fields import TemplateFields
from crm.conversations.transport.medium import Line
from crm.conversations.transport.self_tests import Finding
from crm.errors import Busy, Conflict

MODULE = "crm.conversations.whatsapp.errand"
SECONDS = 90.0
RETRY = 30


def request_self_test(line: Line, base_url: str, callback: str) -> list[Finding]:
    """Whether the number works, step by step. Raises Busy."""
    answer = _run("check", line, base_url=base_url, callback=callback)
    return [Finding(**finding) for finding in answer["findings"]]


def fetch_approved(line: Line, base_url: str, account_id: str) -> tuple[list[TemplateFields], int]:
    """The approved templates of the account, and how many more there are that cannot be filled from here.

    Raises Conflict when WhatsApp refuses, and Busy when it does not answer.
    """
    answer = _run("templates", line, base_url=base_url, account_id=account_id)
    if "problem" in answer:
        if answer["passing"]:
            raise Busy(answer["problem"], RETRY)
        raise Conflict(answer["problem"])
    return [TemplateFields(**each) for each in answer["approved"]], answer["left_out"]


def _run(errand: str, line: Line, **given: str) -> Mapping[str, Any]:
    """The secrets go by a pipe: arguments are seen by everybody on the machine."""
    asked = orjson.dumps({"errand": errand, "line": asdict(line), **given})
    try:
        done = subprocess.run(  # noqa: S603 - a fixed module name
            [sys.executable, "-m", MODULE], input=asked, stdout=subprocess.PIPE, timeout=SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Busy("WhatsApp could not be reached. Please try again.", RETRY) from error
    answer: Mapping[str, Any] = orjson.loads(done.stdout)
    return answer
