"""A kind that only its description knows is imported, updated and taken back as the others are."""

from flask.testing import FlaskClient

from tests.imports.test_imports import bring, confirm, counts

CONTENT = b"Name,Registration,Client,Tags\nVan,B-AB 1,Ada Probe,red; old\nTruck,B-AB 2,Nobody,\n,B-AB 3,,\n"


def plates(owner: FlaskClient) -> dict[str, str]:
    return {each["plate"]: each["name"] for each in owner.get("/api/boats").get_json()["data"]}


def test_boats_come_from_a_file_each_of_its_client(owner: FlaskClient) -> None:
    client = owner.post("/api/clients", json={"name": "Ada Probe"}).get_json()["data"]["id"]
    made = bring(owner, CONTENT, "boats.csv", records="boats")
    assert [column["field"] for column in made["columns"]] == ["name", "plate", "client_id", "tags"]
    done = confirm(owner, made)
    assert (counts(done), [each["row"] for each in done["problems"]]) == ([2, 0, 0, 1], [3, 4])
    assert plates(owner) == {"B-AB 1": "Van", "B-AB 2": "Truck"}
    van = next(each for each in owner.get("/api/boats").get_json()["data"] if each["name"] == "Van")
    assert (van["client_id"], van["tags"]) == (client, ["old", "red"])


def test_the_same_plate_is_the_same_boat_and_undo_gives_its_name_back(owner: FlaskClient) -> None:
    first = confirm(owner, bring(owner, CONTENT, "boats.csv", records="boats"))
    changed = CONTENT.replace(b"Van", b"Red van").replace(b",red; old", b",new")
    options = {"records": "boats", "duplicates": "update", "overwrite": "true"}
    again = confirm(owner, bring(owner, changed, "boats.csv", **options))
    assert counts(again)[:2] == [0, 1]
    assert plates(owner)["B-AB 1"] == "Red van"
    for each, left in ((again, {"B-AB 1": "Van", "B-AB 2": "Truck"}), (first, {})):
        assert owner.post(f"/api/imports/{each['id']}/undo").status_code == 200
        assert plates(owner) == left


def test_pages_and_templates_offer_it(owner: FlaskClient) -> None:
    assert 'value="boats"' in owner.get("/imports").get_data(as_text=True)
    assert owner.get("/imports/template/boats/xlsx").status_code == 200
    made = bring(owner, CONTENT, "boats.csv", records="boats")
    for step in ("", "/problems", "/review"):
        assert owner.get(f"/imports/{made['id']}{step}").status_code == 200
