# SPDX-License-Identifier: MIT
# `make run` shows the add-on at work in a real Kodi, `make test` proves it. Both install what is
# missing (see tools/setup.sh).
PYTHON := .venv/bin/python
CORE := resources/lib/simkl_scrobbler
# Which Kodi: nexus (20, of this Debian), or omega (21, of the next Debian, in a folder).
KODI ?= nexus
SETUP := $(if $(filter omega,$(KODI)),setup-omega,setup)

.PHONY: run test check lint types unit kodi unit-313 checker e2e e2e-nexus e2e-omega bad-days bench zip \
    artwork screenshots setup setup-omega clean

# The emulator and a Kodi with the add-on in it; a film; the history entry that arrived.
run: $(SETUP)
	KODI=$(KODI) $(PYTHON) -m tools.run

# Everything. Two targets at a time, each of which says what it has to say when it ends.
test: setup-omega
	$(MAKE) --jobs=2 --output-sync=target check unit-313 checker
	$(MAKE) --jobs=2 --output-sync=target e2e-nexus e2e-omega

# What needs no Kodi: a minute or two.
check: lint types unit kodi

lint: setup
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	.venv/bin/vermin --target=3.8- --violations --no-tips \
	    default.py service.py $(CORE)

types: setup
	$(PYTHON) -m mypy

unit: setup
	$(PYTHON) -m coverage erase
	$(PYTHON) -m coverage run -m pytest -q -n auto tests/unit tests/test_house.py
	$(PYTHON) -m coverage combine --quiet
	$(PYTHON) -m coverage report

kodi: setup
	$(PYTHON) -m pytest -q tests/kodi

# Both once more on the newest Python that a Kodi has.
unit-313: setup-omega
	$(PYTHON) -m tools.python313

# kodi-addon-checker on the built and unpacked zip.
checker: setup
	$(PYTHON) -m tools.checker nexus omega

# Who has nothing left to do takes over from the others: they would else end far apart.
e2e: e2e-$(KODI)

e2e-nexus: setup
e2e-omega: setup-omega
e2e-nexus e2e-omega:
	KODI=$(@:e2e-%=%) $(PYTHON) -m pytest -q -n auto --dist worksteal tests/e2e

# The bad days of docs/reliability.md that come at random or last, with as many bad moments as it
# tells: six minutes.
bad-days: $(SETUP)
	KODI=$(KODI) BAD_DAYS_SEEDS=20 BAD_DAYS_EVENINGS="3 7" BAD_DAYS_INTERRUPTIONS=20 BAD_DAYS_LOCKED=30 \
	    $(PYTHON) -m pytest -q -n auto -o timeout=900 tests/unit/test_bad_days.py \
	    tests/e2e/test_bad_days.py

# Figures of both Kodis, beside those of a service that does nothing; twenty minutes. With
# PARTS="starts paces" only those parts of it.
bench: setup-omega
	$(PYTHON) -m tools.bench $(PARTS)

# dist/service.simkl-<version>.zip, the same bytes from the same commit; with SIMKL_CLIENT_ID=… that
# application key is built in.
zip: setup
	SIMKL_CLIENT_ID=$(SIMKL_CLIENT_ID) $(PYTHON) -m tools.build

artwork: setup
	$(PYTHON) tools/artwork.py

# docs/screenshots, taken by the tests that go there; minutes.
screenshots: setup
	$(PYTHON) -m tools.screenshots

setup:
	@tools/setup.sh

setup-omega:
	@tools/setup.sh omega

clean:
	rm -rf build dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .venv
