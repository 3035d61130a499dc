"""One sound device, kept open, through pygame's own copy of SDL. Where there is none the player is simply silent."""

import ctypes
import os
from collections.abc import Mapping
from pathlib import Path

from edge.player.sound.mixing import FRAME, RATE
from edge.player.stage.sdl import library

AUDIO = 0x10
S16 = 0x8010
BUFFER = 512
"""Frames the device takes at once."""
LOUDEST = 128
STOPPED = 0
TRY_AGAIN = 30.0
"""Seconds between two looks for a device, so that one that is connected later is found."""
DEVICES = Path("/dev/snd")


def may_be_heard(environ: Mapping[str, str], devices: Path = DEVICES) -> bool:
    """Whether it is worth asking SDL: where there is nothing, ALSA complains in a dozen lines each time."""
    if environ.get("SDL_AUDIODRIVER") or environ.get("PULSE_SERVER") or any(devices.glob("pcm*p")):
        return True
    servers = Path(environ.get("XDG_RUNTIME_DIR", "/nowhere"))
    return (servers / "pulse" / "native").exists() or (servers / "pipewire-0").exists()


class _Spec(ctypes.Structure):
    _fields_ = (
        ("freq", ctypes.c_int),
        ("format", ctypes.c_uint16),
        ("channels", ctypes.c_uint8),
        ("silence", ctypes.c_uint8),
        ("samples", ctypes.c_uint16),
        ("padding", ctypes.c_uint16),
        ("size", ctypes.c_uint32),
        ("callback", ctypes.c_void_p),
        ("userdata", ctypes.c_void_p),
    )


class SdlSpeaker:
    """Needs `pygame.display` to be initialized, as a stage does. `look` is called now and then."""

    def __init__(self) -> None:
        self._sdl = library()
        self._sdl.SDL_QueueAudio.argtypes = [ctypes.c_uint32, ctypes.c_char_p, ctypes.c_uint32]
        self._sdl.SDL_GetQueuedAudioSize.restype = ctypes.c_uint32
        self._sdl.SDL_MixAudioFormat.argtypes = [
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.c_uint16,
            ctypes.c_uint32,
            ctypes.c_int,
        ]
        self._device = 0
        self._looked_at: float | None = None

    def look(self, mono: float) -> None:
        """Opens the device if there is one now; lets go of one that was taken away."""
        if self._device and self._sdl.SDL_GetAudioDeviceStatus(self._device) == STOPPED:
            self._sdl.SDL_CloseAudioDevice(self._device)
            self._device = 0
        if self._device or (self._looked_at is not None and mono - self._looked_at < TRY_AGAIN):
            return
        self._looked_at = mono
        if not may_be_heard(os.environ) or self._sdl.SDL_InitSubSystem(AUDIO):
            return
        wanted = _Spec(freq=RATE, format=S16, channels=2, samples=BUFFER)
        self._device = self._sdl.SDL_OpenAudioDevice(None, 0, ctypes.byref(wanted), None, 0)
        if self._device:
            self._sdl.SDL_PauseAudioDevice(self._device, 0)
        else:
            self._sdl.SDL_QuitSubSystem(AUDIO)

    def pending(self) -> float | None:
        if not self._device:
            return None
        queued: int = self._sdl.SDL_GetQueuedAudioSize(self._device)
        return (queued / FRAME + BUFFER) / RATE

    def play(self, samples: bytes) -> None:
        self._sdl.SDL_QueueAudio(self._device, samples, len(samples))

    def mix(self, into: bytearray, samples: bytes, volume: float) -> None:
        target = (ctypes.c_char * len(into)).from_buffer(into)
        self._sdl.SDL_MixAudioFormat(ctypes.addressof(target), samples, S16, len(samples), round(volume * LOUDEST))

    def close(self) -> None:
        if self._device:
            self._sdl.SDL_CloseAudioDevice(self._device)
            self._device = 0
            self._sdl.SDL_QuitSubSystem(AUDIO)
