"""`crm erase`: a person is erased at a terminal or in a script, once their name is repeated."""

from crm.config import Settings
from crm.db.database import Database
from tests.support.clients import add_client
from tests.support.crm_command import crm
from tests.support.erasing import left_in_files
from tests.support.people import gather_team

WORDS = ("Zoltan Quixotry", "zq@erase.example")


def test_a_person_is_erased_once_their_name_is_repeated(db: Database, settings: Settings) -> None:
    team = gather_team(db)
    person = add_client(db, team.owner, name=WORDS[0], email=WORDS[1])
    wrong = crm(settings, "erase", str(person.id), "--workspace", "Acme", "--name", "Somebody Else")
    assert (wrong.returncode, "is not the name" in wrong.stderr) == (1, True)
    assert not db.in_file or left_in_files(settings, WORDS).keys() == set(WORDS)
    done = crm(settings, "erase", str(person.id), "--workspace", "Acme", answer=f"{WORDS[0]}\n")
    assert (done.returncode, done.stdout) == (0, "Erased: 1 client.\n"), done.stderr
    assert left_in_files(settings, WORDS) == {}
    again = crm(settings, "erase", str(person.id), "--workspace", "Acme", "--name", WORDS[0])
    assert (again.returncode, "erased already" in again.stderr) == (1, True)
