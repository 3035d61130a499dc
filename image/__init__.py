"""Builds the appliance's disk image. Runs on a developer's or CI's machine, never on a device; not in the wheel."""
