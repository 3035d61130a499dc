"""`python -m edge.cli`: the command `vizora` where it is not on the PATH."""

import sys

from edge.cli.main import main

sys.exit(main())
