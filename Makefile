# One command each, from a fresh clone. `make` alone lists them.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8090
SAMPLE ?=
WORKERS ?= 3
ARGS ?=
BENCH ?= $(filter-out %/page.py,$(wildcard tests/bench/*.py))

PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
LOCK := $(PY) -m uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command "make lock"

# With this set nothing would be compiled ahead, and every start of the program would take twice as long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo run test audit lint format bench seizure lock clean

help:
	@echo "make demo    try Kauli in the browser, without Telegram (PORT=8090, SAMPLE=1 for a union with members)"
	@echo "make run     run the bot (settings in the environment or in .env)"
	@echo "make test    check everything: tests, types, style, import contracts, translations (ARGS=... for pytest)"
	@echo "make audit   attack it and write docs/AUDIT.md, half an hour (ARGS=--quick for a look, ARGS=\"--seed 7\")"
	@echo "make lint    only style, types and import contracts"
	@echo "make format  put the code into its form"
	@echo "make bench   measure and print (BENCH=tests/bench/some.py for one)"
	@echo "make seizure write docs/SEIZURE.md: what a seizure of an invented union yields about one of its people"
	@echo "make lock    renew the locked versions after a change in pyproject.toml (ARGS=--upgrade: newest of all)"
	@echo "make clean   remove what these commands made; data and keys stay"

demo: $(VENV)/run
	$(PY) -m bot demo --port $(PORT) $(if $(filter-out 0,$(SAMPLE)),--sample)

run: $(VENV)/run
	$(PY) -m bot run

test: $(VENV)/dev
	$(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

audit: $(VENV)/dev
	$(PY) -m tests.audit $(ARGS)

lint: $(VENV)/dev
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

format: $(VENV)/dev
	$(PY) -m ruff check --fix-only
	$(PY) -m ruff format

bench: $(VENV)/dev
	@set -e; for file in $(BENCH); do case $$file in \
		*/test_*) $(PY) -m pytest -s -m bench $$file ;; \
		*) echo "$$file"; $(PY) -m tests.bench.$$(basename $$file .py) ;; \
	esac; done

seizure: $(VENV)/run
	$(PY) -m bot seizure --example > docs/SEIZURE.md

lock: $(PY)
	$(PIP) "uv>=0.13.9,<0.14"
	$(LOCK) $(ARGS) --output-file requirements.lock
	$(LOCK) $(ARGS) --group dev --constraints requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -prune -exec rm -rf {} +

# The demo needs the first stamp only; tests take the second, whose lock holds the same versions and more.
$(VENV)/run: requirements.lock $(PY)
	$(PIP) --no-deps --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev: requirements-dev.lock $(PY)
	$(PIP) --no-deps --require-hashes -r requirements-dev.lock
	@touch $(VENV)/run $@

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Kauli needs Python 3.11 or newer. Install it, or name one you have: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "This Python cannot make an environment of its own. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }
