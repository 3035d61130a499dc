"""What is in an image, as a CycloneDX 1.5 document: every Debian and every Python package, with versions."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from image.layout import named_uuid
from image.lock import Package


def document(board: str, version: str, debian: Iterable[Package], python: Mapping[str, str]) -> str:
    components = [_debian(package) for package in sorted(debian)]
    components += [_python(name, python[name]) for name in sorted(python)]
    about = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{named_uuid(board, f'sbom/{version}')}",
        "version": 1,
        "metadata": {"component": {"type": "operating-system", "name": f"vizora-{board}", "version": version}},
        "components": components,
    }
    return json.dumps(about, indent=1) + "\n"


def _debian(package: Package) -> dict[str, Any]:
    purl = f"pkg:deb/debian/{package.name}@{quote(package.version, safe='')}?arch={package.architecture}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": package.sha256}],
    }


def _python(name: str, version: str) -> dict[str, Any]:
    purl = f"pkg:pypi/{name}@{quote(version, safe='')}"
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
