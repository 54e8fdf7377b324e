"""Groups have no conversations here: what was said in one must be in no private conversation."""

from collections.abc import Mapping

from crm.conversations.transport.received import NotUnderstood

KIND = "group"


def refuse_group(*parts: object) -> None:
    """Raises NotUnderstood where one of these parts (a message, its context, a thread) is of a group."""
    for part in parts:
        if isinstance(part, Mapping) and (part.get("group_id") or KIND in _kinds(part)):
            group = str(part.get("group_id") or part.get("to") or part.get("id"))[:100]
            raise NotUnderstood(f"a message of the group {group}: groups are not shown here")


def _kinds(part: Mapping[str, object]) -> tuple[object, object]:
    return part.get("recipient_type"), part.get("type")
