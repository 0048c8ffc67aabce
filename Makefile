# fleetcraft: every target sets up what it lacks in .venv; one whose set-up is complete contacts no network.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The first Python of at least 3.11 that answers; `make test PYTHON=/path/to/python` names another.
PYTHON ?= $(shell for python in python3.11 python3 python3.13 python3.12; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
VENV := .venv
BIN := $(VENV)/bin

# A set-up is complete when the stamp of these very requirements, in this very folder, is there; it is written last.
KEY := $(shell { cat pyproject.toml constraints.txt; pwd; } | cksum | tr ' ' -)
RUNTIME := $(VENV)/set-up-$(KEY)
TOOLS := $(VENV)/set-up-tools-$(KEY)
UNFINISHED := $(VENV)/unfinished
INSTALL := $(BIN)/python -m pip install --quiet --constraint constraints.txt

# The suite looks at reports in a browser, Japanese names included.
DEBIAN_PACKAGES := chromium fonts-noto-cjk
BENCHMARKS := $(patsubst bench/bench_%.py,%,$(wildcard bench/bench_*.py))

# The front end is committed as it is built; only the checks and `make ui` need Node.
UI := studio-ui
MODULES = $(UI)/node_modules/.set-up-$(shell cat $(UI)/package.json $(UI)/package-lock.json | cksum | tr ' ' -)

.PHONY: help demo test soak lint bench browser ui

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14
	@echo "bench-NAME    one benchmark alone, NAME one of: $(BENCHMARKS)"

demo: $(RUNTIME) ## set up, then plan japan-2026: prints the plan and where its report lies
	@$(BIN)/fleetcraft plan japan-2026
	@echo "look at it in a browser: $(BIN)/fleetcraft studio"

test: $(TOOLS) $(MODULES) browser ## set up, then the whole suite: style, types, layers, laws, both examples
	@$(BIN)/python -m pytest -m "not soak" --numprocesses 2 --dist loadfile --no-loadscope-reorder

soak: $(TOOLS) $(MODULES) browser ## the long versions of the checks that test samples
	@$(BIN)/python -m pytest -m soak

lint: $(TOOLS) ## ruff, mypy and the import layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

ui: $(MODULES) ## check the studio's front end and build it into src/fleetcraft/studio/static
	@cd $(UI) && npm run --silent check && npm run --silent test && npm run --silent build

bench: $(TOOLS) ## every benchmark, a table each, results in bench/results
	@$(foreach name,$(BENCHMARKS),$(BIN)/python -m bench $(name) &&) true

bench-%: $(TOOLS)
	@$(BIN)/python -m bench $*

# Pip may leave half a package behind when it is stopped, so an environment that was not finished is built anew.
$(RUNTIME):
	@if [ -z "$(PYTHON)" ]; then echo "make: found no Python 3.11 or later; name one: make PYTHON=/path/to/python3.11" >&2; exit 1; fi
	@if [ -e $(UNFINISHED) ]; then rm -rf $(VENV); fi
	@echo "Setting up $(VENV) with $$($(PYTHON) --version)"
	@mkdir -p $(VENV) && rm -f $(VENV)/set-up-* && touch $(UNFINISHED)
	@$(PYTHON) -m venv $(VENV)
	@$(INSTALL) hatchling
	@$(INSTALL) --no-build-isolation --editable .
	@rm $(UNFINISHED) && touch $@

$(TOOLS): $(RUNTIME)
	@echo "Setting up what the checks need"
	@touch $(UNFINISHED)
	@$(INSTALL) --no-build-isolation --editable ".[dev,bench]"
	@rm $(UNFINISHED) && touch $@

$(MODULES):
	@if ! command -v npm >/dev/null; then echo "make: found no npm, expected Node 20 or later" >&2; exit 1; fi
	@echo "Setting up what the front end is built with"
	@cd $(UI) && npm ci --silent --no-audit --no-fund && touch $(notdir $(patsubst %/,%,$(dir $@)))/$(notdir $@)

browser:
	@missing=$$(for package in $(DEBIAN_PACKAGES); do \
		[ "$$(dpkg-query --show --showformat '$${db:Status-Status}' $$package 2>/dev/null)" = installed ] || echo $$package; done); \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then as=none; \
	elif [ "$$(id -u)" = 0 ]; then as=env; \
	elif sudo -n true 2>/dev/null; then as="sudo env"; \
	else as=none; fi; \
	if [ "$$as" = none ]; then \
		echo "make: the suite needs these Debian packages and may not install them:" $$missing >&2; exit 1; fi; \
	echo "Installing Debian packages:" $$missing; \
	$$as apt-get -qq update; \
	$$as DEBIAN_FRONTEND=noninteractive apt-get -qq install -y $$missing
