#!/usr/bin/env python3
"""What only hardware can show: `tools/prove_on_a_pi.py` asks a person with a Raspberry Pi, and writes what was seen.

Run it on any computer beside the Pi. Each step says what to do, waits, takes the time, and asks what happened.
Needs nothing but Python. The report, a JSON file, goes with the issue or the release it is for.
"""

import json
import platform
import sys
import time
from pathlib import Path

STEPS = (
    ("flash", "Flash vizora-rpi-VERSION.img.zst to a card. Cable and display in, power off."),
    ("first-picture", "Switch the power on and press Enter at once; again when the pairing screen is there."),
    ("resolution", "Is it in the display's own resolution, sharp, and without a border?"),
    ("pair", "Pair it by phone, publish a picture and a film with sound. Do both come, with sound, smoothly?"),
    ("second-start", "Pull the plug, put it back and press Enter; again when the content is there."),
    ("update", "Put in a stick with a newer .raucb. Does the screen restart by itself and show content?"),
    ("confirmed", "Wait three minutes, pull the plug, put it back. Does the new version still run?"),
    ("bad-update", "The same with an update whose root holds no system. Does the old version come back by itself?"),
    ("cut-while-installing", "Start an update, pull the plug after five seconds. Does content come back?"),
    ("ten-plugs", "Pull the plug ten times, at any moment of the start. Does content come back each time?"),
    ("no-display", "Start without a display, plug it in after a minute. Does the picture come?"),
    ("watchdog", "On the diagnostics page: is a hardware watchdog (bcm2835-wdt) in use?"),
    ("heat", "After an hour of film: temperature and throttling on the diagnostics page?"),
)
TIMED = ("first-picture", "second-start")


def main() -> int:
    model = input("Which Pi is it (4, 5, 400, CM4 …)? ")
    version = input("Which version of Vizora? ")
    seen = []
    for name, text in STEPS:
        print(f"\n{name}: {text}")
        input("Enter when you begin … ")
        began = time.monotonic()
        if name in TIMED:
            input("Enter when it is there … ")
        seconds = round(time.monotonic() - began, 1) if name in TIMED else None
        answer = input("Did it work (y/n, s to leave it out)? ").strip().lower()
        worked = {"y": True, "n": False}.get(answer)
        seen.append({"step": name, "worked": worked, "seconds": seconds, "note": input("Note: ")})
    report = Path(f"pi-{model}-{version}.json")
    told = {"model": model, "version": version, "host": platform.platform(), "steps": seen}
    report.write_text(json.dumps(told, indent=1))
    print(f"\n{report}: {sum(step['worked'] is True for step in seen)} of {len(seen)} worked")
    return 0 if all(step["worked"] is not False for step in seen) else 1


if __name__ == "__main__":
    sys.exit(main())
