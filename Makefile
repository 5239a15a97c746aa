# Stageroute: every command a developer needs. `make` alone prints this list.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
export STAGEROUTE_HOME ?= $(CURDIR)/instance

.PHONY: help runtime tooling bench-tooling start test check deep faults bench assets lock translations screenshots format clean

help: ## Print this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Who names a Python gets that one; otherwise an environment that is there already is good enough.
INSTALL = $(PYTHON) tools/install.py $(1) --venv $(VENV) $(if $(filter command environment,$(firstword $(origin PYTHON))),--chosen)

runtime: ## Install the libraries that the program needs
	@$(call INSTALL,runtime)

tooling: ## Install those of the tests too
	@$(call INSTALL,test)

bench-tooling: ## Install those of the benchmarks too
	@$(call INSTALL,bench)

start: runtime ## Set up everything and serve the demo on http://127.0.0.1:8000
	@HOST=$(HOST) PORT=$(PORT) exec $(BIN)/python tools/start.py

check: tooling ## Gates only: format, lint, types, the dependency rule
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache | tail -n 12

test: tooling ## Gates and the whole test suite, with a summary of what was skipped
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python tools/system_packages.py
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not deep"

deep: tooling ## Property tests with 10 000 examples each
	@$(BIN)/python -m pytest -n 2 -m deep

faults: tooling ## Kill server and worker 20 times on SQLite and on PostgreSQL, and count what is left
	@$(BIN)/python -m tests.faults.kill --rounds 20 --database both
	@$(BIN)/python -m tests.faults.proposals --rounds 20 --database both

bench: bench-tooling ## Measure against the named peers; writes instance/bench/*.json
	@$(BIN)/python -m tests.bench $(BENCH)

assets: ## Rebuild webapp/static/dist from webapp/assets (needs npm)
	@cd webapp/assets && npm ci --no-audit --no-fund --silent && node build.mjs

lock: ## Compile requirements*.txt from requirements*.in, with hashes and without an index host
	@$(PYTHON) tools/lock.py

translations: tooling ## Bring the English texts up to date and print what has none
	@$(BIN)/python tools/translations.py

screenshots: tooling ## Take the pictures of the README with headless Chromium
	@$(BIN)/python tools/screenshots.py

format: tooling ## Format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

clean: ## Remove the virtual environment and caches (never your data in instance/)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
