"""Names for the ids that cross the wire, so that one is never taken for another. All are UUID strings."""

from typing import NewType

DeviceId = NewType("DeviceId", str)
OrganizationId = NewType("OrganizationId", str)
ContentId = NewType("ContentId", str)
PlaylistId = NewType("PlaylistId", str)
LayoutId = NewType("LayoutId", str)
ScheduleId = NewType("ScheduleId", str)
OverrideId = NewType("OverrideId", str)
ItemId = NewType("ItemId", str)
ZoneId = NewType("ZoneId", str)
KeyId = NewType("KeyId", str)
BootId = NewType("BootId", str)

MAIN_ZONE = ZoneId("main")
"""The zone of a full-screen playlist (CONTRACT section 6)."""
