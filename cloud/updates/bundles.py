"""Where the files of releases lie: in the store of files, beside content."""

from dataclasses import dataclass

from cloud.config import CloudConfig
from cloud.content.parts import store_of
from cloud.content.storage import Storage


@dataclass(frozen=True, slots=True)
class Bundles:
    storage: Storage


def bundles_of(config: CloudConfig) -> Bundles:
    """Raises OperatorError."""
    return Bundles(store_of(config, "releases/", config.data_dir / "releases"))
