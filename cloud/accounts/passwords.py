"""Password hashes: argon2id with OWASP's 19 MiB, t=2, p=1, in threads of their own so that the loop never waits."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_CHARACTERS = 10
MAX_CHARACTERS = 200


class Passwords:
    def __init__(self, *, memory_kib: int = 19_456, threads: int = 2) -> None:
        self._memory_kib = memory_kib
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="passwords")

    def make(self, password: str) -> str:
        """Takes its time: not for the event loop."""
        return self._hasher.hash(password)

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.make, password)

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """False for None too, after the same work: an unknown address takes as long as a wrong password."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.check, password_hash, password)

    def check(self, password_hash: str | None, password: str) -> bool:
        """Takes its time: not for the event loop."""
        from argon2.exceptions import InvalidHashError, VerificationError

        nobody = self._nobody  # also when it is not needed: the first check takes as long whoever asks
        try:
            self._hasher.verify(password_hash or nobody, password)
            return password_hash is not None
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher  # here: a start needs no passwords

        return PasswordHasher(time_cost=2, memory_cost=self._memory_kib, parallelism=1)

    @cached_property
    def _nobody(self) -> str:
        """What the password of an unknown address is checked against."""
        return self._hasher.hash("nobody's")

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
