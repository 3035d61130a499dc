import pytest

from cloud.config import load
from cloud.servers import S3Address
from cloud.settings import WrongSettingsError

S3 = {
    "MINIO_ENDPOINT": "s3.example.org",
    "MINIO_ACCESS_KEY": "access",
    "MINIO_SECRET_KEY": "hunter2hunter2",
    "MINIO_BUCKET": "vizora",
}


def test_an_s3_store_is_told_in_six_variables_of_which_two_have_defaults() -> None:
    assert load(S3).s3 == S3Address("s3.example.org", "vizora", "access", "hunter2hunter2", use_ssl=True)
    plain = load(S3 | {"MINIO_PORT": "9000", "MINIO_USE_SSL": "false"}).s3
    assert plain == S3Address("s3.example.org:9000", "vizora", "access", "hunter2hunter2", use_ssl=False)
    assert load({}).s3 is None


@pytest.mark.parametrize("missing", ["MINIO_ACCESS_KEY", "MINIO_SECRET_KEY", "MINIO_BUCKET", "MINIO_ENDPOINT"])
def test_half_a_store_is_a_fault(missing: str) -> None:
    with pytest.raises(WrongSettingsError, match=missing):
        load({name: value for name, value in S3.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MINIO_ENDPOINT", "http://s3.example.org"),
        ("MINIO_ENDPOINT", "s3.example.org/bucket"),
        ("MINIO_BUCKET", "Not_A_Bucket"),
        ("MINIO_PORT", "ninethousand"),
        ("MINIO_USE_SSL", "maybe"),
    ],
)
def test_a_wrong_part_is_named_and_the_secret_never_shown(name: str, value: str) -> None:
    with pytest.raises(WrongSettingsError, match=f"{name} .*allowed") as fault:
        load(S3 | {name: value})

    assert "hunter2" not in str(fault.value)


def test_a_port_is_said_once() -> None:
    with pytest.raises(WrongSettingsError, match="in one of the two"):
        load(S3 | {"MINIO_ENDPOINT": "s3.example.org:9000", "MINIO_PORT": "9000"})


@pytest.mark.parametrize("url", ["redis://cache:6379/0", "rediss://:secret@cache.example.org"])
def test_redis_is_told_by_its_address(url: str) -> None:
    assert load({"REDIS_URL": url}).redis_url == url


@pytest.mark.parametrize("url", ["cache:6379", "http://cache", "redis://", "redis://cache:port"])
def test_what_is_no_redis_address_is_named(url: str) -> None:
    with pytest.raises(WrongSettingsError, match=r"REDIS_URL is no Redis address"):
        load({"REDIS_URL": url})
