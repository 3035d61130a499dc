"""The broken twin: the same without the walls."""

import sys

from cloud.content.privacy import child
from tests.cloud.content.privacy.children import is_taken_over

if __name__ == "__main__":
    wanted = ("read a file", "open a socket", "raise its limits")
    is_taken_over.TRIES = {name: is_taken_over.TRIES[name] for name in wanted}
    child.without_private_data = is_taken_over.taken_over
    child.confine = lambda *_, **__: None  # type: ignore[assignment,misc,return-value]
    sys.exit(child.main(sys.argv[1:]))
