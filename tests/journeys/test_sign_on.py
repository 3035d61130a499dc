"""Signing in by a provider on another site, in a real browser, with its `SameSite` cookies and our CSP."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from cloud.clock import SystemClock
from tests.cloud import serving
from tests.fakes.openid_provider import OpenIdProvider
from tests.free_port import free_port
from tests.journeys.browser import PATIENCE_S, Browser, browser

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
def phone(tmp_path: Path) -> Iterator[Browser]:
    with browser(tmp_path / "profile") as phone:
        phone.be_a_phone()
        yield phone


def test_make_an_organization_sign_out_and_come_back(
    cloud: str, provider: OpenIdProvider, phone: Browser, tmp_path: Path
) -> None:
    phone.open(f"{cloud}/register")
    phone.fill(organizationName="Acme")
    phone.click("a[data-sso]")
    phone.until("location.pathname === '/screens' && document.querySelector('[data-sign-out]')")

    phone.click("[data-sign-out]")
    phone.until("location.search === '?signed-out'")
    assert "Sign out there too" in phone.text("main")
    phone.screenshot(tmp_path / "signed-out.png")

    # A page that was wanted is come back to, with what its fragment said.
    phone.open(f"{cloud}/pair")
    phone.until("location.pathname === '/sign-in'")
    phone.open(f"{cloud}/sign-in?next=/pair#code=ABC234&claimKey=k")
    phone.click("a[data-sso]")
    phone.until("location.pathname === '/pair' && document.querySelector('[data-sign-out]')")
    assert phone.value("location.hash") == "#code=ABC234&claimKey=k"

    # Who is turned away is told why, and what to do.
    phone.click("[data-sign-out]")
    phone.until("location.search === '?signed-out'")
    provider.person = {}
    phone.click("a[data-sso]")
    phone.until("document.querySelector('h1')?.innerText === 'You were not signed in'")
    phone.screenshot(tmp_path / "turned-away.png")
    assert phone.violations == []
