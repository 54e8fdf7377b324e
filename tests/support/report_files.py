"""Files of daily figures that wait for a person: ready to be saved, with wrong rows, with unknown columns."""

from io import BytesIO

from crm.appliance.report_files import keep_report
from crm.appliance.uploads import Desk
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.imports.advertising.report_files import create_report_file
from crm.imports.advertising.wishes import ReportOptions
from crm.imports.advertising.working import work_on_report_file

ODD = (
    f"Day,Campaign,Cost (EUR),Clicks\n2025-11-01,{'Donaudampfschifffahrt' * 4},1234.50,7\nTotal,,1234.50,7\n",
    f"Day,Campaign,Cost (EUR)\n2025-11-01,<b>Bo</b> & {'w' * 120},-3\n2025-02-30,A,x\n",
    f'Wann;"Was & <wo>";{"Bezahlt" * 12}\n01.10.2025;Flyer;1.234,50\n',
)


def upload_odd_reports(settings: Settings, db: Database, actor: Actor) -> list[int]:
    return [_upload(settings, db, actor, text) for text in ODD]


def _upload(settings: Settings, db: Database, actor: Actor, text: str) -> int:
    upload = keep_report(Desk(db, settings, actor), BytesIO(text.encode()), "figures & <costs>.csv")
    made = db.write(create_report_file, actor, upload, "meta_ads", ReportOptions())
    work_on_report_file(db, settings, actor, made.id)
    return made.id
