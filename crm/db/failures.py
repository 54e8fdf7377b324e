"""The errors of storage other than being busy."""

from crm.errors import Conflict, Sentence

FULL = Sentence("The disk is full; nothing was saved.")
FAULT = Sentence("The storage reported an error; the change may not have been saved.")


class CountingFailed(RuntimeError):
    """An expiring counter could not be read or changed. Nobody waits for it: losing it costs nothing."""


class IntegrityConflict(Conflict):
    """A constraint of the schema refused the change; `detail` is the engine's sentence, for the log."""

    def __init__(self, detail: str) -> None:
        super().__init__("The change contradicts data that is already stored.")
        self.detail = detail


class TenantViolation(RuntimeError):
    """A statement reaches into a workspace-owned table without naming the workspace: a defect of ours."""
