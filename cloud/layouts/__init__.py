"""Layouts: a screen divided into zones, each with a playlist."""
