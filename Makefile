# Two commands do all set-up: `make report` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE ?= sample_snapshots/troubled
OUT ?= out
LANGUAGE ?= ko

.PHONY: help venv report test lint types contracts conformance scenarios bench mutation lock clean libraries ci

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Set PYTHON=..."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3-venv is needed (Debian: apt-get install python3-venv)"; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

venv: $(VENV)/.runtime ## the environment alone

libraries: $(VENV)/.runtime ## the system libraries of the PDF: installed where this user may, else named
	@$(BIN)/python -m auditor.renderer.libraries --install

report: libraries ## audit the bundled sample; says where HTML and PDF are
	@$(BIN)/auditor report --snapshot $(SAMPLE) --lang $(LANGUAGE) --out $(OUT) --format "$$($(BIN)/python -m auditor.renderer.libraries --formats)" --fail-at never --allow-gaps

test: $(VENV)/.development libraries ## everything: lint, types, contracts, unit, golden, scenario, real API server, browser
	@$(MAKE) --no-print-directory lint types contracts
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

lint: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.development
	$(BIN)/mypy

contracts: $(VENV)/.development
	$(BIN)/lint-imports

conformance: $(VENV)/.development ## Argo CD's own answers against our model: VECTORS=DIR for others
	@$(BIN)/python -m tests.golden.conformance $(VECTORS)

scenarios: $(VENV)/.development ## scenario × expected × found, of the recorded clusters beside the checkout
	@$(BIN)/python -m tests.scenarios.table

bench: $(VENV)/.development ## the figures of the README
	$(BIN)/python -m benchmarks.run

mutation: $(VENV)/.development ## small faults in argocd/ and the rules that no test notices
	@$(BIN)/python -m benchmarks.mutation

lock: $(VENV)/.development ## write the lock files anew
	$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra build pyproject.toml -o requirements.lock
	$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra build --extra dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) $(OUT) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
