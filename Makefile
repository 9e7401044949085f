# `make` lists what there is. Works with GNU make 3.81 (macOS) and later.
PYTHON ?= $(shell command -v python3 || command -v python || echo python3)
BIN = .venv/bin
RUNGS = $(BIN)/rungs

.DEFAULT_GOAL := help
.PHONY: help start teach test check build book links demo bench system clean

help:
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-8s %s\n' "$$name" "$$what"; done

start: ## open JupyterLab on your notebooks, in work/ (NO_BROWSER=1 only prints the address)
	@$(PYTHON) start.py learn

teach: ## open JupyterLab at the course's root, with formgrader
	@$(PYTHON) start.py teach

test: ## set up everything and run every test; ends with the time budget
	@$(PYTHON) start.py test
	@$(BIN)/python -m pytest

check: tools ## format, lint, strict types, generated notebooks up to date, the curriculum's lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict autograder start.py
	$(RUNGS) build --check
	$(RUNGS) lint

build: tools ## write notebooks/source/ and notebooks/release/ from notebooks/lessons/
	@$(RUNGS) build

book: tools ## build the site into _build/html
	@$(RUNGS) book

links: tools ## ask every address outside the book whether it answers; reports, and fails nothing
	@$(RUNGS) book --links

pdf: tools ## print the book into _build/rungs.pdf
	@$(RUNGS) book --pdf

demo: tools ## play a whole class without a person and compare the marks with what they must be
	@$(RUNGS) demo

bench: ## what is too slow for make test: long seeds, soak runs, ratios
	@$(PYTHON) start.py test
	@$(RUNGS) truth --seeds 200
	@$(BIN)/python -m pytest -m bench

system: ## install the Debian packages that grading and the tests need, or print the line
	@.ci/system

clean: ## remove what was built; leaves .venv, work/ and .rungs/ alone
	@rm -rf _build dist .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

.PHONY: tools
tools:
	@$(PYTHON) start.py tools
