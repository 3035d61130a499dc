"""Ends by a fault of our own."""

if __name__ == "__main__":
    raise ImportError("a library is missing")
