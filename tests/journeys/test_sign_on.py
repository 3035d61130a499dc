"""Signing in by a provider on another site, in a real browser, with its `SameSite` cookies and our CSP."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from cloud.clock import SystemClock
from tests.cloud import serving
from tests.fakes.openid_provider import OpenIdProvider
from tests.free_port import free_port
from tests.journeys.browser import PATIENCE_S, PHONE, visitor
from tests.journeys.doors import fill

pytestmark = pytest.mark.slow


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    """On `localhost`, which to a browser is another site than the cloud's 127.0.0.1."""
    port = free_port()
    provider = OpenIdProvider(SystemClock(), issuer=f"http://localhost:{port}")
    server = uvicorn.Server(uvicorn.Config(provider.app, host="127.0.0.1", port=port, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE_S
    while not server.started:
        assert time.monotonic() < deadline, "the provider does not start"
        time.sleep(0.01)
    yield provider
    server.should_exit = True
    thread.join(PATIENCE_S)


@pytest.fixture
def cloud(tmp_path: Path, provider: OpenIdProvider) -> Iterator[str]:
    given = {
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": provider.client_id,
        "OIDC_CLIENT_SECRET": provider.client_secret,
    }
    running = serving.start(tmp_path / "cloud", None, **given)
    yield running.url
    assert running.stop()[0] == 0


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    with visitor(chromium, **PHONE) as phone:
        yield phone


def test_make_an_organization_sign_out_and_come_back(cloud: str, provider: OpenIdProvider, phone: Page) -> None:
    phone.goto(f"{cloud}/register")
    fill(phone, organizationName="Acme")
    expect(phone.locator("a[data-sso]")).to_have_css("text-align", "center")  # its words take two lines
    phone.locator("a[data-sso]").click()
    phone.wait_for_url("**/screens")

    sign_out(phone, cloud)
    expect(phone.locator("main")).to_contain_text("Sign out there too")

    # A page that was wanted is come back to, with what its fragment said.
    phone.goto(f"{cloud}/pair")
    phone.wait_for_url("**/sign-in?**")
    phone.goto(f"{cloud}/sign-in?next=/pair#code=ABC234&claimKey=k")
    phone.locator("a[data-sso]").click()
    phone.wait_for_url(f"{cloud}/pair#code=ABC234&claimKey=k")

    # Who is turned away is told why, and what to do.
    sign_out(phone, cloud)
    provider.person = {}
    phone.locator("a[data-sso]").click()
    expect(phone.locator("h1")).to_have_text("You were not signed in")


def sign_out(phone: Page, cloud: str) -> None:
    phone.goto(f"{cloud}/account")
    phone.locator("main [data-sign-out]").click()
    phone.wait_for_url("**/sign-in?signed-out")
