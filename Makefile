# The product's few commands; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help install run test lint check bench bench-peers screenshots stopwatch interleavings clean

help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

install: $(STAMP)  ## create .venv with the locked dependencies and the kefu command

$(STAMP): requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("kefu needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m pip uninstall --quiet --yes setuptools  # jieba would load it where it is: 0.1 s a start
	$(BIN)/python -W ignore -m compileall -q $(VENV)/lib/*/site-packages/jieba bot
	$(BIN)/kefu check >/dev/null || true  # learns the content, so that the first start need not
	touch $@

run: install  ## serve on 127.0.0.1:8000 with a demo shop (SQLite under data/)
	@exec $(BIN)/kefu serve --demo

test: install  ## run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile --ignore tests/crash
	$(BIN)/python -m pytest tests/crash

lint: install  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

check: install  ## check the trainers' files
	$(BIN)/kefu check

bench: install  ## measure speed and memory against the bars
	$(BIN)/python -m tests.bench

bench-peers: install  ## score other engines on our intents: FILES="a.jsonl …" OUT_OF_SCOPE=b.jsonl ARGS="--rasa --json c.json"
	$(BIN)/python -m tests.bench.peers $(FILES) $(if $(OUT_OF_SCOPE),--out-of-scope $(OUT_OF_SCOPE)) $(ARGS)

interleavings: install  ## play the desk in 2,000 random orders of events and crashes
	KEFU_TEST_THOROUGH=1 $(BIN)/python -m pytest -q tests/flows/test_desk_interleavings.py

screenshots: install  ## take the pictures of README.md anew (needs /usr/bin/chromium)
	$(BIN)/python -m tests.browser.screens

stopwatch: install  ## keys to a hard case's answer; milliseconds to the screen beside 200 desks (needs /usr/bin/chromium)
	$(BIN)/python -m tests.browser.stopwatch
	$(BIN)/python -m tests.browser.on_screen

clean:  ## remove what can be made again (not data/)
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
