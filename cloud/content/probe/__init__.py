"""Proof by decoding, in a throw-away process that can open nothing and reach nobody."""
