# Every target is described in docs/development.md; a test keeps the two in step.
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python
ARGS ?=

.PHONY: help setup setup-dev run test check format lock notice clean

help: ## List what make can do here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## Install what the program needs (Python 3.11 or newer is enough)
	@sh tools/setup.sh run

setup-dev: ## Also install what the tests need, with a browser
	@sh tools/setup.sh dev

run: setup ## Open Unpinch in the browser, on this machine alone (ARGS="..." for its options)
	@.venv/bin/unpinch $(ARGS)

test: setup-dev ## Every gate: style, types, imports, all tests, coverage
	@$(PY) -m tools.check all

check: ## The fast gates: no browser, no coverage
	@sh tools/setup.sh check
	@$(PY) -m tools.check fast

format: ## Rewrite the Python code in the project's style
	@sh tools/setup.sh check
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

lock: ## Lock the dependencies anew (ARGS=--upgrade for the newest)
	@sh tools/setup.sh run
	@$(PY) -m tools.lock $(ARGS)

notice: ## Write NOTICE anew from the licences of what is installed
	@sh tools/setup.sh check
	@$(PY) -m tools.notice

clean: ## Remove what setup and the tests made; journals are kept elsewhere and stay
	@rm -rf .venv build dist node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
