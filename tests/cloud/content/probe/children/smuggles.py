"""Gives a web page as its thumbnail."""

import os

if __name__ == "__main__":
    os.write(1, b'{"outcome":"whole","width":5,"height":9}\n<html><script>alert(1)</script>')
