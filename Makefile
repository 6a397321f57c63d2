PYTHON ?= python3
BIN := .venv/bin
# Written last: without it, or older than what it was made from, the environment is made anew.
ENV := .venv/.complete

# Tests begin many processes: none should have to compile again what another has compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help env verify test lint types docs certificates claims mutants bench clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

$(ENV): setup.cfg pyproject.toml constraints.txt
	@echo "making the environment in .venv: this installs torch and takes a minute or more"
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

env: $(ENV)  ## make .venv with the exact versions in constraints.txt

verify: $(ENV)  ## put statements on trial; ARGS="corollary1 --level quick" (default: theorem1)
	$(BIN)/python -m verify $(or $(ARGS),theorem1)

test: $(ENV)  ## run the tests and doctests on all processors; ARGS="-n 0" for one process
	$(BIN)/python -m pytest $(or $(ARGS),-n auto --dist worksteal)

lint: $(ENV)  ## check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(ENV)  ## check types
	$(BIN)/python -m mypy

docs: $(ENV)  ## build the documentation into docs/_build/html
	$(BIN)/python -m sphinx -W -b html docs docs/_build/html

# Exit code 4: some have none, and say why.
certificates: $(ENV)  ## write the certificates of all that ships into certificates/, and check them
	$(BIN)/python -m verify certify all gallery --papers --out certificates --quiet || test $$? -eq 4

# In pieces of an hour: what is known is kept in claims.jsonl, and the next call goes on.
claims: $(ENV)  ## go on with the campaign of random claims; ARGS="--minutes 30"
	$(BIN)/python -m tests.claims $(ARGS)

# In pieces of an hour: what is known is kept in mutants/, and the next call goes on.
mutants: $(ENV)  ## go on with the campaign of mutants; ARGS="--minutes 30 --number 500"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[mutants]'
	$(BIN)/python -m tests.mutants $(ARGS)

bench: $(ENV)  ## run the benchmarks
	$(BIN)/python -m benchmarks $(ARGS)

clean:  ## remove the environment, caches and built files
	rm -rf .venv benchmarks/.tensorgrad-venv build dist *.egg-info
	rm -rf docs/_build docs/statements docs/designs certificates mutants
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
