# make setup | demo | test | test-postgresql | test-long | lint | audit | lock | bench
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup demo test test-postgresql test-long lint audit lock bench clean browser

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

# Three files at a time, for on two cores they wait for servers and browsers; the quick ones, which are
# those of `unit`, come last, so that all three end together.
SPREAD := -n 3 --dist loadfile --no-loadscope-reorder

test: setup browser lint audit
	$(BIN)/python -m pytest $(SPREAD)

# The whole suite with its stores on a real PostgreSQL server; `make test` has the most telling of it.
test-postgresql: setup browser
	$(BIN)/python -m pytest $(SPREAD) --store=postgresql

# An hour or more: whole forms of what `make test` plays shortened, and a year read again.
test-long: setup browser
	DVCQG_LONG=1 $(BIN)/python -m pytest $(SPREAD)

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

# Whether anything is known against a pinned package; one line says so where nobody can be asked.
audit: setup .venv-audit/.installed
	@PATH=".venv-audit/bin:$$PATH" $(BIN)/python -m tests.audit requirements/*.lock

.venv-audit/.installed: requirements/audit.lock
	@$(PYTHON) -m venv --without-pip .venv-audit
	$(BIN)/pip --python .venv-audit/bin/python install --quiet --disable-pip-version-check \
	  --require-hashes -r requirements/audit.lock
	@touch $@

# Half an hour: the tables of docs/benchmarks.md. ROWS=20000 is a quick trial, PARTS=merge one part.
bench: setup .venv-bench/.installed
	$(BIN)/python -m benchmarks $(PARTS) $(ROWS)

.venv-bench/.installed: requirements/bench.lock
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.lock
	@touch $@

lock:
	uv pip compile pyproject.toml --extra cluster --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate -o requirements/runtime.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate -o requirements/dev.lock
	uv pip compile requirements/bench.in --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	  --no-emit-index-url --no-header --no-annotate -o requirements/bench.lock
	uv pip compile requirements/audit.in --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate -o requirements/audit.lock

clean:
	rm -rf .venv .venv-audit .venv-bench demo build dist *.egg-info
