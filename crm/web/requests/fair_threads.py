"""No user and no address can occupy all threads of a process."""

from flask import Flask

from crm.config import Settings
from crm.slots import Shares
from crm.web.requests.limits import EXEMPT, bucket_of_request
from crm.web.requests.present import current_app, g, request

SHARES, SLOW_SHARES = "holdfast.thread_shares", "holdfast.slow_shares"
# What walks a whole workspace before it answers.
SLOW = frozenset(
    {
        "activity.verify",
        "api_activities.verify",
        "api_exports.download",
        "backups.export",
        "backups.take_in",
    }
)
WAIT_SECONDS = 0.25


def share_threads(app: Flask, settings: Settings) -> None:
    """At most three of four threads. Register it after the hook that finds out who is asking."""
    most = max(1, settings.web_threads * 3 // 4)
    app.extensions[SHARES] = Shares(
        most, seconds=WAIT_SECONDS, refusal="Too many of your requests are at work. Please try again."
    )
    slow = max(1, settings.web_threads // 4)
    app.extensions[SLOW_SHARES] = Shares(
        slow, seconds=WAIT_SECONDS, refusal="Too much slow work is going on. Please try again."
    )
    app.before_request(_take_thread)
    app.teardown_request(_give_back)


def _take_thread() -> None:
    endpoint = request.endpoint
    if endpoint not in EXEMPT:
        _take(SHARES, bucket_of_request())
    if endpoint in SLOW:
        _take(SLOW_SHARES, "all")


def _take(shares: str, whose: str) -> None:
    current_app.extensions[shares].take(whose)
    g.setdefault("held", []).append((shares, whose))


def _give_back(_error: BaseException | None) -> None:
    for shares, whose in g.pop("held", []):
        current_app.extensions[shares].give_back(whose)
