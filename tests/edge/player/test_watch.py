"""Looking again and again, on a thread."""

import os

from edge.player.watch import Watch
from tests.edge.player.rig import Library
from tests.edge.player.test_following import follower, some


def test_the_watch_sees_a_new_manifest(library: Library) -> None:
    watch = Watch(follower(library), (library.paths.current_manifest.parent,))
    library.publish(some(library))
    outlook = watch.latest()
    while outlook is None or outlook.sequencer is None:
        os.sched_yield()
        outlook = watch.latest() or outlook
    watch.close()

    assert outlook.sequencer.manifest.version == 1
