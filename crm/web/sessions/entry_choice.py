"""A user whose password fits several accounts chooses the workspace without typing it again.

What may be chosen is signed in the browser's cookie, for a short time and for the password as it is.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta

from flask import g, session

from crm import clock
from crm.accounts.login import LoggedIn, SeveralWorkspaces, WrongCredentials, enter_chosen
from crm.db.actor import Actor
from crm.web.sessions.identity import database
from crm.web.sessions.login_cookies import asking_browser, forget_visitor, place_of_request

KEY = "entry"
LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Offer:
    workspace_id: int
    user_id: int
    mark: str


def offer_choice(several: SeveralWorkspaces) -> None:
    forget_visitor()
    offers = [_Offer(account.workspace_id, account.user_id, account.mark) for account in several.accounts]
    session[KEY] = {
        "until": clock.later(clock.timestamp(), LIFE),
        "offers": [asdict(offer) for offer in offers],
    }


def enter_by_choice(workspace: str) -> LoggedIn:
    """Raises WrongCredentials where the workspace was not offered to this browser, or too long ago."""
    kept = session.pop(KEY, None)
    if kept is None or kept["until"] <= clock.timestamp():
        raise WrongCredentials
    for offer in (_Offer(**each) for each in kept["offers"]):
        if str(offer.workspace_id) == workspace:
            chosen = Actor(offer.workspace_id, offer.user_id, g.request_id)
            return database().write(enter_chosen, chosen, offer.mark, place_of_request(), asking_browser())
    raise WrongCredentials
