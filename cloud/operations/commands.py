"""The commands of `vizora cloud` that are no server: what they open, and what they say."""

import argparse
import getpass
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TextIO

import msgspec

from cloud.clock import SystemClock
from cloud.config import CloudConfig
from cloud.content import belonging
from cloud.content.parts import store_of
from cloud.data_folder import DataFolder
from cloud.db.database import Database, open_postgres, open_sqlite
from cloud.db.migrate import known_steps
from cloud.operations import organizations, releases, same_secrets, snapshot
from cloud.operations.admins import create_admin
from cloud.operations.archive import DATABASE
from cloud.operations.backup import Snap, Stores, backup
from cloud.operations.check import Health, check
from cloud.operations.obstacles import obstacles
from cloud.operations.restore import restore
from cloud.operations.rotation import Announced, ChangedOver, Waiting, rotate
from cloud.publishing import signing_keys
from cloud.publishing.signing_keys import seal_of
from cloud.secret_files import SecretFiles
from cloud.updates.bundles import bundles_of
from cloud.updates.offering import Channel
from cloud.wire import instant
from vizora.errors import OperatorError

DONE, FAILED = 0, 1
Say = Callable[[str], None]


def run(given: argparse.Namespace, config: CloudConfig, out: TextIO, errors: TextIO) -> int:
    """The exit status. Raises OperatorError."""

    def say(sentence: str) -> None:
        print(f"vizora cloud: {sentence}", file=out, flush=True)

    def warn(sentence: str) -> None:
        print(f"vizora cloud: {sentence}", file=errors, flush=True)

    if given.command == "migrate":
        return _migrate(config, say)
    if given.command == "create-admin":
        return _create_admin(config, given, say)
    if given.command == "organization":
        return _organization(config, given, out, say)
    if given.command == "release":
        return _release(config, given, out, say)
    if given.command == "rotate-signing-key":
        return _rotate(config, say, warn, at_once=given.now)
    if given.command == "backup":
        return _backup(config, given.archive, say, warn)
    if given.command == "restore":
        return _restore(config, given.archive, say, warn)
    return _check(config, out, say, as_json=given.json)


def _migrate(config: CloudConfig, say: Say) -> int:
    with _database(config):
        say(f"the database is at step {known_steps()[-1]}")
    return DONE


def _create_admin(config: CloudConfig, given: argparse.Namespace, say: Say) -> int:
    password = _password()
    with _database(config) as database:
        made = create_admin(database, SystemClock(), given.email, password, given.organization)
    say(f"{given.email} is {'an admin' if made else 'let in again: an admin with the new password'}")
    return DONE


def _organization(config: CloudConfig, given: argparse.Namespace, out: TextIO, say: Say) -> int:
    if given.verb == "list":
        with _picture(config) as picture:
            told = organizations.listing(picture, SystemClock())
        for one in told:
            print(msgspec.json.encode(one).decode() if given.json else organizations.sentence(one), file=out)
        return DONE
    if given.screens is None and given.storage is None:
        raise OperatorError("nothing was said to be agreed: give --screens, --storage, or both")
    screens = None if given.screens is None else organizations.screens(given.screens)
    storage = None if given.storage is None else organizations.size(given.storage)
    with _database(config) as database:
        agreed = organizations.agree(database, SystemClock(), given.slug, screens=screens, storage=storage)
    say(organizations.sentence(agreed))
    return DONE


def _release(config: CloudConfig, given: argparse.Namespace, out: TextIO, say: Say) -> int:
    if given.verb == "list":
        with _picture(config) as picture:
            told = releases.listing(picture, bundles_of(config).storage, SystemClock())
        for one in told:
            print(msgspec.json.encode(one).decode() if given.json else releases.sentence(one), file=out)
        return DONE
    with _database(config) as database:
        if given.verb == "add":
            bundle = releases.Bundle(given.bundle, given.version, given.board, Channel(given.channel))
            say(releases.add(database, bundles_of(config).storage, SystemClock(), bundle, config.data_dir))
        elif given.verb == "withdraw":
            releases.withdraw(database, bundles_of(config).storage, SystemClock(), given.version, given.board)
            say(f"{given.version} for {given.board} is offered no more")
        else:
            releases.resume(database, SystemClock(), given.version, given.board)
            say(f"the rollout of {given.version} for {given.board} goes on")
    return DONE


def _rotate(config: CloudConfig, say: Say, warn: Say, *, at_once: bool) -> int:
    with _database(config) as database:
        seal = seal_of(config, SecretFiles(config.data_dir))
        signing_keys.keep_one(database, seal, SecretFiles(config.data_dir), SystemClock())
        outcome = rotate(database, seal, SystemClock(), at_once=at_once)
    match outcome:
        case Announced(new):
            say(f"the key {new} is announced: screens learn of it with their next manifest, the old one still signs")
            say("run this again when they have; it changes over once every screen knows the new key")
        case Waiting(new, screens, of):
            for name in screens[:20]:
                warn(f"does not know the key {new} yet: {name}")
            warn(
                f"{len(screens)} of {of} screens do not know the new key yet. Run this again later; or with --now: "
                "screens follow when they come back, but programs of your own that do not read Vizora-Key-Handover "
                "have to be paired anew"
            )
            return FAILED
        case ChangedOver(old, new):
            say(f"the key {new} signs from now on; {old} is destroyed, and refused by every screen that hears of it")
            say("make a backup now: an older one brings back the old key, which screens no longer trust")
    return DONE


def _backup(config: CloudConfig, archive: Path, say: Say, warn: Say) -> int:
    with _snap(config) as snap:
        made = backup(config.data_dir, archive, stores=_stores(config), snap=snap, clock=SystemClock())
    say(f"{made.path}: {made.files} files, {made.size:,} bytes")
    for key in made.missing[:20]:
        warn(f"not in it, because the cloud does not have it whole any more: content file {key}")
    return FAILED if made.missing else DONE


def _restore(config: CloudConfig, archive: Path, say: Say, warn: Say) -> int:
    stores = _stores(config)

    def vet(unpacked: Path) -> None:
        with snapshot.as_database(unpacked / DATABASE) as picture, picture.read() as connection:
            same_secrets.check(connection, SecretFiles(unpacked), config, archive)
            if belonging.is_anothers(stores.content, connection):
                raise OperatorError(belonging.sentence(config))

    if config.postgres_url is None:
        restored = restore(archive, config.data_dir, stores=stores, vet=vet)
    else:
        database = open_postgres(config.postgres_url)
        try:
            settle = partial(snapshot.put_rows, target=database)
            restored = restore(archive, config.data_dir, stores=stores, vet=vet, settle=settle)
            secrets = SecretFiles(config.data_dir)
            signing_keys.keep_one(database, seal_of(config, secrets), secrets, SystemClock())  # DEVICE_JWT_SECRET's now
        finally:
            database.close()
    say(f"{config.data_dir} is what it was at {restored.created_at}: {restored.files} files")
    for key in restored.missing[:20]:
        warn(f"the backup was made without content file {key}")
    return DONE


def _check(config: CloudConfig, out: TextIO, say: Say, *, as_json: bool) -> int:
    content = _stores(config).content
    with _picture(config) as picture:
        health = check(picture, content, partial(obstacles, config=config, content=content))
        called = snapshot.names_of_files(picture, (*health.missing, *health.damaged))
    if as_json:
        print(msgspec.json.encode({"good": health.good, **msgspec.to_builtins(health)}).decode(), file=out)
    else:
        _tell(health, called, say)
    return DONE if health.good else FAILED


def _tell(health: Health, called: Mapping[str, str], say: Say) -> None:
    for fault in health.database:
        say(f"the database is damaged: {fault}")
    for key in health.missing:
        say(f"a content file is missing: {key} {called[key]}")
    for key in health.damaged:
        say(f"a content file is damaged: {key} {called[key]}")
    for obstacle in health.obstacles:
        say(f"it would not start: {obstacle}")
    if health.orphans:
        say(f"{len(health.orphans)} stored files belong to no content; the next sweep removes what is older than 1 h")
    jobs = health.waiting
    if jobs.jobs or jobs.failing or jobs.given_up:
        oldest = f" (the oldest since {instant(jobs.oldest)})" if jobs.oldest else ""
        say(f"jobs waiting: {jobs.jobs}{oldest}, failing and tried again: {jobs.failing}, given up: {jobs.given_up}")
    if health.database:
        say("what to do: restore the newest backup that is whole into an empty folder (`vizora cloud restore`)")
    if health.missing or health.damaged:
        say("what to do: take these files out of a backup and put them where they were, or upload them anew")
    say(f"{'everything is there and whole' if health.good else 'NOT whole'} ({health.files} content files)")


@contextmanager
def _database(config: CloudConfig) -> Iterator[Database]:
    """To be written: the embedded one belongs to one process, so its cloud has to be stopped."""
    folder = None if config.postgres_url else DataFolder(config.data_dir)
    try:
        database = (
            open_postgres(config.postgres_url) if config.postgres_url else open_sqlite(config.data_dir / DATABASE)
        )
        try:
            yield database
        finally:
            database.close()
    finally:
        if folder is not None:
            folder.close()


@contextmanager
def _snap(config: CloudConfig) -> Iterator[Snap]:
    """How a picture of the database is taken, while the cloud runs."""
    if config.postgres_url is None:
        yield partial(snapshot.take, config.data_dir / DATABASE)
        return
    database = open_postgres(config.postgres_url)
    try:
        yield partial(snapshot.take_rows, database)
    finally:
        database.close()


@contextmanager
def _picture(config: CloudConfig) -> Iterator[Path]:
    with _snap(config) as snap, tempfile.TemporaryDirectory() as aside:
        picture = Path(aside) / DATABASE
        snap(picture)
        yield picture


def _stores(config: CloudConfig) -> Stores:
    return Stores(
        store_of(config, "content/", config.data_dir / "content" / "files"),
        store_of(config, "screenshots/", config.data_dir / "screenshots"),
    )


def _password() -> str:
    """Typed unseen on a terminal, else the first line of standard input; never an argument that others could see."""
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")
