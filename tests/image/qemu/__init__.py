"""Real images in an emulated machine: `make image-test`. Minutes, not seconds: never part of `make test`."""
