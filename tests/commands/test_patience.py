"""A command that works for long tries again while the database is busy, and ends when nothing moves."""

import pytest

from crm.commands import patience
from crm.commands.patience import Patience
from crm.errors import Busy


class Refused:
    """Busy so many times, and then the answer."""

    def __init__(self, times: int) -> None:
        self.left, self.calls = times, 0

    def __call__(self, answer: str, *, mark: str) -> str:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise Busy("The database is busy.")
        return answer + mark


def test_what_is_refused_for_a_while_is_done_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SHORTEST", 0.001)
    refused = Refused(4)
    assert Patience()(refused, "done", mark="!") == "done!"
    assert refused.calls == 5


def test_without_anything_that_moves_it_ends() -> None:
    refused = Refused(1_000)
    with pytest.raises(Busy):
        Patience(0.0)(refused, "done", mark="!")
    assert refused.calls == 1
