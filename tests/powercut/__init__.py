"""A laboratory for power cuts: what a program did to its disk is written down by strace and cut off at any point."""
