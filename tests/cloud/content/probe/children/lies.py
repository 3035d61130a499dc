"""Answers with what no decoder would say."""

import os

if __name__ == "__main__":
    os.write(1, b'{"outcome":"whole","width":-5,"height":9,"evil":true}\n<html>')
