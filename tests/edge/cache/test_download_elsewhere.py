"""Downloads from an object store the cloud sends us to (CONTRACT section 3: a 307 to a presigned address)."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from edge.cache.device_calls import DeviceCalls
from edge.cache.download import Broken, Fetched, Outcome, Wrong, fetch, part_path
from edge.cache.plan import File
from edge.http import Fault, UnreachableError, call, elsewhere, stream
from tests.fakes.clock import FakeClock
from tests.fakes.device_cloud import FakeCloud, fake_cloud
from tests.fakes.line_faults import Status
from tests.fakes.object_store import ObjectStore

DATA = os.urandom(500_000)
SHA = hashlib.sha256(DATA).hexdigest()
FILE = File(SHA, len(DATA), "video/mp4")


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        yield running


@pytest.fixture
def store() -> Iterator[ObjectStore]:
    made = ObjectStore()
    made.objects[SHA] = DATA
    with made.running():
        yield made


@pytest.fixture
def bring(tmp_path: Path, cloud: FakeCloud, store: ObjectStore) -> Callable[[str], Outcome]:
    def bring(location: str) -> Outcome:
        cloud.fail("/api/device/assets", Status(307, (("Location", location),)))
        return fetch(FILE, tmp_path, DeviceCalls(cloud.url, lambda: cloud.token), FakeClock())

    return bring


Bring = Callable[[str], Outcome]


def test_the_file_comes_from_the_store_and_the_token_stays_with_the_cloud(
    bring: Bring, tmp_path: Path, cloud: FakeCloud, store: ObjectStore
) -> None:
    assert bring(store.presigned(SHA)) == Fetched()

    assert (tmp_path / SHA).read_bytes() == DATA
    assert cloud.requests[0].headers["Authorization"] == f"Bearer {cloud.token}"
    assert "Authorization" not in store.asked[0]
    assert cloud.token not in str(store.asked)


def test_a_store_that_sees_a_token_refuses_so_the_test_above_means_something(store: ObjectStore) -> None:
    """The broken twin: what would happen if the token went along."""
    assert call("GET", store.presigned(SHA), token="t").status == 400


def test_a_cut_download_goes_on_from_the_store_where_it_was(
    bring: Bring, tmp_path: Path, cloud: FakeCloud, store: ObjectStore
) -> None:
    store.cut_after = 300_000
    first = bring(store.presigned(SHA))
    assert isinstance(first, Broken)
    assert part_path(tmp_path, SHA).stat().st_size == 300_000

    assert bring(store.presigned(SHA)) == Fetched()

    assert cloud.requests[1].headers["If-Range"] == f'"{SHA}"'
    assert store.asked[1]["Range"] == "bytes=300000-"
    assert "If-Range" not in store.asked[1]  # its tag is no SHA-256: with one the store would send everything again
    assert (tmp_path / SHA).read_bytes() == DATA


def test_other_bytes_of_the_same_length_behind_the_part_are_found_out_and_fetched_anew(
    bring: Bring, tmp_path: Path, store: ObjectStore
) -> None:
    store.cut_after = 300_000
    bring(store.presigned(SHA))
    store.objects[SHA] = DATA[:-1] + bytes([DATA[-1] ^ 1])

    wrong = bring(store.presigned(SHA))
    store.objects[SHA] = DATA

    assert isinstance(wrong, Wrong)
    assert not part_path(tmp_path, SHA).exists()
    assert bring(store.presigned(SHA)) == Fetched()


def test_a_store_with_a_file_of_another_length_is_not_gone_on_from(
    bring: Bring, tmp_path: Path, store: ObjectStore
) -> None:
    store.cut_after = 300_000
    bring(store.presigned(SHA))
    store.objects[SHA] = DATA + b"more"

    assert isinstance(bring(store.presigned(SHA)), Wrong)


def test_an_address_that_has_expired_is_asked_for_anew(bring: Bring, store: ObjectStore) -> None:
    assert isinstance(bring(store.presigned(SHA, signature="old")), Wrong)

    assert bring(store.presigned(SHA)) == Fetched()


@pytest.mark.parametrize("location", ["", "ftp://store/x", "http://[store/x", "file:///etc/passwd"])
def test_a_redirect_to_nowhere_is_no_answer(bring: Bring, location: str) -> None:
    outcome = bring(location)

    assert isinstance(outcome, Broken)
    assert outcome.error.fault in (Fault.PORTAL, Fault.CUT)


def test_from_tls_nobody_is_led_to_plain_text() -> None:
    answer = requests.Response()
    answer.status_code = 307
    answer.headers["Location"] = "http://store.example/x"

    assert elsewhere(answer, "http://cloud.example/a") == "http://store.example/x"
    assert elsewhere(answer, "https://cloud.example/a") is None


@pytest.mark.parametrize("status", [301, 302, 303, 308])
def test_other_redirects_are_a_sign_in_page(cloud: FakeCloud, store: ObjectStore, status: int) -> None:
    cloud.fail("/", Status(status, (("Location", store.presigned(SHA)),)))

    with pytest.raises(UnreachableError) as caught, stream("GET", cloud.url, token=cloud.token):
        pass

    assert caught.value.fault is Fault.PORTAL
    assert store.asked == []


def test_a_second_redirect_is_not_followed(cloud: FakeCloud) -> None:
    cloud.fail("/", Status(307, (("Location", cloud.url + "/again"),)), Status(307, (("Location", cloud.url),)))

    with pytest.raises(UnreachableError) as caught, stream("GET", cloud.url, token=cloud.token):
        pass

    assert caught.value.fault is Fault.PORTAL
    assert len(cloud.requests) == 2
