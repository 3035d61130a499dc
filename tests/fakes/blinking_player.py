"""The player with a stage that clears the screen whenever another picture is due, as simple players do."""

import os
import sys

from edge.player import __main__ as player
from edge.player.stage.scene import Layer, Scene
from edge.player.stage.stage import Stage


class BlinkingStage(Stage):
    _before: tuple[Layer, ...] = ()

    def present(self, scene: Scene) -> None:
        if [layer.texture for layer in scene.layers] != [layer.texture for layer in self._before]:
            for _ in range(3):
                super().present(Scene("#000000", ()))
        self._before = scene.layers
        super().present(scene)


if __name__ == "__main__":
    player.Stage = BlinkingStage  # type: ignore[attr-defined]
    sys.exit(player.main(os.environ))
