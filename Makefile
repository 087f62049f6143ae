# Two commands do everything on a fresh machine: `make demo` and `make test`.

.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
FAST := tests/core/catalogue tests/core/guard tests/core/http tests/core/order_lookup tests/core/probes tests/core/redaction tests/core/signing \
	tests/core/test_*.py tests/config tests/credentials tests/journal tests/limits/test_weight.py tests/limits/test_holds.py \
	tests/gateway/test_concurrency.py tests/gateway/test_record_queue.py tests/gateway/test_walk.py tests/structure

.PHONY: help setup setup-run install uninstall demo test how-long fast lint unit other-pythons coverage test-twice run bench faults soak diagnose-score remedy-proof fuzz-pastes \
	test-clients har-readers fuzz limits-proof repeat-proof tamper-proof leak-matrix mutants mutants-sample docs lock audit-deps sbom fresh-roots release clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: setup-run  ## a guided tour on the built-in exchange, then it stays up (ONCE=1 ends after the tour)
	@$(PYTHON) -m proxy demo $(if $(ONCE),--once)

test: setup how-long lint unit mutants-sample  ## everything CI runs

how-long:
	@echo "on two quiet cores: lint 40 s, 22,900 tests 9 minutes, a sample of faults 2 minutes (make fast: 20 s)"

fast: setup  ## the tests of the core and its neighbours, for daily work (20 s)
	$(PYTHON) -m pytest -q -n 2 --dist worksteal -m "not slow and not hypothesis" $(FAST) $(MORE)

setup: .venv/ready  ## .venv from pinned, hashed requirements; finds a Python of 3.12 or newer by itself
	@$(PYTHON) -m compileall -q proxy addons

.venv/ready: requirements/dev.txt requirements/bootstrap.txt scripts/bootstrap.py pyproject.toml
	@python3 scripts/bootstrap.py dev

setup-run: .venv/run-ready  ## the same with what the gateway runs on alone; what is there for tests stays

install: setup-run  ## a link in ~/.local/bin (BIN=DIR for another place) to the command in this folder
	@$(PYTHON) -m scripts.link install $(BIN)

uninstall:  ## remove that link
	@python3 -m scripts.link uninstall $(BIN)

.venv/run-ready: requirements/run.txt requirements/build.txt requirements/bootstrap.txt scripts/bootstrap.py pyproject.toml
	@python3 scripts/bootstrap.py run

lint: setup
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -m mypy --platform win32 proxy addons
	$(PYTHON) -m mypy --platform darwin proxy addons
	PYTHONPATH=. .venv/bin/lint-imports --no-cache
	$(PYTHON) scripts/build_mistakes_page.py --check
	$(PYTHON) scripts/build_errors_page.py --check
	$(PYTHON) scripts/build_explain_page.py --check
	$(PYTHON) scripts/build_limits_table.py --check
	$(PYTHON) scripts/build_prove_a_2008.py --check
	$(PYTHON) scripts/build_first_steps.py --check

unit: setup
	$(PYTHON) -m pytest -n 2 --dist worksteal --durations=10

other-pythons: setup  ## the same tests on every other Python at hand that is supported, a minute each
	@$(PYTHON) -m scripts.other_pythons

coverage: setup  ## branches of proxy/core and proxy/limits that their own tests never take: none (4 minutes)
	@rm -rf .coverage
	$(PYTHON) -m coverage run -m pytest -q -n 2 --dist worksteal tests/core tests/limits
	@$(PYTHON) -m coverage combine -q
	$(PYTHON) -m coverage report

test-twice: setup  ## in a fresh clone: `make test` twice leaves .venv octet for octet as it was
	$(PYTHON) scripts/tree_digest.py --runs 2 .venv $(MAKE) test

run: setup-run  ## the gateway for real: keys from BINANCE_API_KEY and BINANCE_API_SECRET_FILE
	@$(PYTHON) -m proxy run

test-clients: setup  ## real client libraries through gateway and sandbox (installs them into .clients/)
	$(PYTHON) -m scripts.test_clients

har-readers: setup  ## what `export har` writes, read by the HAR schema, haralyzer and mitmproxy (installs them into .clients/)
	$(PYTHON) -m tests.evidence.har_readers

diagnose-score: setup  ## how well mistakes are named, and that no right request is accused: 1,000 (COUNT=) in ten forms each
	$(PYTHON) -m tests.core.diagnosis.score
	$(PYTHON) -m tests.explain.right --count $(or $(COUNT),1000)

remedy-proof: setup  ## the request as it should be, for each planted mistake: signed, and accepted by the sandbox
	$(PYTHON) -m tests.core.diagnosis.remedy

fuzz-pastes: setup  ## damaged pastes through explain: nothing proven by what was cut, no crash; COUNT=100000
	$(PYTHON) -m tests.explain.fuzz --count $(or $(COUNT),100000)

bench: setup  ## what a request costs, beside two other proxies; WHAT=start|instructions|where|redaction|chain|throttle|policy|terminal for more
	$(PYTHON) -m benchmarks.$(or $(WHAT),bench) $(ARGS)

faults: setup  ## what happens when things fail, measured: docs/reliability.md (20 minutes; SCALE=0.1 for less)
	$(PYTHON) -m tests.faults $(if $(SCALE),--scale $(SCALE))

soak: setup  ## 30 minutes at 200 requests/s with a fault every 10 s; nothing lost, nothing twice (DURATION=60 for less)
	$(PYTHON) -m tests.faults.soak $(if $(DURATION),--seconds $(DURATION))

fuzz: setup  ## random tests with other draws, a million hostile requests, 200,000 hostile answers (half an hour; COUNT=, ANSWERS=, SEED=, SECONDS=)
	$(PYTHON) -m tests.hostile.fuzz --tests $(if $(COUNT),--requests $(COUNT)) $(if $(ANSWERS),--answers $(ANSWERS)) \
		$(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS))

limits-proof: setup  ## random writes against limited gateways: nothing may be executed outside (a minute or two; COUNT=, SEED=)
	$(PYTHON) -m tests.limits_proof $(if $(COUNT),--requests $(COUNT)) $(if $(SEED),--seed $(SEED))

repeat-proof: setup  ## 1,000 orders whose answer is lost, by three real libraries: nothing twice (3 minutes; COUNT=, SEED=)
	$(PYTHON) -m tests.repeats_proof $(if $(COUNT),--lost $(COUNT)) $(if $(SEED),--seed $(SEED))

tamper-proof: setup  ## random edits of journals and bundles: export verify finds each that is no kill (2 minutes; COUNT=, SEED=)
	$(PYTHON) -m tests.tamper_proof $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

leak-matrix: setup  ## misplaced secrets, planted secrets and people in every place and encoding: nothing may come out
	$(PYTHON) -m tests.leaks

mutants: setup  ## do the tests notice a fault? 600 drawn and the named ones (30 minutes; ROOM=guard, SEED=2)
	$(PYTHON) -m scripts.mutants $(if $(ROOM),--room $(ROOM)) $(if $(SEED),--seed $(SEED))

mutants-sample: setup
	$(PYTHON) -m scripts.mutants --sample

docs: setup  ## the documentation as a site with search in site/, links checked; calls no other host when read
	@$(PYTHON) -m scripts.build_site

lock: setup  ## renew the pinned requirements
	$(PYTHON) -m scripts.lock

audit-deps: setup  ## licence and age of each pinned dependency, and advisories on them (2: those could not be checked)
	@$(PYTHON) -m scripts.audit_deps $(ARGS)

sbom: setup  ## the bill of materials of what is run, CycloneDX JSON (FILE=sbom.json, else it is printed)
	@$(PYTHON) -m scripts.sbom $(FILE)

fresh-roots: setup  ## minutes and commands from a fresh clone to the first signed answer, in eight roots (2 minutes; ROOTS=)
	@$(PYTHON) -m scripts.fresh_roots $(ROOTS)

release: setup  ## wheel, sdist and bill of materials of this commit in dist/, after they were tried; uploads nothing
	@$(PYTHON) -m scripts.release

clean:  ## remove what the other commands made
	rm -rf .venv .uv .clients .site-env site .pythons .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
