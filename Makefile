# Two commands do everything on a fresh machine: `make demo` and `make test`.

.DEFAULT_GOAL := help
PYTHON := .venv/bin/python

.PHONY: help setup demo test lint unit test-twice run bench faults soak diagnose-score test-clients fuzz leak-matrix mutants mutants-sample lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: setup  ## a guided tour on the built-in exchange, then it stays up (ONCE=1 ends after the tour)
	@$(PYTHON) -m proxy demo $(if $(ONCE),--once)

test: setup lint unit mutants-sample  ## everything CI runs

setup: .venv/ready  ## .venv from pinned, hashed requirements; finds a Python of 3.12 or newer by itself
	@$(PYTHON) -m compileall -q proxy addons

.venv/ready: requirements/dev.txt scripts/bootstrap.py
	@python3 scripts/bootstrap.py
	@touch $@

lint: setup
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	PYTHONPATH=. .venv/bin/lint-imports --no-cache
	$(PYTHON) scripts/build_mistakes_page.py --check

unit: setup
	$(PYTHON) -m pytest -n 2 --dist worksteal

test-twice: setup  ## in a fresh clone: `make test` twice leaves .venv octet for octet as it was
	$(PYTHON) scripts/tree_digest.py --runs 2 .venv $(MAKE) test

run: setup  ## the gateway for real: keys from BINANCE_API_KEY and BINANCE_API_SECRET_FILE
	@$(PYTHON) -m proxy run

test-clients: setup  ## real client libraries through gateway and sandbox (installs them into .clients/)
	$(PYTHON) -m scripts.test_clients

diagnose-score: setup  ## how well mistakes are named: a confusion matrix and the time it takes
	$(PYTHON) -m tests.core.diagnosis.score

bench: setup  ## what a request costs, beside two other proxies; WHAT=start|instructions|where|redaction|throttle for more
	$(PYTHON) -m benchmarks.$(or $(WHAT),bench) $(ARGS)

faults: setup  ## what happens when things fail, measured: docs/reliability.md (20 minutes; SCALE=0.1 for less)
	$(PYTHON) -m tests.faults $(if $(SCALE),--scale $(SCALE))

soak: setup  ## 30 minutes at 200 requests/s with a fault every 10 s; nothing lost, nothing twice (DURATION=60 for less)
	$(PYTHON) -m tests.faults.soak $(if $(DURATION),--seconds $(DURATION))

fuzz: setup  ## random tests with other draws, then a million mutated requests (bounded; COUNT=20000 for fewer; SEED repeats)
	$(PYTHON) -m tests.hostile.fuzz --tests $(if $(COUNT),--requests $(COUNT)) $(if $(SEED),--seed $(SEED))

leak-matrix: setup  ## planted secrets and people in every place and encoding: nothing may come out
	$(PYTHON) -m tests.leaks

mutants: setup  ## do the tests notice a fault? 540 drawn and the named ones (30 minutes; ROOM=guard, SEED=2)
	$(PYTHON) -m scripts.mutants $(if $(ROOM),--room $(ROOM)) $(if $(SEED),--seed $(SEED))

mutants-sample: setup
	$(PYTHON) -m scripts.mutants --sample

lock: setup  ## renew the pinned requirements
	$(PYTHON) -m scripts.lock

clean:  ## remove what the other commands made
	rm -rf .venv .uv .clients .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
