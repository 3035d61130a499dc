"""The manifest, format 1: what one screen plays, and why it may believe it (CONTRACT section 5)."""
