"""Which kinds a search looks through for the asking user, and where what it found is shown."""

from flask import url_for

from crm.records.kind import Listing
from crm.records.passages import Passage
from crm.web.kinds.kind_words import KindWords
from crm.web.kinds.known import known_words
from crm.web.navigation import may


def listed_kinds() -> list[tuple[KindWords, Listing]]:
    """Those whose records are found by their names."""
    return [
        (words, words.kind.listing)
        for words in known_words()
        if words.list is not None and words.kind.listing is not None and may(words.kind.may("read"))
    ]


def passage_kinds() -> list[KindWords]:
    """Those that are found by their texts."""
    return [
        words
        for words in known_words()
        if words.kind.search is not None
        and words.kind.search.passages is not None
        and may(words.kind.may("read"))
    ]


def passage_address(passage: Passage) -> str:
    """The page of the record that it belongs to; a task without one has its own."""
    if passage.subject == "conversation":
        return url_for("inbox.show", conversation_id=passage.subject_id, box="all")
    page = known_words().with_page.get(passage.subject or "")
    if page is not None and passage.subject_id is not None:
        return page.address_of(passage.subject_id)
    return url_for("tasks.show_edit", task_id=passage.id)
