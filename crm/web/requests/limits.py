"""The rate limit per user or address, counted by flask-limiter across all processes.

All tokens and sessions of a person share one count; who is not logged in is counted by address. Each answer
of the API says how it stands, as draft-ietf-httpapi-ratelimit-headers has it from its eighth version on.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import limits
from flask import Flask, Response
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded
from limits import RateLimitItem

from crm.accounts.addresses import site_of
from crm.config import Settings
from crm.errors import Quota, Sentence, TooMany
from crm.web.connections.bodies import ASKED_BEFORE
from crm.web.connections.waiting import WAITED
from crm.web.errors import answer_refusal, quota_headers, wants_json
from crm.web.requests.body_limit import MEGABYTE
from crm.web.requests.counter_storage import SCHEME, CounterStorage
from crm.web.requests.prepaid import FAR, Prepaid, share_of
from crm.web.requests.present import current_app, g, request
from crm.web.responses.headers import QUOTAS
from crm.web.sessions.identity import current_identity

COUNTERS_FILE = "limits.db"
SCOPE = "default"
WHOSE = "\0"
"""In the place of the bucket, in the names of counters that are composed in advance."""
INQUIRIES = limits.parse("10/hour")
"""How many one address may send by the public stock page."""
SUBMISSIONS = limits.parse("60/hour")
"""How many one address may send by web forms: an office or a fair has one address."""
FORM_SUBMISSIONS = limits.parse("1000/hour")
"""How many one form takes from all addresses together."""
SENT_ENOUGH = {
    "submissions": "Too many forms were sent from here. Try again later.",
    "forms": "The form was sent too often. Try again later.",
}
NO_ROUTE = "no route"
ADDRESS_MEGABYTES = limits.parse("250/hour")
"""How many megabytes of files one address may send by web forms."""
FORM_MEGABYTES = limits.parse("2500/hour")
"""How many one form takes from all addresses together."""
# What is signed is taken at any rate; what turns out not to be is counted by its view.
EXEMPT = frozenset(
    {
        "static",
        "assets",
        "api_health.show_health",
        "api_monitoring.show_health",
        "metrics.show_metrics",
        "api_webhooks.receive_whatsapp",
        "api_lead_ads.receive",
        "changes.show_head",
        "inbox.show_unread",
    }
)


class RateLimit:
    """RATE_LIMIT by flask-limiter. Its count is the most expensive step, so shares are counted in advance."""

    def __init__(self, settings: Settings) -> None:
        self.items = limits.parse_many(settings.rate_limit)
        self._keys = {item: item.key_for(WHOSE, SCOPE).split(WHOSE) for item in self.items}
        self.quotas = [(item, _quota(number, item)) for number, item in enumerate(self.items, 1)]
        self.prepaid = Prepaid()
        self._share = share_of(min(item.amount for item in self.items))
        self.limiter = Limiter(
            bucket_of_request,
            application_limits=[ApplicationLimit(settings.rate_limit, scope=SCOPE)],
            request_identifier=lambda: request.endpoint or NO_ROUTE,
            storage_uri=f"{SCHEME}://",
            storage_options={
                "path": str(settings.sqlite_path.with_name(COUNTERS_FILE)),
                "redis_url": settings.redis_url.get_secret_value() if settings.redis_url else "",
            },
            strategy="fixed-window",
            headers_enabled=False,
        )

    def bind(self, app: Flask) -> None:
        """Count at this place among the hooks of the app.

        The three hooks of the library cost a fifth of a small request: what is paid in advance goes without.
        """
        self.limiter.init_app(app)
        self._check = app.before_request_funcs[None].pop()
        self._release = app.teardown_request_funcs[None].pop()
        app.after_request_funcs[None].pop()  # it would write headers, which are ours
        app.before_request(self._count)
        app.teardown_request(self._forget)

    def _count(self) -> None:
        """Raises RateLimitExceeded."""
        if self._is_paid() or self._pay_ahead(bucket_of_request()):
            return
        g.is_counted = True
        self._check()

    def _forget(self, error: BaseException | None) -> None:
        if g.pop("is_counted", False):
            self._release(error)

    def standing(self, item: RateLimitItem, bucket: str) -> tuple[int, int]:
        """How many requests are left at least, and in how many seconds all are there again."""
        prepaid = self.prepaid.left(bucket)
        storage = cast(CounterStorage, self.limiter.storage)
        count, seconds = storage.standing(bucket.join(self._keys[item]))
        left = min(item.amount, max(0, item.amount - count) + prepaid)
        return left, max(1, math.ceil(seconds)) if count else item.get_expiry()

    def spend(self, bucket: str) -> None:
        """Count one request; raises TooMany over the limit."""
        for item in self.items:
            if not self.limiter.limiter.hit(item, bucket, SCOPE):
                raise self.refusal(item, bucket)

    def _pay_ahead(self, bucket: str) -> bool:
        """Count a share while far from the limit, without the library's check: it takes as long as all else
        of a small request.
        """
        standing = [] if self._share == 1 else [self.standing(item, bucket) for item in self.items]
        if not standing or min(left for left, _ in standing) <= FAR * self._share:
            return False
        if not all(self.limiter.limiter.hit(item, bucket, SCOPE, cost=self._share) for item in self.items):
            return False
        self.prepaid.keep(bucket, self._share - 1, min(seconds for _, seconds in standing))
        return True

    def refusal(self, item: RateLimitItem, bucket: str) -> TooMany:
        wait = self.standing(item, bucket)[1]
        return TooMany(
            Sentence.counted(
                "Too many requests. Try again in {n} second.",
                "Too many requests. Try again in {n} seconds.",
                wait,
            ),
            wait,
        )

    def _is_paid(self) -> bool:
        environ = request.environ
        if request.endpoint in EXEMPT or ASKED_BEFORE in environ or environ.get(WAITED):
            return True
        return self.prepaid.take(bucket_of_request())


def limit_requests(app: Flask, settings: Settings) -> None:
    """Count each request. Register it as soon as the user is known, before other work is done."""
    rate_limit = RateLimit(settings)
    app.extensions["holdfast.rate_limit"] = rate_limit
    rate_limit.bind(app)
    app.after_request(_tell_standing)
    app.register_error_handler(RateLimitExceeded, _refuse)


def bucket_of_request() -> str:
    known = current_identity()
    return _address() if known is None else f"person:{known.user_id}"


def spend_address() -> None:
    """Count one request of the client's address; raises TooMany over the limit."""
    _rate_limit().spend(_address())


def spend_inquiry() -> None:
    """Count one inquiry of the client's address; raises TooMany over what a person would send."""
    known = cast(Any, _rate_limit().limiter.limiter)
    if not known.hit(INQUIRIES, _address(), "inquiries"):
        raise TooMany("Too many inquiries. Try again later, or call us.", INQUIRIES.get_expiry())


@contextmanager
def spend_submission(token: str) -> Iterator[None]:
    """Count one before it is taken, so that many at once are no more than the limit; one that is refused is
    not counted: whoever has to correct an answer has not sent the form yet. Raises TooMany where the people
    of one address, or all who send one web form, have sent enough.
    """
    known = cast(Any, _rate_limit().limiter.limiter)
    counted = [(SUBMISSIONS, _address(), "submissions"), (FORM_SUBMISSIONS, token, "forms")]
    for number, (item, bucket, scope) in enumerate(counted, 1):
        if not known.hit(item, bucket, scope):
            _give_back(known, counted[:number])
            raise TooMany(SENT_ENOUGH[scope], item.get_expiry())
    try:
        yield
    except Exception:
        _give_back(known, counted)
        raise


def _give_back(known: Any, counted: Sequence[tuple[RateLimitItem, str, str]]) -> None:
    for item, bucket, scope in counted:
        known.hit(item, bucket, scope, cost=-1)


def spend_megabytes(token: str) -> None:
    """Count what comes with a submission, before it is read; raises TooMany."""
    if ASKED_BEFORE in request.environ:
        return
    known = cast(Any, _rate_limit().limiter.limiter)
    cost = math.ceil((request.content_length or request.max_content_length or 0) / MEGABYTE)
    for item, bucket, scope in (
        (ADDRESS_MEGABYTES, _address(), "submitted files"),
        (FORM_MEGABYTES, token, "files of forms"),
    ):
        if not known.hit(item, bucket, scope, cost=cost):
            raise TooMany("Too many files were sent. Try again later.", item.get_expiry())


def _address() -> str:
    return f"address:{site_of(request.remote_addr or '')}"


def _rate_limit() -> RateLimit:
    return cast(RateLimit, current_app.extensions["holdfast.rate_limit"])


def _refuse(_error: RateLimitExceeded) -> Response:
    """Refuse in the same form as all other refusals."""
    rate_limit = _rate_limit()
    breached = next(each.limit for each in rate_limit.limiter.current_limits if each.breached)
    return answer_refusal(rate_limit.refusal(breached, bucket_of_request()))


def _tell_standing(response: Response) -> Response:
    """Leaves the quotas of all requests to `HeaderPolicy`, as the framework looks through all headers for
    each that is added.
    """
    if wants_json():
        rate_limit, bucket = _rate_limit(), bucket_of_request()
        found = [(quota, *rate_limit.standing(item, bucket)) for item, quota in rate_limit.quotas]
        request.environ[QUOTAS] = quota_headers(found)
    return response


def _quota(number: int, item: RateLimitItem) -> Quota:
    return Quota(SCOPE if number == 1 else f"{SCOPE}-{number}", item.amount, item.get_expiry())
