"""Proofs that take minutes: `make soak SOAK=name`. Each has a short form among the tests, with a broken twin."""
