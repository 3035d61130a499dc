# Two commands do everything: `make demo` and `make test`. Each sets up what it needs first.
.DELETE_ON_ERROR:
.PHONY: help setup demo test test-packages test-engine check bench lock clean

PYTHON := .venv/bin/python

help:
	@echo "make demo    cloud and one player on this machine, with content on the glass (Ctrl-C ends it)"
	@echo "make test    every test, with everything the tests need"
	@echo "make check   lint, types, import contracts"
	@echo "make bench   the figures the documentation quotes, measured here"
	@echo "make setup   the Python environment only (.venv)"
	@echo "make lock    pin the requirements anew (needs uv)"

setup: .venv/ready

.venv/ready: requirements/dev.txt pyproject.toml tools/setup.sh
	@tools/setup.sh

demo: setup
	@$(PYTHON) -m edge.cli demo $(DEMO)

test-packages:
	@tools/test-packages.sh

test-engine: .venv/engine

.venv/engine: .venv/ready requirements/dev-clickhouse.txt
	@echo "setup: installing the engine of ClickHouse for the tests (some 440 MB, once)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev-clickhouse.txt
	@touch .venv/engine

test: setup test-packages test-engine
	@$(PYTHON) -m coverage run --data-file=.coverage.core -m pytest -q tests/vizora
	@$(PYTHON) -m coverage report --data-file=.coverage.core --fail-under=100 --skip-covered
	@$(PYTHON) -m pytest -q --ignore=tests/vizora
	@VIZORA_TEST_SIZE=configured $(PYTHON) -m pytest -q tests/cloud

check: setup
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache 2>&1 | sed -n '/Contracts/,$$p;/BROKEN/p'; .venv/bin/lint-imports --no-cache > /dev/null

bench: setup
	@$(PYTHON) -m bench $(BENCH)

lock:
	@tools/lock.sh

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
