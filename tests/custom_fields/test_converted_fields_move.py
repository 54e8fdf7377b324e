"""A field whose type was changed in pieces keeps its values when its workspace moves to another server."""

from contextlib import closing
from pathlib import Path

from crm.appliance.transfer import export_to, import_from
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.custom_fields.conversion_pieces import go_on
from crm.custom_fields.conversions import begin_conversion
from crm.custom_fields.custom_fields import create_custom_field
from crm.custom_fields.fields import ConversionFields, NewCustomField
from crm.db.actor import Actor
from crm.db.sqlite.startup import prepare
from crm.fields import parse_fields
from crm.kinds import open_database
from tests.support.cast import gather_cast
from tests.support.clients import add_client
from tests.support.places import settings_below


def test_the_values_arrive_under_the_new_ids(tmp_path: Path) -> None:
    here, there = settings_below(tmp_path / "here"), settings_below(tmp_path / "there")
    text = parse_fields(NewCustomField, {"kind": "client", "label": "Size", "field_type": "text"})
    for place in (here, there):
        prepare(place)
        with closing(open_database(place)) as db:
            owner = gather_cast(db).owner
            made = [db.write(create_custom_field, owner, text)]
            if place is here:
                add_client(db, owner, name="Ada", custom={"size": "7.5"})
                asked = parse_fields(ConversionFields, {"field_type": "number"})
                db.write(begin_conversion, owner, made[0].id, asked)
                while db.write(go_on, owner, made[0].id):
                    pass
    export_to(here, 1, tmp_path / "workspace.zip")
    arrival = import_from(there, tmp_path / "workspace.zip")
    assert arrival.moved
    with closing(open_database(there)) as db:
        wanted = ClientFilter(filter='{"all": [{"field": "custom.size", "op": "less", "value": 8}]}')
        came = Actor(arrival.workspace_id, None)
        assert [each.custom for each in db.read(list_clients, came, wanted, limit=9).rows] == [{"size": 7.5}]
