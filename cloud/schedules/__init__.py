"""Schedules: which playlist or layout is on when, on which screens."""
