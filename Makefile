# Two commands on a fresh machine with Python 3.11+, make and git: `make run`, `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test check bench train lock clean

help:  ## show what there is to do
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/.base: requirements/base.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "exeunt needs Python 3.11 or newer: set PYTHON=/path/to/python3.11"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

run: $(VENV)/.base  ## set up, then read the bundled examples and show the dossier of the demonstration
	$(BIN)/exeunt read examples/departures-ja.md --published 2025-06-20
	$(BIN)/exeunt read examples/on-the-move-en.md --published 2025-06-20
	@mkdir -p build
	$(BIN)/exeunt demo --ledger build/demo.db
	$(BIN)/exeunt org OpenAI --ledger build/demo.db

test: $(VENV)/.dev  ## set up, then pass every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

bench: $(VENV)/.dev  ## measure speed and growth; prints ratios
	$(BIN)/python benchmarks/speed.py

train: $(VENV)/.dev  ## train the learned reader anew: BASE=… MENTIONS=… (training/README.md); about two hours
	@test -n "$(BASE)" -a -n "$(MENTIONS)" || { echo "make train needs BASE=folder of the base model and MENTIONS=folder of the mention corpora: see training/README.md"; exit 2; }
	$(BIN)/python -m pip install --quiet -r training/requirements.txt
	mkdir -p build
	$(BIN)/python training/train.py --base $(BASE) --stage tagger --mentions $(MENTIONS) --out build/tagger.pt --minutes 10
	$(BIN)/python training/train.py --base $(BASE) --stage reader --init build/tagger.pt --mentions $(MENTIONS) --out build/reader.pt --minutes 110 --hidden 0.06
	$(BIN)/python training/export.py --base $(BASE) --mentions $(MENTIONS) --model build/reader.pt --out exeunt/read/learned/model
	$(BIN)/python training/calibrate.py eval/gold

lock: $(VENV)/.dev  ## write the locked versions anew
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --no-header -o requirements/base.txt pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --no-header --extra dev -o requirements/dev.txt pyproject.toml

clean:  ## remove what was set up
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
