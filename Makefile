# Two commands do everything: `make demo` and `make test`. Each sets up what it needs first.
.DELETE_ON_ERROR:
.PHONY: help setup demo test test-servers test-packages soak image-test check bench pictures messages lock clean

PYTHON := .venv/bin/python

help:
	@echo "make demo    cloud and one player on this machine, with content on the glass (Ctrl-C ends it)"
	@echo "make test    every test, with everything the tests need"
	@echo "make soak    the proofs that take minutes, in full: SOAK=\"plays uploads …\" (default: all)"
	@echo "make image-test  an appliance image built and lived through in QEMU: pairing, content, updates, a pulled plug"
	@echo "make check   lint, types, import contracts"
	@echo "make bench   the figures the documentation quotes, measured here"
	@echo "make pictures  the pictures in docs/images"
	@echo "make messages  the catalogs of the web pages, with the messages that are new"
	@echo "make setup   the Python environment only (.venv)"
	@echo "make lock    pin the requirements anew (needs uv)"

setup: .venv/dev

# Each kind of requirements leaves a file of its name in .venv; see tools/setup.sh.
.venv/demo .venv/dev .venv/dev-clickhouse: .venv/%: requirements/%.txt pyproject.toml tools/setup.sh
	@tools/setup.sh $*

demo: .venv/demo
	@$(PYTHON) -m edge.cli demo $(DEMO)

test-packages:
	@tools/test-packages.sh

test: .venv/dev-clickhouse test-packages
	@$(PYTHON) -m coverage run --data-file=.coverage.core -m pytest -q tests/vizora
	@$(PYTHON) -m coverage report --data-file=.coverage.core --fail-under=100 --skip-covered
	@$(PYTHON) -m pytest -q $(SIDE_BY_SIDE) --ignore=tests/vizora
	@VIZORA_TEST_SIZE=configured $(PYTHON) -m pytest -q $(SIDE_BY_SIDE) $(ON_SERVERS)

# As many at once as there are cores, four at the most: each starts servers of its own.
SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist loadfile

# The same tests on PostgreSQL, Redis and S3, for the rooms whose work differs there; test-servers runs every one.
ON_SERVERS := $(addprefix tests/cloud/,screens publishing device realtime playlists uploads jobs)

test-servers: .venv/dev-clickhouse test-packages
	@VIZORA_TEST_SIZE=configured $(PYTHON) -m pytest -q $(SIDE_BY_SIDE) tests/cloud

soak: .venv/dev-clickhouse test-packages
	@$(PYTHON) -m tests.soak $(SOAK)

# As root. Minutes: software emulation. IMAGE_TEST="--reuse" takes the image and updates of the last run.
image-test: setup
	@tools/image-packages.sh qemu
	@$(PYTHON) -m pytest -q tests/image/qemu/rauc_on_files.py
	@$(PYTHON) -m tests.image.qemu.road $(IMAGE_TEST)

check: setup
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache 2>&1 | sed -n '/Contracts/,$$p;/BROKEN/p'; .venv/bin/lint-imports --no-cache > /dev/null

# The pictures in docs/images, taken anew: of the web pages, and of what is on the glass.
pictures: setup test-packages
	@$(PYTHON) -m tests.journeys.pictures
	@$(PYTHON) -m tools.make_pictures

# New messages come into cloud/web/words/*.po to be translated, those that nobody says any more go.
messages: setup
	@$(PYTHON) -m tools.messages

bench: setup
	@$(PYTHON) -m bench $(BENCH)

lock:
	@tools/lock.sh

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
