"""What a cell says of consent: yes, no, or the word of another program."""

from crm.imports.values.choices import YES
from crm.word_forms import same_word


def _words(text: str) -> frozenset[str]:
    return frozenset(same_word(word) for word in text.split("|"))


IN = frozenset(YES) | _words(
    "subscribed|opted in|opt in|opt-in|optin|granted|given|confirmed|accepted|accepts|agreed|allowed|consent|"
    "consented|angemeldet|zugestimmt|eingewilligt|erteilt|abonniert|inscrit|abonné|accordé|accepté|suscrito|"
    "aceptado|iscritto|acconsentito|inscrito|aceito|ingeschreven|aangemeld|zapisany|zgoda|подписан|согласен"
)
NO = _words("0|false|no|n|nein|non|nee|não|nie|нет|hayır")
OUT = NO | _words(
    "unsubscribed|user unsubscribed|unsubscribe|opted out|opt out|"
    "opt-out|optout|withdrawn|denied|declined|refused|revoked|no consent|non subscribed|non-subscribed|"
    "not subscribed|never subscribed|nonsubscribed|cleaned|bounced|complained|spam|blocked|blacklisted|"
    "abgemeldet|abbestellt|widerrufen|keine einwilligung|désinscrit|désabonné|refusé|dado de baja|baja|"
    "desuscrito|disiscritto|rifiutato|descadastrado|cancelado|uitgeschreven|afgemeld|wypisany|brak zgody|"
    "отписан|отписался|отказ"
)


def agreed(text: str) -> bool | None:
    """Of a column that says whether somebody agreed; None for what says neither, such as "pending"."""
    word = same_word(text)
    return True if word in IN else False if word in OUT else None


def refused(text: str) -> bool:
    """Of a column that says whether somebody opted out: `yes`, or the word for it."""
    word = same_word(text)
    return word in YES or (word in OUT and word not in NO)
