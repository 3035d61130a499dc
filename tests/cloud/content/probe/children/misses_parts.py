"""Reports a fault without the parts that its sentence tells of."""

import os

if __name__ == "__main__":
    os.write(1, b'{"outcome":"fault","fault":{"code":"cut-off","parts":{"have":1}}}\n')
