"""The glass: the window, what is drawn on it, and whether it is there. It knows pictures and places, no content."""
