# `make help` lists the targets. Options are variables: PORT, GATEWAYS, REPLICAS, DATA_DIR, NATS_PORT, any PARLEY_ setting.
VENV := .venv
PYTHON := $(VENV)/bin/python
LOG ?=
ARGS ?=
SEED ?= 1
MINUTES ?= 2
# how many processes run the tests: most of the time they wait, so two are worth it on one core too
WORKERS ?= 2

.PHONY: help run test check publish render release-schemas replay chaos lock clean a-log set-up-run set-up-dev
.DEFAULT_GOAL := help

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-16s %s\n", $$1, $$2 }'
	@echo '  Variables: PORT=8080 GATEWAYS=1 REPLICAS=1 DATA_DIR=.data NATS_PORT, PARLEY_... settings; WORKERS=2 of tests'
	@echo '  Examples:  make run GATEWAYS=2 REPLICAS=2    make replay LOG=chat.jsonl ARGS=--kill'
	@echo '             make test ARGS="tests/unit -k password"    make test WORKERS=0 ARGS="tests/doors -x -s"'

run: set-up-run ## Start the local cluster, its page included, and keep it until Ctrl-C (sets up on first use)
	@exec $(PYTHON) -m deploy.local

test: set-up-dev ## Run all tests, with real NATS, MongoDB and Redis (sets up on first use)
	@$(PYTHON) -m deploy.local.binaries node
	@$(PYTHON) -m deploy.local.web
	@exec $(PYTHON) -m pytest -n $(WORKERS) $(ARGS)

check: set-up-dev ## Format, lint, strict types, import rules, contracts, of both languages; for before each commit
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(PYTHON) -m mypy --strict .
	$(VENV)/bin/lint-imports
	$(PYTHON) -m pytest tests/contracts
	$(PYTHON) -m deploy.local.web run check

publish: set-up-dev ## Renew what is made from contracts/: docs/protocol.md, schemas, types, NATS's configuration
	$(PYTHON) -m scripts.publish

render: set-up-dev ## Renew k8s/rendered/ from the rest of k8s/
	$(PYTHON) -m scripts.render

release-schemas: set-up-dev ## Keep the contract of today as the released one, unless it breaks who relies on it
	@$(PYTHON) -m scripts.release_schemas $(ARGS)

replay: a-log set-up-dev ## Play LOG=file.jsonl through the running cluster and prove that everyone got everything
	@exec $(PYTHON) -m bench.replay --log "$(LOG)" $(ARGS)

chaos: set-up-dev ## Break a cluster of its own on purpose for MINUTES, by the schedule of SEED, and prove that nothing is lost
	@$(PYTHON) -m deploy.local.binaries node
	@exec $(PYTHON) -m bench.chaos --seed $(SEED) --minutes $(MINUTES) $(ARGS)

a-log:
	@test -n "$(LOG)" || { echo 'Name a chat log: make replay LOG=chat.jsonl' >&2; exit 2; }

lock: ## Renew the locks in requirements/ from their .in files
	@python="$$(scripts/find_python)" && exec scripts/lock "$$python"

clean: ## Remove what the set-up made, the built page included; the cluster's data stays
	rm -rf $(VENV) $(VENV).lock .tools .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf web/node_modules web/.build web/page/dist web/client/dist

set-up-run set-up-dev: set-up-%:
	@python="$$(scripts/find_python)" && exec "$$python" -m deploy.local.set_up $(VENV) $*
