"""In real processes, what rooms of their own keep about a person goes by their descriptions."""

from pathlib import Path

import pytest

from tests.support.appliance import Appliance, wait_until
from tests.support.erasing import erase_by_api, left_of


@pytest.mark.timeout(120)
def test_a_person_with_a_deal_and_a_quote_is_erased_from_the_files_of_a_running_server(
    tmp_path: Path,
) -> None:
    appliance = Appliance(tmp_path)
    token = appliance.set_up()
    with appliance, appliance.client(headers={"Authorization": f"Bearer {token}"}) as web:
        person = web.post("/api/clients", json={"name": "Zoltan Quixotry", "email": "zq@erase.example"})
        client_id = person.json()["data"]["id"]
        trade = {"year": 2020, "make": "Saab", "model": "900", "vin": "1M8GDM9AXKP042788", "allowance": 0}
        deal = {"client_id": client_id, "notes": "axolotl-deal", "trade_ins": [trade]}
        answers = [
            web.post("/api/deals", json=deal),
            web.post("/api/quotes", json={"client_id": client_id, "title": "ocelot-quote"}),
        ]
        assert [answer.status_code for answer in answers] == [201, 201], [a.text for a in answers]
        words = ("Zoltan Quixotry", "zq@erase.example", "axolotl-deal", "ocelot-quote", "1M8GDM9AXKP042788")
        assert left_of(appliance.folder / "data", words).keys() == set(words)
        answer = erase_by_api(web, client_id)
        assert answer.status_code == 200, answer.text
        place = f"/api/clients/{client_id}/erasure"
        wait_until(lambda: web.get(place).json()["data"]["erasure"]["ended_at"], seconds=60)
        assert left_of(appliance.folder / "data", words) == {}
