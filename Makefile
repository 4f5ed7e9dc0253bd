# make setup | demo | test | lint | lock
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup demo test lint lock clean browser

setup: .venv/.installed

.venv/.installed: requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv 2>/dev/null || { \
	  echo "python3-venv is missing, installing it"; \
	  apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv .venv; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
	@$(BIN)/python -m tests.replica.demo

test: setup browser lint
	$(BIN)/python -m pytest -n 2 --dist worksteal

# The browser tests need a Chromium: Playwright's own, else the distribution's package.
browser: setup
	@$(BIN)/python -c 'import sys; from scrapers.browser import find_chromium; sys.exit(find_chromium() is None)' \
	  || $(BIN)/playwright install chromium \
	  || { apt-get update -qq && apt-get install -y -qq chromium; }

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --verbose

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate -o requirements/runtime.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate -o requirements/dev.lock

clean:
	rm -rf .venv demo build dist *.egg-info
