from tests.cloud.house import PASSWORD, House, registration


def test_the_first_admin_signs_in_and_out(house: House) -> None:
    made = house.client.post("/api/auth/register", json=registration())
    signed_in = house.client.post("/api/auth/login", json={"email": " Ada@Acme.example ", "password": PASSWORD})
    person = house.bearing(signed_in.json()["token"])

    assert made.status_code == 201
    assert made.json()["organization"]["screenQuota"] == 5
    assert signed_in.json()["expiresIn"] == 604_800
    assert person.get("/api/auth/me").json()["user"]["email"] == "ada@acme.example"
    assert person.post("/api/auth/logout").status_code == 204
    assert person.get("/api/auth/me").json()["code"] == "AUTH_002"
