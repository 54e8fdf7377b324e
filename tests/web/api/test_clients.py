from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import fields_of, problem_of
from tests.support.cast import Cast
from tests.support.client_api import PATH, add, names, stored


def test_creation_answers_with_the_place_and_the_version(owner: FlaskClient) -> None:
    response = owner.post(PATH, json={"name": "Anna", "email": "Anna@Example.com", "tags": ["VIP"]})
    assert response.status_code == 201
    body = response.get_json()["data"]
    assert response.headers["Location"] == f"/api/clients/{body['id']}"
    assert response.headers["ETag"] == '"1"'
    assert (body["email"], body["tags"], body["kind"]) == ("anna@example.com", ["VIP"], "person")
    read = owner.get(response.headers["Location"])
    assert read.get_json()["data"] == body
    assert read.headers["ETag"].startswith('"1-')


def test_put_replaces_and_patch_changes(owner: FlaskClient) -> None:
    path = f"{PATH}/{add(owner, city='Łódź', notes='Tall')['id']}"
    patched = owner.patch(path, json={"city": "Kraków"}).get_json()["data"]
    assert (patched["city"], patched["notes"], patched["version"]) == ("Kraków", "Tall", 2)
    replaced = owner.put(path, json={"name": "Anna N."})
    assert replaced.headers["ETag"] == '"3"'
    assert (replaced.get_json()["data"]["city"], replaced.get_json()["data"]["notes"]) == (None, None)


def test_a_stale_if_match_is_412_with_the_current_record(owner: FlaskClient) -> None:
    path = f"{PATH}/{add(owner)['id']}"
    owner.patch(path, json={"city": "Kraków"}, headers={"If-Match": '"1"'})
    for refused in (
        owner.patch(path, json={"city": "Gdańsk"}, headers={"If-Match": '"1"'}),
        owner.put(path, json={"name": "X"}, headers={"If-Match": '"1"'}),
        owner.delete(path, headers={"If-Match": '"9"'}),
    ):
        assert problem_of(refused, 412)["current"]["city"] == "Kraków"
    problem_of(owner.patch(path, json={}, headers={"If-Match": "seven"}), 400)


def test_delete_and_restore(owner: FlaskClient) -> None:
    path = f"{PATH}/{add(owner)['id']}"
    assert owner.delete(path).status_code == 204
    problem_of(owner.get(path), 404)
    assert names(owner) == []
    assert names(owner, "?deleted=true") == ["Anna Nowak"]
    restored = owner.post(f"{path}/restore")
    assert (restored.status_code, restored.headers["ETag"]) == (200, '"3"')
    assert names(owner) == ["Anna Nowak"]


def test_a_duplicate_is_409_with_candidates_unless_allowed(owner: FlaskClient) -> None:
    first = add(owner, email="anna@example.com")
    refused = owner.post(PATH, json={"name": "B", "email": "anna@example.com"})
    assert [each["id"] for each in problem_of(refused, 409)["candidates"]] == [first["id"]]
    assert add(owner, email="anna@example.com", allow_duplicate=True)["version"] == 1
    owner.delete(f"{PATH}/{first['id']}")
    problem_of(owner.post(f"{PATH}/{first['id']}/restore"), 409)
    restore = f"{PATH}/{first['id']}/restore"
    problem_of(owner.post(restore, json={"allow_duplicate": "yes"}), 422)
    assert owner.post(f"{restore}?allow_duplicate=true").status_code == 200
    owner.delete(f"{PATH}/{first['id']}")
    assert owner.post(restore, json={"allow_duplicate": True}).status_code == 200


def test_a_company_with_people_is_409_with_their_count(owner: FlaskClient) -> None:
    company = add(owner, kind="company")
    person = add(owner, company_id=company["id"])
    path = f"{PATH}/{company['id']}"
    assert problem_of(owner.delete(path), 409)["people"] == 1
    assert fields_of(owner.delete(f"{path}?people_to={person['id']}")) == {"people_to"}
    assert owner.delete(f"{path}?detach_people=true").status_code == 204


def test_activities_of_a_client_tell_who_did_what(owner: FlaskClient, cast: Cast) -> None:
    path = f"{PATH}/{add(owner)['id']}"
    owner.patch(path, json={"city": "Kraków"})
    owner.delete(path)
    rows = owner.get(f"{path}/activities").get_json()["data"]
    assert [row["action"] for row in rows] == ["client.deleted", "client.changed", "client.created"]
    assert rows[1]["before"] == {"city": None} and rows[1]["after"] == {"city": "Kraków"}
    assert rows[0]["actor"] == {"id": cast.owner.user_id, "name": "Owner"}
    assert {"id", "entity", "entity_id", "created_at", "hash"} <= rows[0].keys()


def test_search_filters_and_count(owner: FlaskClient) -> None:
    add(owner, name="Ремонт", status="prospect", phone="+48512345678")
    add(owner, name="Anna", email="anna@example.com", tags=["VIP"], city="Łódź")
    assert names(owner, "?q=ремонт") == names(owner, "?q=512-345") == ["Ремонт"]
    assert names(owner, "?tag=vip&city=Łódź") == names(owner, "?email=ANNA@Example.com") == ["Anna"]
    assert names(owner, "?phone=%2B48 512 345 678") == ["Ремонт"]
    assert names(owner, "?email=ann@example.com") == names(owner, "?phone=%2B48512345679") == []
    for query, field in (("?email=anna", "email"), ("?phone=12", "phone"), ("?phone=%20", "phone")):
        assert fields_of(owner.get(f"{PATH}{query}")) == {field}
    assert names(owner, "?sort=name") == ["Anna", "Ремонт"]
    assert owner.get(f"{PATH}/count?status=prospect").get_json()["data"] == {"total": 1, "exact": True}
    assert [tag["name"] for tag in owner.get(f"{PATH}/tags").get_json()["data"]] == ["VIP"]


def test_pages_follow_each_other(owner: FlaskClient) -> None:
    for number in range(5):
        add(owner, name=f"№ {number}")
    first = owner.get(f"{PATH}?limit=3&sort=name").get_json()
    rest = owner.get(f"{PATH}?limit=3&sort=name&cursor={first['page']['next']}").get_json()
    assert [row["name"] for row in first["data"] + rest["data"]] == [f"№ {number}" for number in range(5)]
    assert rest["page"]["next"] is None


def test_no_workspace_reaches_another_s_client(owner: FlaskClient, outsider: FlaskClient) -> None:
    path = f"{PATH}/{add(owner)['id']}"
    for refused in (
        outsider.get(path),
        outsider.put(path, json={"name": "Mine"}),
        outsider.patch(path, json={"name": "Mine"}),
        outsider.delete(path),
        outsider.post(f"{path}/restore"),
        outsider.get(f"{path}/activities"),
    ):
        problem_of(refused, 404)
    assert names(outsider) == []


def test_a_repeated_creation_takes_effect_once(owner: FlaskClient, db: Database) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = owner.post(PATH, json={"name": "Anna"}, headers=headers)
    again = owner.post(PATH, json={"name": "Anna"}, headers=headers)
    assert again.data == first.data and again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Key" in fields_of(owner.post(PATH, json={"name": "B"}, headers=headers))
    assert stored(db)[0] == 1
