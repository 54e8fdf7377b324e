"""Whatever spelling of a word people type, each place that searches, filters or tags knows it."""

from collections.abc import Callable

import pytest

from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients, suggest_clients
from crm.conversations.thread.conversation import get_conversation
from crm.conversations.thread.inbox import InboxFilter, list_conversations
from crm.conversations.thread.messages import add_note
from crm.conversations.thread.opening import open_conversation
from crm.conversations.transport.received import Sender
from crm.db.database import Database
from crm.leads.filters import LeadFilter
from crm.leads.listing import list_leads, suggest_leads
from crm.records.tags import list_tags
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.leads import add_lead, furnish

ONE_WORD = [
    ("Müller", "Mueller"),
    ("Müller", "MULLER"),
    ("Mueller", "muller"),
    ("Straßmann", "strassmann"),
    ("Jørgensen", "Joergensen"),
    ("Jørgensen", "jorgensen"),
    ("Åkesson", "Aakesson"),
    ("Aakesson", "akesson"),
    ("Łukasz", "lukasz"),
    ("Æthelred", "aethelred"),
    ("E\u0301lodie", "Élodie"),
    ("Élodie", "ELODIE"),
    ("İstanbul", "istanbul"),
    ("ΣΊΣΥΦΟΣ", "σισυφος"),
    ("Ёлкин", "елкин"),
    ("علي", "علی"),
    ("مصطفى", "مصطفي"),
    ("كريم", "کریم"),
    ("فاطمة", "فاطمه"),
    ("أحمد", "احمد"),
    ("إبراهيم", "ابراهیم"),
    ("محـــمد", "محمد"),
    ("مُحَمَّد", "محمد"),
    ("サトウ", "さとう"),
    ("ｻﾄｳ", "サトウ"),
    ("ヤマダ", "ﾔﾏﾀﾞ"),
    ("カーテン", "かーてん"),
    ("カーテン", "カアテン"),
    ("カーテン", "ｶｰﾃﾝ"),
    ("ラ～メン", "ラーーメン"),
    ("トーキョー", "とうきょう"),
    ("おおさか", "オーサカ"),
    ("サーバー", "サーバ"),
    ("ケーキ", "けいき"),
    ("キヤノン", "キャノン"),
    ("がく", "ｶﾞｸ"),
    ("がく", "か゛く"),
    ("いすゞ", "イスズ"),
    ("ヱビス", "えびす"),
    ("ヴァイオリン", "バイオリン"),
    ("王國", "王国"),
    ("張", "张"),
    ("劉", "刘"),
    ("臺灣", "台灣"),
    ("台灣", "台湾"),
    ("渡邊", "渡辺"),
    ("髙橋", "高橋"),
    ("龍", "竜"),
    ("Santa Ana", "SantaAna"),
    ("Co-ed", "coed"),
    ("佐々木", "佐佐木"),
    ("٢٠٢٦", "2026"),
    ("Jean-Luc", "Jean Luc"),
    ("Jean-Luc", "JeanLuc"),
    ("JeanLuc", "jean‑luc"),
    ("Jean Luc", "JeanLuc"),
    ("J.R.", "JR"),
    ("JR", "J. R."),
    ("O'Brien", "OBrien"),
    ("O’Brien", "obrien"),
    ("OBrien", "O´Brien"),
    ("ジャン・リュック", "ジャンリュック"),
    ("ﬁsher", "Fisher"),
    ("Ｆｉｓｈｅｒ", "fisher"),
]
SWAPPED = [
    ("Élodie Marchand", "Marchand Élodie"),
    ("Élodie Marchand", "marchand, elodie"),
    ("Jean-Luc Müller", "Mueller JeanLuc"),
    ("J.R. Ewing", "Ewing JR"),
    ("Ewing JR", "J R Ewing"),
]
Place = Callable[[Database, Cast, str, str], bool]


def in_clients(db: Database, cast: Cast, stored: str, typed: str) -> bool:
    made = add_client(db, cast.owner, name=f"{stored} Zed")
    rows = db.read(list_clients, cast.owner, ClientFilter(q=typed), limit=200).rows
    return made.id in {row.id for row in rows}


def in_suggestions(db: Database, cast: Cast, stored: str, typed: str) -> bool:
    made = add_client(db, cast.owner, name=stored)
    return made.id in {row.id for row in db.read(suggest_clients, cast.owner, typed, limit=200)}


def in_titles(db: Database, cast: Cast, stored: str, typed: str) -> bool:
    made = add_lead(db, cast.owner, title=f"Roof {stored}")
    return made.id in {row.id for row in db.read(suggest_leads, cast.owner, f"roof {typed}", limit=200)}


def in_leads_by_client(db: Database, cast: Cast, stored: str, typed: str) -> bool:
    client = add_client(db, cast.owner, name="Somebody")
    made = add_lead(db, cast.owner, client_id=client.id)
    patch_client(db, cast.owner, client.id, {"name": stored})
    rows = db.read(list_leads, cast.owner, LeadFilter(q=typed), limit=200).rows
    return made.id in {row.id for row in rows}


def by_tag(db: Database, cast: Cast, stored: str, typed: str) -> bool:
    made = add_client(db, cast.owner, tags=[stored])
    rows = db.read(list_clients, cast.owner, ClientFilter(tag=typed), limit=200).rows
    before = db.read(list_tags, cast.owner, "client")
    again = add_client(db, cast.owner, tags=[typed])
    is_one = again.tags == made.tags and db.read(list_tags, cast.owner, "client") == before
    assert is_one == (made.id in {row.id for row in rows})
    return is_one


def by_tag_of_lead(db: Database, cast: Cast, stored: str, typed: str) -> bool:
    made = add_lead(db, cast.owner, tags=[stored])
    rows = db.read(list_leads, cast.owner, LeadFilter(tag=typed), limit=200).rows
    return made.id in {row.id for row in rows}


def by_city(db: Database, cast: Cast, stored: str, typed: str) -> bool:
    made = add_client(db, cast.owner, city=stored)
    rows = db.read(list_clients, cast.owner, ClientFilter(city=typed), limit=200).rows
    return made.id in {row.id for row in rows}


def by_source(db: Database, cast: Cast, stored: str, typed: str) -> bool:
    made = add_client(db, cast.owner, source="elsewhere")
    patch_client(db, cast.owner, made.id, {"source": stored})
    rows = db.read(list_clients, cast.owner, ClientFilter(source=typed), limit=200).rows
    return made.id in {row.id for row in rows}


def by_source_of_lead(db: Database, cast: Cast, stored: str, typed: str) -> bool:
    made = add_lead(db, cast.owner, source=stored)
    rows = db.read(list_leads, cast.owner, LeadFilter(source=typed), limit=200).rows
    return made.id in {row.id for row in rows}


def _conversation(db: Database, cast: Cast, name: str) -> int:
    """With the next free number."""
    taken = len(db.read(list_clients, cast.owner, ClientFilter(), limit=200).rows)
    sender = Sender(f"+1415555{taken:04}", None, name)
    return db.write(lambda tx: open_conversation(tx, sender).conversation.id, cast.owner)


def _in_inbox(db: Database, cast: Cast, typed: str) -> set[int]:
    rows = db.read(list_conversations, cast.owner, InboxFilter(box="all", q=typed), limit=200).rows
    return {row.id for row in rows}


def in_inbox(db: Database, cast: Cast, stored: str, typed: str) -> bool:
    """By what the person calls themselves: their client is called otherwise by now."""
    made = _conversation(db, cast, stored)
    client_id = db.read(get_conversation, cast.owner, made).client_id
    patch_client(db, cast.owner, client_id or 0, {"name": "Somebody"})
    return made in _in_inbox(db, cast, typed)


def in_inbox_by_client(db: Database, cast: Cast, stored: str, typed: str) -> bool:
    made = _conversation(db, cast, "Somebody")
    client_id = db.read(get_conversation, cast.owner, made).client_id
    patch_client(db, cast.owner, client_id or 0, {"name": stored})
    return made in _in_inbox(db, cast, typed)


def in_messages(db: Database, cast: Cast, stored: str, typed: str) -> bool:
    made = _conversation(db, cast, "Somebody")
    db.write(add_note, cast.owner, made, f"Ask {stored}, please!")
    return made in _in_inbox(db, cast, typed)


SEARCHES: list[Place] = [
    in_clients,
    in_suggestions,
    in_titles,
    in_leads_by_client,
    in_inbox,
    in_inbox_by_client,
    in_messages,
]
FILTERS: list[Place] = [by_tag, by_tag_of_lead, by_city, by_source, by_source_of_lead]


@pytest.mark.parametrize("place", SEARCHES + FILTERS, ids=lambda place: place.__name__)
def test_each_spelling_finds_the_others(db: Database, cast: Cast, place: Place) -> None:
    furnish(db, cast.owner)
    pairs = ONE_WORD + [(typed, stored) for stored, typed in ONE_WORD]
    pairs += SWAPPED if place in SEARCHES else []
    assert [pair for pair in pairs if not place(db, cast, *pair)] == []


@pytest.mark.parametrize("place", FILTERS, ids=lambda place: place.__name__)
@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("C++", "C"),
        ("C#", "C"),
        ("1.5", "15"),
        ("2024-25", "202425"),
        ("कुल", "कल"),
        ("กิน", "กัน"),
        ("は", "ば"),
        ("ビール", "ビル"),
        ("おばあさん", "おばさん"),
        ("ゆうき", "ゆき"),
        ("王", "玉"),
        ("张", "章"),
    ],
)
def test_words_that_differ_stay_apart(
    db: Database, cast: Cast, place: Place, stored: str, typed: str
) -> None:
    furnish(db, cast.owner)
    assert not place(db, cast, stored, typed)


def test_names_keep_their_order(db: Database, cast: Cast) -> None:
    for name in ("Aron", "Aaron", "Abel", "Müller", "Mueller", "Mudd"):
        add_client(db, cast.owner, name=name)
    rows = db.read(list_clients, cast.owner, ClientFilter(), sort="name", limit=10).rows
    assert [row.name for row in rows] == ["Aaron", "Abel", "Aron", "Mudd", "Mueller", "Müller"]
