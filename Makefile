# Short names for what a contributor runs. Tools come from .venv; the first use installs it.
BIN := .venv/bin
INSTALLED := .venv/installed-from
JOBS ?= 3 # on two cores, too: unit tests wait about as long as they compute

.DEFAULT_GOAL := help
.PHONY: help check test test-all demo hooks
unexport PYTHONDONTWRITEBYTECODE # every process would compile thousands of modules again

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

check: | $(INSTALLED) ## lint, format, types, layers, dependencies, names
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry harness
	$(BIN)/deptry demo scenarios tests benchmarks --ignore DEP002,DEP004
	$(BIN)/python scripts/old_names.py

test: | $(INSTALLED) ## unit tests: no browser, node, processes, generated tests, whole contracts or product (JOBS=3)
	$(BIN)/pytest -q -n $(JOBS) --dist loadfile --ignore tests/whole -m "not browser and not node and not processes and not generated and not vendors"

test-all: ## every test but the long ones of .ci/full
	python3 bootstrap.py test

demo: ## start the shop, test it, show the verdict
	python3 bootstrap.py demo

hooks: | $(INSTALLED) ## let git run .pre-commit-config.yaml
	$(BIN)/pre-commit install

$(INSTALLED):
	python3 bootstrap.py install
