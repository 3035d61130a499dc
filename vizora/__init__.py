"""The shared language of screen and cloud: manifest, schedule, trust.

Pure: nothing here reads a clock, a file, a network or a random source; everything comes in as an argument.
The one exception is the time zone database, which is read from the pinned `tzdata` package.
"""

__version__ = "0.1.0"
