"""Real servers for the tests, each in a temporary folder on a free port of 127.0.0.1, ended by its pid.

A server whose program is missing fails the test that asks for it, with what to install: nothing is skipped.
"""
