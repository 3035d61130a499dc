from collections.abc import Iterator
from dataclasses import replace

import pytest

from cloud.config import CloudConfig
from tests.cloud.house import House
from tests.cloud.sso.visitor import Visitor, address_of, know
from tests.fakes.clock import FakeClock
from tests.fakes.openid_provider import OpenIdProvider


@pytest.fixture
def provider(clock: FakeClock) -> OpenIdProvider:
    return OpenIdProvider(clock)


@pytest.fixture
def config(config: CloudConfig, provider: OpenIdProvider) -> CloudConfig:
    return replace(config, oidc=address_of(provider))


@pytest.fixture
def house(config: CloudConfig, clock: FakeClock, provider: OpenIdProvider) -> Iterator[House]:
    """A cloud whose provider is the one of this test."""
    with House(config, clock) as house:
        know(house, provider)
        yield house


@pytest.fixture
def visitor(house: House, provider: OpenIdProvider) -> Visitor:
    return Visitor(house, provider)
