"""Why a move was given up."""

from crm.errors import CrmError


class MoveFailed(CrmError):
    """Nothing has moved: the data is where it was, and in use there."""
