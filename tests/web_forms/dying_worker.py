"""A process of its own, as nothing that is forked may have the database open: for each line that it reads, it
makes leads of what waits, or sends a form with a file, in a child that dies at the step of that number.
"""

import sys
from functools import partial
from io import BytesIO
from pathlib import Path

from crm import clock
from crm.kinds import open_database
from crm.web.app import create_app
from crm.web_forms.projection import project_due
from tests.support.mortal import run_until
from tests.support.places import settings_below

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def work(folder: Path) -> None:
    database = open_database(settings_below(folder))
    project_due(database)
    database.close()


def send(folder: Path, token: str) -> None:
    app = create_app(settings_below(folder))
    given = {"name": "Ada", "email": "ada@example.com", "key": "one", "files": (BytesIO(PDF), "a.pdf")}
    answer = app.test_client().post(f"/f/{token}", data=given)
    assert answer.status_code == 303, answer.text
    app.extensions["holdfast.db"].close()


def main(folder: Path) -> None:
    """Each line is the number, the time and perhaps the token of a form to send; the answer is the step, and
    empty where it lived to its end.
    """
    answers, sys.stdout = sys.stdout, sys.stderr  # where the log goes
    uploads = settings_below(folder).upload_folder
    for line in sys.stdin:
        fatal, now, *token = line.split()
        moment = clock.from_text(now)
        clock.set_source(lambda moment=moment: moment)  # type: ignore[misc]
        doing = partial(send, folder, *token) if token else partial(work, folder)
        print(run_until(int(fatal), uploads, doing), file=answers, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
