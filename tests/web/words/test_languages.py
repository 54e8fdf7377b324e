import pytest

from crm.web.words.languages import language_name


@pytest.mark.parametrize(
    ("tag", "name"),
    [("de", "Deutsch"), ("pt-BR", "português (Brasil)"), ("pt_BR", "português (Brasil)")],
)
def test_a_language_is_named_in_either_spelling(tag: str, name: str) -> None:
    assert language_name(tag).casefold() == name.casefold()


@pytest.mark.parametrize("tag", ["", "xx", "xx-YY", "a language", "x" * 40])
def test_what_names_no_language_is_shown_as_it_stands(tag: str) -> None:
    assert language_name(tag) == tag
