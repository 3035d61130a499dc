"""Reports a fault that nobody knows."""

import os

if __name__ == "__main__":
    os.write(1, b'{"outcome":"fault","fault":{"code":"<b>hacked</b>","parts":{}}}\n')
