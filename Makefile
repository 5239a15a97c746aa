# Stageroute: every command a developer needs. `make` alone prints this list.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
export STAGEROUTE_HOME ?= $(CURDIR)/instance

.PHONY: help start test check deep faults bench assets lock translations screenshots format clean

help: ## Print this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: requirements.txt
	@$(PYTHON) tools/check_python.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Stageroute: libraries installeren (eenmalig, enkele minuten) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@$(BIN)/python -m pip check --quiet --disable-pip-version-check
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Stageroute: testgereedschap installeren ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip check --quiet --disable-pip-version-check
	@touch $@

$(VENV)/.installed-bench: requirements-bench.txt $(VENV)/.installed-dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-bench.txt
	@$(BIN)/python -m pip check --quiet --disable-pip-version-check
	@touch $@

start: $(VENV)/.installed ## Set up everything and serve the demo on http://127.0.0.1:8000
	@HOST=$(HOST) PORT=$(PORT) exec $(BIN)/python tools/start.py

check: $(VENV)/.installed-dev ## Gates only: format, lint, types, the dependency rule
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache | tail -n 12

test: $(VENV)/.installed-dev ## Gates and the whole test suite, with a summary of what was skipped
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python tools/system_packages.py
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not deep"

deep: $(VENV)/.installed-dev ## Property tests with 10 000 examples each
	@$(BIN)/python -m pytest -n 2 -m deep

faults: $(VENV)/.installed-dev ## Kill server and worker 20 times on SQLite and on PostgreSQL, and count what is left
	@$(BIN)/python -m tests.faults.kill --rounds 20 --database both
	@$(BIN)/python -m tests.faults.proposals --rounds 20 --database both

bench: $(VENV)/.installed-bench ## Measure against the named peers; writes instance/bench/*.json
	@$(BIN)/python -m tests.bench $(BENCH)

assets: ## Rebuild webapp/static/dist from webapp/assets (needs npm)
	@cd webapp/assets && npm ci --no-audit --no-fund --silent && node build.mjs

lock: ## Compile requirements*.txt from requirements*.in, with hashes and without an index host
	@$(PYTHON) tools/lock.py

translations: $(VENV)/.installed-dev ## Bring the English texts up to date and print what has none
	@$(BIN)/python tools/translations.py

screenshots: $(VENV)/.installed-dev ## Take the pictures of the README with headless Chromium
	@$(BIN)/python tools/screenshots.py

format: $(VENV)/.installed-dev ## Format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

clean: ## Remove the virtual environment and caches (never your data in instance/)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
