"""What the pages that a device serves itself have in common: sockets, what stands before a request, short forms."""
