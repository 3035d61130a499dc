"""The broken twin: the same without the walls."""

import sys

from cloud.content.privacy import child
from tests.cloud.content.privacy.children.is_taken_over import taken_over

if __name__ == "__main__":
    tries = taken_over(("read a file", "open a socket", "raise its limits"))
    sys.exit(child.main(sys.argv[1:], tries, confine=lambda *_, **__: None))
