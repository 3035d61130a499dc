"""The appliance: processes that meet in files and sockets on the device, not in imports."""
