"""The network side of a channel; only the worker loads it, as HTTP clients cost memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from crm.conversations.transport.channel_secrets import Secrets
from crm.conversations.transport.outgoing import Outgoing, OutgoingFile, Uploaded
from crm.conversations.transport.send_results import SendResult


class MediaTrouble(Exception):
    """Media cannot be had: `passing` when a later try may succeed."""

    def __init__(self, problem: str, *, passing: bool, retry_after: float | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.passing = passing
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Line:
    """The address at which a channel is ours, such as a number's id, with its secrets."""

    address: str
    secrets: Secrets


class Medium(Protocol):
    def upload(self, line: Line, file: OutgoingFile) -> str | SendResult:
        """The file's id there, or why it has none; twice is harmless, so that nothing is ambiguous."""

    def send(self, line: Line, message: Outgoing, file: Uploaded | None, token: str) -> SendResult:
        """Send it once; every failure is an outcome."""

    def fetch(self, line: Line, media_id: str, sha256: str | None, target: BinaryIO, limit: int) -> str:
        """Write the media's content and return its type. Raises MediaTrouble."""

    def check(self, line: Line) -> Mapping[str, object] | SendResult:
        """The facts about the address, or a failure: whether the secrets are valid for it."""
