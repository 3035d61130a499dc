"""The portal as a phone meets it: country, networks, password; and as somebody who means harm does."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from jinja2 import Environment, PackageLoader
from starlette.testclient import TestClient

from edge.provision.network.facts import Network, Security, Wifi
from edge.provision.network.names import Ssid, key
from edge.provision.portal.app import create_app
from edge.provision.portal.views import view
from edge.status import Problem
from tests.edge.provision.portal.setting import NETWORKS, SHOP, FakeSetting

HERE = "http://10.42.0.1"
PASSWORD = "right password"
DETECTION = (
    "http://connectivitycheck.gstatic.com/generate_204",
    "http://clients3.google.com/generate_204",
    "http://captive.apple.com/hotspot-detect.html",
    "http://www.apple.com/library/test/success.html",
    "http://www.msftconnecttest.com/connecttest.txt",
    "http://www.msftncsi.com/ncsi.txt",
    "http://go.microsoft.com/fwlink/",
    "http://detectportal.firefox.com/success.txt",
    "http://nmcheck.gnome.org/check_network_status.txt",
    "http://fedoraproject.org/static/hotspot.txt",
)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "../../etc/passwd",
    "$(id)",
    "\r\nSet-Cookie: a=b",
    "\x00",
    "é" * 40,
    "\u202e" * 8,
    "ff" * 40,
    "A" * 20_000,
)


@dataclass
class Phone:
    setting: FakeSetting = field(default_factory=FakeSetting)

    def __post_init__(self) -> None:
        app = create_app(self.setting, "Vizora-AB23", "10.42.0.1")
        self.browser = TestClient(app, base_url=HERE, follow_redirects=False)

    def token(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.browser.get("/country").text)
        assert found is not None
        return found[1]

    def send(self, path: str, **fields: str) -> tuple[int, str]:
        answer = self.browser.post(path, data={"csrf": self.token(), **fields})
        return answer.status_code, answer.text

    def join(self, network: bytes, password: str = PASSWORD) -> tuple[int, str]:
        return self.send("/join", network=key(network), password=password)


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.mark.parametrize("address", DETECTION)
def test_whatever_a_phone_asks_for_leads_to_the_page(phone: Phone, address: str) -> None:
    answer = phone.browser.get(address)

    assert (answer.status_code, answer.headers["location"]) == (302, f"{HERE}/")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["10.42.0.1:80", "10.42.0.1"])
def test_our_own_address_is_no_detour(phone: Phone, host: str) -> None:
    assert phone.browser.get("/", headers={"Host": host}).status_code == 200


def test_the_country_comes_first() -> None:
    phone = Phone(FakeSetting(country=None))

    assert "Where is this screen?" in phone.browser.get("/").text
    assert phone.send("/country", country="CH")[0] == 303
    assert "Choose a Wi-Fi network" in phone.browser.get("/").text


@pytest.mark.parametrize("country", ["", "XX", "ch", "Switzerland", *HOSTILE])
def test_a_country_that_is_none_is_refused(phone: Phone, country: str) -> None:
    status, _ = phone.send("/country", country=country)

    assert status in (400, 403)
    assert phone.setting.country == "CH"


def test_a_country_that_cannot_be_kept_is_said(phone: Phone) -> None:
    phone.setting.can_keep = False

    status, page = phone.send("/country", country="DE")

    assert status == 500
    assert "No space left on device" in page


def test_the_list_tells_strength_and_what_is_possible(phone: Phone) -> None:
    page = phone.browser.get("/").text

    assert [*re.findall(r"<strong>(\w+)</strong>\s*<span class=\"hint\">([^<]+)<", page)][:1] == [
        ("Shop", "very good signal")
    ]
    assert "good signal, 5 GHz" in page
    assert "good signal, no password" in page
    assert "wants a user name: not possible from here" in page
    assert len(re.findall(r'href="/join\?network=', page)) == len(NETWORKS) - 2
    assert phone.setting.looks == 1


def test_why_the_last_attempt_failed_stands_above_the_list(phone: Phone) -> None:
    phone.setting.problem = Problem("VZ-103", "“Shop” refused the password.")

    assert "“Shop” refused the password." in phone.browser.get("/").text


def test_a_network_is_joined_with_its_password(phone: Phone) -> None:
    assert "Password" in phone.browser.get("/join", params={"network": key(b"Shop")}).text

    status, page = phone.join(b"Shop")

    assert status == 200
    assert "Look at the screen now" in page
    assert phone.setting.chosen == [Wifi(SHOP.ssid, PASSWORD)]
    assert PASSWORD not in page


def test_an_open_network_needs_none_and_a_wpa3_one_is_joined_as_that(phone: Phone) -> None:
    phone.join(b"Guests", "")
    phone.join("Café Münster".encode())

    assert phone.setting.chosen == [
        Wifi(Ssid(b"Guests"), security=Security.OPEN),
        Wifi(Ssid("Café Münster".encode()), PASSWORD, security=Security.WPA3),
    ]


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "This network has a password: type it."),
        ("short", "A Wi-Fi password has at least 8 characters."),
        ("pässwörter", "without accents"),
        ("x" * 64, "8 to 63"),
        ("tab\tinside", "8 to 63"),
    ],
)
def test_a_password_no_network_would_take_is_said_before_the_phone_loses_the_page(
    phone: Phone, password: str, said: str
) -> None:
    status, page = phone.join(b"Shop", password)

    assert status == 400
    assert said in page
    assert "<h1>Shop</h1>" in page
    assert phone.setting.chosen == []


@pytest.mark.parametrize("name", [b"Firm", b"Old", b"Gone"])
def test_what_cannot_be_joined_is_not_tried(phone: Phone, name: bytes) -> None:
    status, page = phone.join(name)

    assert status == 400
    assert 'role="alert"' in page
    assert phone.setting.chosen == []


def test_a_hidden_network_is_joined_by_its_name(phone: Phone) -> None:
    assert phone.send("/other", name="Büro", password=PASSWORD)[0] == 200
    assert phone.setting.chosen == [Wifi(Ssid("Büro".encode()), PASSWORD, hidden=True)]


@pytest.mark.parametrize("name", ["", "x" * 33, "é" * 17])
def test_a_hidden_networks_name_has_to_be_one(phone: Phone, name: str) -> None:
    status, page = phone.send("/other", name=name, password=PASSWORD)

    assert status == 400
    assert "1 to 32 letters" in page
    assert phone.setting.chosen == []


def test_looking_again_is_announced_and_asked_for(phone: Phone) -> None:
    assert "ten seconds" in phone.browser.get("/").text
    assert phone.send("/scan")[0] == 200
    assert phone.setting.scans == 1


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.ssid.hex())
def test_any_name_is_shown_as_text_and_comes_back_as_it_was(phone: Phone, network: Network) -> None:
    for page in (phone.browser.get("/").text, phone.browser.get("/join", params={"network": key(network.ssid)}).text):
        assert "<img src=x" not in page
        assert "\x1b" not in page
        assert "\u202e" not in page
        assert "&49" not in page
    if network.security in (Security.WPA, Security.WPA3):
        phone.join(network.ssid)
        assert [wifi.ssid for wifi in phone.setting.chosen] == [network.ssid]


def test_a_page_that_trusts_names_would_be_found() -> None:
    """The broken twin: the same template without its escaping."""
    trusting = Environment(loader=PackageLoader("edge.provision.portal"), autoescape=False)
    values = {"networks": [view(network) for network in NETWORKS], "problem": None, "country": "Switzerland"}
    page = trusting.get_template("networks.html").render(csrf="x", hotspot="Vizora-AB23", **values)

    assert "<img src=x" in page


@pytest.mark.parametrize("path", ["/join", "/country"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_forms_change_nothing_and_break_nothing(phone: Phone, path: str, text: str) -> None:
    status, page = phone.send(path, network=text, password=text, country=text)

    assert status in (400, 403)
    assert text not in page or len(text) < 2
    assert (phone.setting.chosen, phone.setting.country) == ([], "CH")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_of_a_hidden_network_is_a_name_or_refused(phone: Phone, text: str) -> None:
    status, page = phone.send("/other", name=text, password=PASSWORD)

    assert "<script" not in page
    assert "<img src=x" not in page
    assert status in (200, 400, 403)
    assert [wifi.ssid for wifi in phone.setting.chosen] == ([text.encode()] if status == 200 else [])


@pytest.mark.parametrize("path", ["/join", "/other", "/scan", "/country"])
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}],
)
def test_a_form_of_another_page_is_not_taken(phone: Phone, path: str, headers: dict[str, str]) -> None:
    fields = {"csrf": phone.token(), "network": key(b"Shop"), "password": PASSWORD, "country": "DE", "name": "x"}

    status = phone.browser.post(path, data=fields, headers=headers).status_code

    assert status in (403, 421)
    assert (phone.setting.chosen, phone.setting.scans, phone.setting.country) == ([], 0, "CH")


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_a_form_without_our_token_is_not_taken(phone: Phone, token: str) -> None:
    body = urlencode({"csrf": token, "network": key(b"Shop"), "password": PASSWORD})

    assert phone.browser.post("/join", content=body).status_code == 403
    assert phone.setting.chosen == []


def test_no_page_needs_or_allows_scripts(phone: Phone) -> None:
    for path in ("/", "/country", "/other", f"/join?network={key(b'Shop')}"):
        answer = phone.browser.get(path)
        assert "<script" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert len(answer.content) < 30_000


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(phone: Phone, method: str) -> None:
    assert phone.browser.request(method, "/").status_code in (405, 421)
