import json
from datetime import date
from pathlib import Path

from image import boards, release, sbom
from image.lock import Package
from image.release import Measured


def test_the_parts_list_names_every_package_with_version_and_hash() -> None:
    packages = [Package("libegl1", "1:1.7+b1", "amd64", "a" * 64)]
    document = json.loads(sbom.document("x86-64", "1.0", packages, {"pillow": "13.0.0"}))

    assert document["bomFormat"] == "CycloneDX"
    assert [part["purl"] for part in document["components"]] == [
        "pkg:deb/debian/libegl1@1%3A1.7%2Bb1?arch=amd64",
        "pkg:pypi/pillow@13.0.0",
    ]
    assert document["components"][0]["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}]


def test_checksums_are_as_sha256sum_reads_them(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"")
    (tmp_path / "a").write_bytes(b"abc")

    assert release.checksums([tmp_path / "b", tmp_path / "a"]) == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n"
    )


def test_imager_may_preset_wifi_and_offers_the_image_for_its_models() -> None:
    manifest = release.imager_manifest(
        boards.load("rpi"), "1.0", date(2026, 11, 26), "x.img.zst", Measured(9, "d"), Measured(3, "c")
    )
    (entry,) = json.loads(manifest)["os_list"]

    assert entry["init_format"] == "cloudinit"
    assert entry["devices"] == ["pi4-64bit", "pi5-64bit"]
    assert (entry["extract_size"], entry["extract_sha256"]) == (9, "d")
    assert (entry["image_download_size"], entry["image_download_sha256"]) == (3, "c")
