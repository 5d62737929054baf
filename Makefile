# Two commands to know: `make run` starts everything with invented clinics, `make test` runs all tests.
# The others: install, check, fix, bench, docs, cover.

PORT ?= 8000
BIN := .venv/bin
PY := $(BIN)/python
CODE := assessments readiness tests

# What a real service would set; the checks look at the application as it runs there.
PRODUCTION := DEBUG=0 BASE_URL=https://readiness.example.org ALLOWED_HOSTS=readiness.example.org \
	SECRET_KEY=made-for-the-checks-only-0123456789-abcdefghijklmnopqrstuvwxyz DATABASE_URL=sqlite:///:memory: \
	EMAIL_URL=smtp://localhost:25 EMAIL_FROM=readiness@example.org REQUIRE_MFA=1 SIGNUP=invited \
	OPERATOR_NAME=Example OPERATOR_EMAIL=operator@example.org

CHECKS := check-format check-lint check-types check-imports check-templates check-idioms check-django check-migrations \
	check-spelling check-locks check-docs

.PHONY: run install test check fix bench docs cover $(CHECKS)

run: install
	@PORT=$(PORT) exec .ci/serve

install: .venv/.runtime .env

test: .venv/.development
	@$(PY) -m tests.suite

bench: .venv/.development
	@$(PY) -m tests.benchmarks

cover: .venv/.development
	@$(BIN)/pytest -q -n 2 -m "not journey" --cov --cov-report=term
	@$(BIN)/coverage report --include='readiness/*,*/policies.py,*/querysets.py' --fail-under=100
	@$(BIN)/coverage report --fail-under=95 --format=total

# `make -k check` goes on after the first complaint.
check: $(CHECKS)
	@echo "All checks passed."

$(CHECKS): .venv/.development

check-format:
	$(BIN)/ruff format --quiet --check .
check-lint:
	$(BIN)/ruff check --quiet .
check-types:
	@$(PRODUCTION) $(BIN)/mypy
check-imports:
	@$(BIN)/lint-imports > .venv/imports.txt || { cat .venv/imports.txt; false; }
check-templates:
	$(BIN)/djlint --quiet --check --lint templates
check-idioms:
	@find $(CODE) -name '*.py' -print0 | xargs -0 $(BIN)/django-upgrade --target-version 5.2 --check
check-django:
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
check-migrations:
	@$(PRODUCTION) $(PY) manage.py makemigrations --check --dry-run
check-spelling:
	$(BIN)/codespell
check-locks:
	! grep -nE 'https?:|file:' requirements.lock requirements-dev.lock
check-docs:
	@$(PY) -m readiness.instrument.document | diff -u docs/instrument.md - || { echo 'Run: make docs'; false; }

fix: .venv/.development
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIN)/djlint --quiet --reformat templates
	find $(CODE) -name '*.py' -print0 | xargs -0 $(BIN)/django-upgrade --target-version 5.2

docs: .venv/.development
	$(PY) -m readiness.instrument.document > docs/instrument.md.new
	mv docs/instrument.md.new docs/instrument.md
	$(PRODUCTION) $(PY) manage.py routes > docs/access.md.new
	mv docs/access.md.new docs/access.md

.venv/.runtime: requirements.lock
	@.ci/install requirements.lock
	@touch $@

.venv/.development: requirements-dev.lock
	@.ci/install requirements-dev.lock
	@touch $@

.env: | .venv/.runtime
	@umask 077 && printf '%s\n' \
		'# Settings of this checkout; .env.example lists them all. What the environment sets wins.' \
		"SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(48))')" \
		'DEBUG=1' 'REQUIRE_MFA=0' 'SIGNUP=open' > $@
