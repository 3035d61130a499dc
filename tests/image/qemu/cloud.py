"""A cloud on this machine's loopback for the guest, and an admin who works with it over the public API."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.cli.demo.api import CloudApi
from tests.child_process import dies_with_its_parent
from tests.image.qemu.machine import GUEST_CLOUD

ROOT = Path(__file__).parents[3]
PUBLIC_URL = f"http://{GUEST_CLOUD}:3000"
"""The address as the guest knows it."""


@contextmanager
def cloud(data: Path, port: int) -> Iterator[CloudApi]:
    """Signed in as the admin of a new organization."""
    log = (data.parent / "cloud.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "cloud", "serve", "--port", str(port), "--data", str(data)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "VIZORA_PUBLIC_URL": PUBLIC_URL, "VIZORA_REGISTRATION": "open"},
        stdout=subprocess.PIPE,
        stderr=log,
        preexec_fn=dies_with_its_parent,
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        api = CloudApi(f"http://127.0.0.1:{port}")
        api.register("image-test@vizora.example", "correct horse battery", "Image test")
        yield api
    finally:
        process.terminate()
        process.wait(60)
        log.close()
