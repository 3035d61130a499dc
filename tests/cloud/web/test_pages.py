"""The pages: who may see them, what they say, and that nothing in them breaks our own policy."""

import re
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from cloud.endpoints import Endpoint
from cloud.principals import Access
from cloud.settings import Registration
from cloud.sso.address import IssuerAddress
from cloud.web.catalogs import Catalogs
from cloud.web.looks import Glass, glass, where
from cloud.web.routes import routes
from tests.fakes.clock import FakeClock
from tests.fakes.markup import read
from tests.fakes.public_api import COOKIE, PublicApi, content, device, forecast, playlist, use, user

CATALOGS = Catalogs()
FOR_PEOPLE = (
    "/screens",
    "/screens/many",
    "/screens/d1/log",
    "/screens/d1/log?q=a&level=error&from=2026-11-01&to=x",
    "/screens/d1",
    "/screens/d1?span=week&day=2026-03-29",
    "/pair",
    "/content",
    "/content?q=a&type=image&tag=b",
    "/content/c1",
    "/content/c2",
    "/publish",
    "/playlists",
    "/playlists/new",
    "/playlists/p1",
    "/layouts",
    "/layouts/l1",
    "/layouts/new",
    "/schedules",
    "/schedules/s1",
    "/schedules/s4",
    "/schedules/new",
    "/player",
    "/player?screen=d1",
    "/organization",
    "/account",
    "/analytics",
    "/analytics?period=today&by=schedule",
    "/analytics?from=2026-11-01&to=2026-11-20&tag=north",
)
ON_AIR = use("publish", "Menu", "/publish", level="emergency", deletedWithIt=True)
FOR_ADMINS = ("/organization/people", "/organization/log", "/organization/log?entityType=playlist&from=2026-11-01&to=x")
FOR_ALL = ("/sign-in", "/register", "/forgotten-password", "/reset-password", "/invitation")
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'


def api() -> PublicApi:
    """An organization with a bit of everything."""
    return PublicApi(
        devices=[
            device("d1", screenshotAt="2026-11-22T11:00:00Z"),
            device("d2", nickname="Counter", status="offline", currentContent=None, location="left of the door"),
            device("d3", nickname="Hall", status="error", problem={"code": "VZ-112", "sentence": "The card fails."}),
        ],
        contents=[
            content("c1"),
            content("c2", type="video", title="Light", durationMs=75_000, thumbnailUrl=None),
            content("c3", title="Broken", uploadStatus="failed", uploadError="The file ends too early.", size=None),
            content("c4", title="New", uploadStatus="processing", width=None, height=None, thumbnailUrl=None),
        ],
        playlists=[playlist("p1", "c1", "c2", "gone")],
        schedules=[
            schedule("s1", {"kind": "always"}),
            schedule("s2", {"kind": "weekly", "days": [1, 2], "startTime": "08:00", "endTime": "20:00"}),
            schedule("s3", {"kind": "once", "start": "2026-12-24T18:00", "end": "2026-12-24T23:00"}),
            schedule("s4", {"kind": "cron", "expression": "0 9 * * 1-5", "durationMs": 3_600_000}),
        ],
        layouts=[layout("l1")],
        users=[user("u1", role="admin"), user("u2", firstName="Vera", totpEnabled=True, isActive=False)],
        invitations=[invitation("i1", "2026-11-20T10:00:00Z"), invitation("i2", "2030-11-20T10:00:00Z")],
        deeds=[
            deed_of("playlist.create", "p1", "Morning", "/playlists/p1"),
            deed_of("device.remove", "d9", "Hall"),
            deed_of("session.begin", "u1"),
        ],
        tokens=[
            {
                "id": "t1",
                "name": "Sync",
                "role": "viewer",
                "createdAt": "2026-11-20T10:00:00Z",
                "lastUsedAt": None,
                "expiresAt": "2027-11-20T10:00:00Z",
            }
        ],
        overrides=[
            {
                "id": "o1",
                "contentId": "c1",
                "playlistId": None,
                "target": {"all": True},
                "level": "normal",
                "startsAt": "2026-11-22T11:00:00Z",
                "endsAt": None,
            }
        ],
        uses={
            "c1": [
                use("playlist", "Morning", "/playlists/p1"),
                ON_AIR,
                use("schedule", "Plan s1", "/schedules/s1", refuses=False),
            ],
            "p1": [
                use("device", "Entrance", "/screens/d1"),
                use("schedule", "Plan s1", "/schedules/s1", deletedWithIt=True),
            ],
        },
        progress={
            "o1": [
                {
                    "deviceId": "d1",
                    "sentAt": "2026-11-22T11:00:00Z",
                    "downloadedAt": "2026-11-22T11:00:01Z",
                    "onGlassAt": None,
                    "nickname": "Entrance",
                    "status": "online",
                }
            ]
        },
    )


def invitation(id: str, expires_at: str) -> dict[str, object]:  # noqa: A002
    return {"id": id, "email": f"{id}@new.example", "role": "viewer", "expiresAt": expires_at}


def deed_of(action: str, entity: str, name: str | None = None, page_url: str | None = None) -> dict[str, object]:
    return {
        "id": action, "userId": "u1", "userEmail": "mira@acme.example", "action": action, "ipAddress": "192.0.2.7",
        "entityType": action.split(".")[0], "entityId": entity, "createdAt": "2026-11-20T10:00:00Z",
        "entityName": name, "pageUrl": page_url,
    }  # fmt: skip


def schedule(id: str, recurrence: dict[str, object]) -> dict[str, object]:  # noqa: A002
    return {
        "id": id, "name": f"Plan {id}", "playlistId": "p1", "target": {"deviceIds": ["d1"], "tags": []}, "priority": 3,
        "timezone": "device", "startsOn": None, "endsOn": None, "layoutId": None, "executionCount": 0,
        "recurrence": recurrence, "nextRuns": ["2026-11-23T07:00:00Z"],
    }  # fmt: skip


def layout(id: str) -> dict[str, object]:  # noqa: A002
    zone = {"id": "main", "x": 0, "y": 0, "width": 1920, "height": 1080, "z": 0, "playlistId": "p1"}
    return {"id": id, "name": "Lobby", "width": 1920, "height": 1080, "background": "#000000", "zones": [zone]}


def segment(id: str) -> dict[str, object]:  # noqa: A002
    source = {"kind": "schedule", "id": id, "priority": 0}
    zones = [{"zoneId": "main", "playlistId": "p1"}]
    return {"from": "2026-11-22T07:00:00Z", "to": "2026-11-22T12:00:00Z", "source": source, "zones": zones}


def browser(
    api: PublicApi,
    *,
    signed_in: bool = True,
    registration: Registration = Registration.OPEN,
    oidc: IssuerAddress | None = None,
) -> TestClient:
    app = Starlette(routes=[*api.routes(), *routes])
    config = SimpleNamespace(registration=registration, oidc=oidc, stripe_secret_key=api.sells)
    app.state.cloud = SimpleNamespace(config=config, clock=FakeClock(), part=lambda _: CATALOGS)
    app.state.endpoints = [Endpoint("POST", "/api/playlists", lambda: None, Access.MANAGER, action="playlist.create")]
    return TestClient(app, headers={"cookie": COOKIE} if signed_in else {}, follow_redirects=False)


@pytest.mark.parametrize("path", FOR_PEOPLE + FOR_ADMINS)
def test_a_page_for_people_sends_strangers_to_sign_in_and_back(path: str) -> None:
    answer = browser(api(), signed_in=False).get(path)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={quote(path)}"


@pytest.mark.parametrize("path", FOR_ALL)
def test_the_doors_open_for_strangers(path: str) -> None:
    assert browser(api(), signed_in=False).get(path).status_code == 200


@pytest.mark.parametrize("path", FOR_PEOPLE + FOR_ADMINS + FOR_ALL)
@pytest.mark.parametrize("filled", [True, False], ids=["filled", "empty"])
def test_every_page_keeps_to_the_policy_and_has_labels(path: str, filled: bool) -> None:
    needs_something = "/d1" in path or path[-1].isdigit()
    answer = browser(api() if filled or needs_something else PublicApi(users=[user("u1")])).get(path)

    assert answer.status_code == 200
    assert read(answer.text).faults == []
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "html",
    ["<p style='color:red'>", "<script>1</script>", "<a onclick='x'>", "<img src='x'>", "<input name='x'>", "<style>"],
)
def test_the_check_of_the_markup_itself_sees_each_fault(html: str) -> None:
    assert len(read(html).faults) == 1


@pytest.mark.parametrize("path", FOR_PEOPLE + FOR_ADMINS + FOR_ALL)
def test_a_page_asks_nothing_of_other_servers(path: str) -> None:
    addresses = read(browser(api()).get(path).text).addresses

    assert addresses
    assert all(address.startswith(("/", "#", "?")) and not address.startswith("//") for address in addresses)


@pytest.mark.parametrize(
    "nasty",
    [HOSTILE, f"\N{RIGHT-TO-LEFT OVERRIDE}{HOSTILE}\N{FOX FACE}", HOSTILE * 150, "{{ 7 * 7 }}", "'\"><svg onload=x>"],
    ids=["markup", "right to left", "10 kB", "template", "attribute"],
)
def test_names_from_people_are_text_and_never_markup(nasty: str) -> None:
    hostile = PublicApi(
        devices=[
            device(
                "d1",
                nickname=nasty,
                location=nasty,
                currentContent={"shown": [{"contentId": "c1", "title": nasty}]},
            )
        ],
        contents=[content("c1", title=nasty)],
        playlists=[playlist("p1", "c1") | {"name": nasty}],
        users=[user("u1", firstName=nasty, email=nasty)],
        invitations=[invitation("i1", "2030-01-01T00:00:00Z") | {"email": nasty}],
        tokens=[{"id": "t", "name": nasty, "role": "viewer", "lastUsedAt": None, "expiresAt": None}],
        schedules=[schedule("s1", {"kind": "always"}) | {"name": nasty}],
        layouts=[layout("l1") | {"name": nasty}],
        timeline={"segments": [segment("s1")], "conflicts": [], "digest": ""},
    )

    for path in FOR_PEOPLE + FOR_ADMINS:
        page = browser(hostile).get(path)
        assert "<script>alert" not in page.text
        assert "<svg onload" not in page.text
        assert "49" not in read(page.text).text or "{{" not in nasty
        assert read(page.text).faults == []


def test_a_screen_says_how_it_is_what_is_on_and_why() -> None:
    full = api()
    full.timeline = {"segments": [segment("s1")], "conflicts": [], "digest": ""}
    text = read(browser(full).get("/screens/d1").text).text

    assert "Entrance Online" in text
    assert "CardLook at this: 95% used" in text
    assert "Shown Schedule “Plan s1”: Active at all times. Nothing stronger is active." in text
    assert "Sun 22 Nov, 07:00 12:00" in text


@pytest.mark.parametrize(
    ("status", "plays", "issued", "word"),
    [
        ("online", 6, 7, "Behind"),
        ("online", 7, 7, "Online"),
        ("online", None, 7, "Online"),
        ("offline", 6, 7, "Offline"),
    ],
)
def test_a_screen_is_behind_when_it_plays_something_older(
    status: str, plays: int | None, issued: int, word: str
) -> None:
    full = api()
    full.devices[0]["status"] = status
    full.now = forecast(manifestVersion=plays, issuedVersion=issued)

    assert f"Entrance {word}" in read(browser(full).get("/screens/d1").text).text


def test_a_viewer_is_offered_no_change_of_a_screen() -> None:
    full = api()
    full.role = "viewer"
    page = browser(full).get("/screens/d1").text

    assert "data-unpair" not in page
    assert "data-command" not in page


def test_screens_say_how_they_are_in_words() -> None:
    text = read(browser(api()).get("/screens").text).text

    assert "Entrance Online Now Menu" in text
    assert "Counter Offline" in text
    assert "Hall Needs attention" in text
    assert "The card fails." in text


def test_content_tells_why_it_failed_and_offers_only_what_is_ready() -> None:
    page = browser(api()).get("/content").text

    assert "The file ends too early." in page
    assert "/publish?content=c1" in page
    assert "/publish?content=c3" not in page
    assert "Film · 1920 × 1080 · 1:15" in read(page).text


def test_content_says_where_it_is_used() -> None:
    text = read(browser(api()).get("/content/c1").text).text

    assert "Where it is used Playlist Morning" in text
    assert "On air now, as an emergency Menu" in text
    assert "So it is also shown by: Schedule Plan s1" in text
    assert "Nowhere yet" in read(browser(api()).get("/content/c3").text).text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "/content/c1",
            "These are deleted with it: On air now, as an emergency Menu It is taken out here: Playlist Morning "
            "These show something else then: Schedule Plan s1",
        ),
        (
            "/playlists/p1",
            "These are deleted with it: Schedule Plan s1 It is taken out here: When nothing is planned Entrance",
        ),
    ],
)
def test_before_something_is_deleted_it_is_said_what_goes_what_stays_and_what_changes(path: str, told: str) -> None:
    assert told in read(browser(api()).get(path).text).text


def test_what_is_used_nowhere_needs_no_question() -> None:
    full = api()
    full.uses.clear()

    for path in ("/content/c1", "/playlists/p1", "/layouts/l1"):
        assert 'id="delete"' not in browser(full).get(path).text


def test_of_many_uses_the_first_are_told_and_how_many_more() -> None:
    full = api()
    full.uses["l1"] = [use("schedule", f"Plan {number}", f"/schedules/{number}") for number in range(22)]
    text = read(browser(full).get("/layouts/l1").text).text

    assert "Plan 19" in text
    assert "Plan 20" not in text
    assert "and 2 more" in text


def test_publish_shows_how_far_each_screen_is() -> None:
    page = browser(api()).get("/publish?content=c2&screen=d2").text

    assert page.count('class="stage reached"') == 2
    assert 'value="contentId:c2" checked' in page
    assert re.search(r'value="d2"[^>]* checked', page)


@pytest.mark.parametrize(
    ("reported", "reached"), [((), 0), (("sentAt",), 1), (("downloadedAt",), 2), (("onGlassAt",), 3)]
)
def test_a_stage_that_was_reached_means_those_before_it_were_too(reported: tuple[str, ...], reached: int) -> None:
    full = api()
    stages = ("sentAt", "downloadedAt", "onGlassAt")
    row = {name: "2026-11-22T11:00:00Z" if name in reported else None for name in stages}
    full.progress["o1"] = [{"deviceId": "d1", "nickname": "Entrance", "status": "online", **row}]

    assert browser(full).get("/publish").text.count('class="stage reached"') == reached


def test_the_editor_knows_which_version_it_changes() -> None:
    page = browser(api()).get("/playlists/p1").text

    assert 'data-etag="&#34;r3&#34;"' in page
    assert 'value="7"' in page
    assert "Content that is gone" in page


def test_a_schedule_is_told_as_people_say_it() -> None:
    text = read(browser(api()).get("/schedules").text).text

    assert "Mon, Tue, 08:00–20:00" in text
    assert "At 09:00 on Monday through Friday" in text
    assert "Once, 24 December 2026, 18:00 – 23:00" in text
    assert "Morning on Entrance · priority 3" in text


def test_a_playlist_that_is_not_there_is_said_so() -> None:
    answer = browser(api()).get("/playlists/none")

    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_a_long_list_is_shown_to_its_end() -> None:
    many = PublicApi(devices=[device(f"d{n}", nickname=f"Screen {n}") for n in range(7)], page_size=3)

    text = browser(many).get("/screens").text

    assert all(f"Screen {n}" in text for n in range(7))


@pytest.mark.parametrize("path", ["/sign-in", "/register", "/invitation"])
def test_the_doors_offer_the_provider_where_there_is_one(path: str) -> None:
    oidc = IssuerAddress("https://id.example/realm", "vizora", "secret")

    page = browser(api(), oidc=oidc).get(path).text

    assert "with id.example</a>" in page
    assert read(page).faults == []
    assert "id.example" not in browser(api()).get(path).text


@pytest.mark.parametrize(
    ("registration", "words"),
    [
        (Registration.OPEN, "Make the account"),
        (Registration.TOKEN, "Setup token"),
        (Registration.CLOSED, "Registration is closed"),
    ],
)
def test_the_door_says_who_may_make_an_account(registration: Registration, words: str) -> None:
    assert words in browser(api(), registration=registration).get("/register").text


def test_the_start_leads_to_the_screens() -> None:
    assert browser(api()).get("/").headers["location"] == "/screens"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"all": True}, "all screens"),
        ({"deviceIds": ["d1", "gone"], "tags": ["north"]}, "Entrance, a screen that is gone, screens tagged north"),
        ({"deviceIds": [], "tags": []}, "no screen"),
        ({"deviceIds": ["d1", *"abcdef"]}, "Entrance" + ", a screen that is gone" * 4 + ", and 2 more"),
    ],
)
def test_a_target_in_words(target: dict[str, object], words: str) -> None:
    assert where(target, {"d1": "Entrance"}) == words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (None, Glass("", "", "")),
        (
            {"shown": [{"contentId": "c1", "title": "Menu"}, {"contentId": "c9", "title": "News"}]},
            Glass("Menu, News", "/1", ""),
        ),
        ({"shown": [], "problem": {"code": "VZ-112", "sentence": None}}, Glass("", "", "VZ-112", is_idle=True)),
        ({"shown": "nonsense", "problem": "nonsense"}, Glass("", "", "")),
        ({"shown": [7, {"title": 7, "contentId": []}]}, Glass("", "", "")),
        ("nonsense", Glass("", "", "")),
    ],
)
def test_a_screens_own_words_are_taken_as_far_as_they_make_sense(said: object, words: Glass) -> None:
    assert glass(device("d1", currentContent=said), {"c1": "/1"}) == words


@pytest.mark.parametrize("path", FOR_PEOPLE)
def test_a_viewer_sees_no_button_it_may_not_use(path: str) -> None:
    full = api()
    full.role = "viewer"

    page = browser(full).get(path)

    assert page.status_code == 200
    own = {"Save"} if path == "/account" else set()  # of one's own language
    assert set(buttons(page.text)) <= own | {
        "Sign out",
        "Find",
        "Change it",
        "Set them up",
        "New token",
        "Revoke",
        "Show",
        "Whole window",
    }
    for_managers = ("/publish?", "/pair", "/screens/many")
    assert not [one for one in read(page.text).addresses if one.startswith(for_managers) or "/new" in one]


def test_the_look_at_buttons_sees_those_of_a_manager() -> None:
    full = api()
    full.role = "manager"

    found = [set(buttons(browser(full).get(path).text)) for path in ("/screens/d1", "/playlists/p1", "/schedules/s1")]

    assert "Identify" in found[0]
    assert all("Save" in names for names in found)


@pytest.mark.parametrize("role", ["viewer", "manager"])
@pytest.mark.parametrize("path", FOR_ADMINS)
def test_pages_for_admins_are_not_there_for_others(path: str, role: str) -> None:
    full = api()
    full.role = role

    assert browser(full).get(path).status_code == 404
    assert "/organization/people" not in read(browser(full).get("/organization").text).addresses


def test_the_organization_says_what_is_used_up() -> None:
    text = read(browser(api()).get("/organization").text).text

    assert "Screens5 of 5" in text
    assert "Full: no further screen can be added." in text
    assert "2.0 MB of 5.0 GB" in text


@pytest.mark.parametrize(("key", "choice"), [(None, False), ("sk_1", True)])
def test_plans_are_offered_where_they_are_sold(key: str | None, choice: bool) -> None:
    full = api()
    full.sells = key
    page = browser(full).get("/organization").text

    assert ('data-tier="pro"' in page) is choice
    assert ("This server sells nothing" in page) is not choice


@pytest.mark.parametrize(
    ("query", "told"), [("", ""), ("?paid=yes", "Thank you. The plan changes"), ("?paid=no", "Nothing was bought.")]
)
def test_who_comes_back_from_paying_is_told_what_comes_of_it(query: str, told: str) -> None:
    full = api()
    full.sells = "sk_1"
    text = read(browser(full).get(f"/organization{query}").text).text

    assert [words in text for words in ("Thank you", "Nothing was bought")] == [
        told.startswith("Thank"),
        told.startswith("Nothing"),
    ]


def test_people_and_those_who_are_invited_are_shown_with_what_can_be_done() -> None:
    text = read(browser(api()).get("/organization/people").text).text

    assert "Vera Oz Blocked" in text
    assert "i1@new.example Viewer, run out" in text
    assert text.count("Invite again") == 1


def test_the_log_tells_who_did_what_with_the_way_to_it() -> None:
    page = browser(api()).get("/organization/log")

    assert "made a playlist: Morning playlist.create" in read(page.text).text
    assert '<a href="/playlists/p1"><bdi>Morning</bdi></a>' in page.text
    assert "removed a screen: Hall device.remove" in read(page.text).text
    assert "/screens/d9" not in page.text


def test_the_log_can_be_had_as_a_sheet_as_it_is_narrowed() -> None:
    client = browser(api())
    client.headers["cookie"] = f"{COOKIE}; zone=Asia%2FKathmandu"

    page = client.get("/organization/log?entityType=playlist&from=2026-11-20")

    query = "from=2026-11-19T18%3A15%3A00Z&amp;entityType=playlist"
    assert f'href="/api/audit-logs.csv?{query}" download' in page.text


def test_older_pages_of_the_log_lead_back_to_the_newest() -> None:
    full = api()
    full.page_size = 2
    first = browser(full).get("/organization/log?entityType=playlist").text
    second = browser(full).get("/organization/log?entityType=playlist&cursor=2").text

    assert "Newest" not in first
    assert 'href="?entityType=playlist&amp;cursor=2"' in first
    assert 'href="?entityType=playlist"' in second


def test_the_log_reads_days_in_the_zone_of_who_looks() -> None:
    asked: list[str] = []
    full = api()
    client = browser(full)
    client.headers["cookie"] = f"{COOKIE}; zone=Asia%2FKathmandu"
    client.app.router.routes.insert(0, Route("/api/audit-logs", noting(asked)))  # type: ignore[attr-defined]

    page = client.get("/organization/log?from=2026-11-20&to=2026-11-21")

    assert page.status_code == 200
    assert asked == ["from=2026-11-19T18%3A15%3A00Z&to=2026-11-21T18%3A15%3A00Z"]


def test_tokens_are_shown_where_the_server_has_them() -> None:
    without = api()
    without.tokens = []

    assert "Sync Viewer, never used" in read(browser(api()).get("/account").text).text
    assert 'id="tokens"' not in browser(without).get("/account").text


def noting(asked: list[str]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        asked.append(request.url.query)
        return JSONResponse({"items": [], "nextCursor": None})

    return answer


def buttons(html: str) -> list[str]:
    """What the page's buttons that can be pressed say; those of dialogs and templates only come after another."""
    plain = re.sub(r"<(dialog|template)\b.*?</\1>", "", html, flags=re.DOTALL)
    found = re.findall(r"<button\b([^>]*)>(.*?)</button>", plain, flags=re.DOTALL)
    return [re.sub(r"<[^>]*>", "", words).strip() for attributes, words in found if "disabled" not in attributes]


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("/playlists/shelf?q=men", "Menu"),
        ("/publish/choices?q=men", "Menu"),
        ("/screens/choices?q=Entr", 'type="checkbox" name="screen" value="d1"'),
        ("/screens/choices?for=replaced", 'type="radio" name="replaceDeviceId" value="d2"'),
        ("/screens/choices?for=week&week=2026-11-23", 'href="?screen=d3&amp;week=2026-11-23"'),
        ("/screens/choices?for=nothing&page=x", 'type="checkbox"'),
        ("/screens/choices?q=nowhere", "No screen fits these words."),
        ("/screens/choices?q=a", "All 2 that fit"),
    ],
)
def test_parts_of_a_page_are_for_people_and_hold_what_was_looked_for(path: str, held: str) -> None:
    part = browser(api()).get(path)

    assert part.status_code == 200
    assert held in part.text
    assert read(part.text).faults == []
    assert browser(api(), signed_in=False).get(path).status_code == 303


@pytest.mark.parametrize("path", ["/pair?q=Hall&code=ABC234&nickname=Door", "/schedules?q=Hall&screen=d1"])
def test_without_scripts_the_page_itself_is_asked_for_the_screens_with_some_words(path: str) -> None:
    page = browser(api()).get(path).text

    assert "<details data-finder open>" in page
    assert "1 screen found" in page
    assert "Hall" in page
    assert "Counter" not in page
    assert ('value="ABC234"' in page and 'value="Door"' in page) or "What plays on Entrance" in page


def test_every_time_zone_is_offered_and_the_screen_s_own_is_chosen() -> None:
    full = api()
    full.devices[0]["timezone"] = "Europe/Paris"

    page = browser(full).get("/screens/d1").text

    assert "<option selected>Europe/Paris</option>" in page
    assert page.count("<option selected>") == 1
    assert "<option>Asia/Tokyo</option>" in page
