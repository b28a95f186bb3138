# Needs Python >= 3.11, Node.js >= 20 with npm, and make; everything else is installed into this checkout.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Extra words for the command behind a target: make test ARGS="tests/test_ground.py -x"
ARGS   ?=

RUNTIME := $(VENV)/.runtime
DEV     := $(VENV)/.dev
# Tools that look at everything have an environment of their own.
AUDIT   := .audit
VENDOR  := static/vendor/htmx.min.js
TEXTS   := webapp/translations
MO      := $(patsubst %.po,%.mo,$(wildcard $(TEXTS)/*/LC_MESSAGES/*.po))

export CUSTOM_COMPILE_COMMAND := make lock
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo run test lint fmt types audit bench screenshots test-postgres image-check release-check sbom messages lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(RUNTIME) $(VENDOR) $(MO) ## install what running needs, and nothing more

demo: setup ## try it: emulated Exact Online and Sendcloud with sample data, and the app against them
	$(BIN)/python -m webapp.demo $(ARGS)

run: setup ## the app itself, on HOST:PORT
	$(BIN)/python wsgi.py

test: setup $(DEV) ## every test, on all cores
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

test-postgres: setup $(DEV) ## what a database can make fail, on a PostgreSQL that is started for it
	$(BIN)/python -m tests.postgres $(ARGS)

lint: $(DEV) ## style and common mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

fmt: $(DEV) ## lay out the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(DEV) ## type check
	$(BIN)/mypy

audit: $(AUDIT)/.made ## look for common holes in the code, and for known ones in the locked packages
	$(AUDIT)/bin/python -m tests.release.audit

bench: setup $(DEV) ## the benchmarks: a table, and bench-results.json
	$(BIN)/python -m tests.bench $(ARGS)

image-check: setup $(DEV) ## build the image without a container engine, and run it (root, buildah, debootstrap)
	$(BIN)/python -m tests.image

release-check: setup $(DEV) ## all that must hold before a version gets its tag
	$(BIN)/python -m tests.release

sbom: setup $(DEV) ## write sbom.json: what Pakbon is made of, as CycloneDX
	$(BIN)/python -m tests.release.sbom

screenshots: setup $(DEV) ## a picture of every screen in every look: screenshots/, and docs/images for the manual
	$(BIN)/python -m tests.screenshots $(ARGS)

messages: $(RUNTIME) ## collect the texts to translate and bring every catalogue up to date
	$(BIN)/pybabel --quiet extract -F babel.cfg -k _l -k lazy_gettext -k lazy_ngettext:1,2 --sort-by-file --add-location=file \
		--project=Pakbon --copyright-holder="Pakbon contributors" -o $(TEXTS)/messages.pot .
	$(BIN)/pybabel --quiet update -i $(TEXTS)/messages.pot -d $(TEXTS) --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

lock: $(DEV) ## write the lock files anew from setup.cfg and package.json (UPGRADE=1: take newer versions)
	$(LOCK) $(if $(UPGRADE),--upgrade) -o requirements.lock setup.cfg
	$(LOCK) $(if $(UPGRADE),--upgrade) --extra postgres -c requirements.lock -o requirements-postgres.lock setup.cfg
	$(LOCK) $(if $(UPGRADE),--upgrade) --extra dev -c requirements.lock -o requirements-dev.lock setup.cfg
	$(LOCK) $(if $(UPGRADE),--upgrade) -o .ci/audit.lock .ci/audit.in
	npm $(if $(UPGRADE),update,install) --package-lock-only --no-audit --no-fund

clean: ## remove what make installed (data stays)
	rm -rf $(VENV) $(AUDIT) node_modules static/vendor

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Pakbon needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

# Each stamp is older than its lock file after a change of the lock, and is then made again.
$(RUNTIME): requirements.lock | $(BIN)/python
	$(PIP) --require-hashes -r $<
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	$(PIP) --require-hashes -r $<
	@touch $@

$(AUDIT)/.made: .ci/audit.lock
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENDOR): package-lock.json
	npm ci --no-audit --no-fund --ignore-scripts
	@mkdir -p $(@D)
	cp node_modules/htmx.org/dist/htmx.min.js $@

%.mo: %.po | $(RUNTIME)
	$(BIN)/pybabel --quiet compile -i $< -o $@
