# make demo   set up, then the whole pipeline on a copy of sample_assets/
# make test   set up, then the tests
# make lint types docs soak   what CI runs besides, what of docs/ is generated, the long runs
# make bench  stockctl against its peers, written into BENCHMARKS.md; bench-quick compares with what is there

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := sample_assets/photos/bali-2026/rice-terrace-ubud-0042.jpg
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test soak bench bench-quick lint types docs docs-check pictures wheel-check golden holidays audit lock clean

demo: $(VENV)/.run
	$(BIN)/python sample_assets/demo.py

test: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not soak"

soak: $(VENV)/.dev
	$(BIN)/python -m pytest -q -m soak

# stockctl and its peers in turns, as BENCHMARKS.md has them; the short form against the figures on record.
bench: $(VENV)/.extras
	$(BIN)/python -m tests.benchmarks.bench

bench-quick: $(VENV)/.extras
	$(BIN)/python -m tests.benchmarks.bench --quick

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.dev
	$(BIN)/mypy

docs: $(VENV)/.dev
	$(BIN)/python .ci/readme.py

# The README's pictures, by headless Chromium.
pictures: $(VENV)/.dev
	$(BIN)/python .ci/pictures.py

docs-check: $(VENV)/.dev
	$(BIN)/python .ci/readme.py --check

# A wheel, installed plainly into a clean environment, has to work: with the text model, without torch and KeyBERT.
wheel-check: $(VENV)/.dev
	rm -rf dist .venv-wheel
	$(BIN)/python -m hatchling build --target wheel
	$(PYTHON) -m venv .venv-wheel
	.venv-wheel/bin/python -m pip --disable-pip-version-check --quiet install dist/*.whl
	! ls -d .venv-wheel/lib/python*/site-packages/torch .venv-wheel/lib/python*/site-packages/keybert 2>/dev/null
	.venv-wheel/bin/stockctl --help >/dev/null
	STOCKCTL_DB=.venv-wheel/c.db STOCKCTL_CONFIG=.venv-wheel/c.toml \
	  .venv-wheel/bin/stockctl check $(SAMPLE) --agency shutterstock
	STOCKCTL_DB=.venv-wheel/c.db STOCKCTL_CONFIG=.venv-wheel/c.toml \
	  .venv-wheel/bin/stockctl keyword $(SAMPLE) --context "Bali, Indonesia" --dry-run
	.venv-wheel/bin/python .ci/wheel_model.py
	rm -rf .venv-wheel

# The lock leaves out sentence-transformers and torch: KeyBERT runs on its own embedder here.
$(VENV)/.run: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q stockctl
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	touch $@

# The optional extras, for their tests in CI.
$(VENV)/.extras: $(VENV)/.dev requirements-extras.lock
	$(PIP) install --no-deps --require-hashes -r requirements-extras.lock
	touch $@

# The table of holidays that `plan` reads, from a library in an environment of its own: it wants an older
# python-dateutil than ours.
holidays: .venv-holidays/.done
	.venv-holidays/bin/python .ci/holidays_table.py

.venv-holidays/.done:
	$(PYTHON) -m venv .venv-holidays
	.venv-holidays/bin/python -m pip --disable-pip-version-check --quiet install holidays==0.109
	touch $@

# What looks at the desk's pages for people who do not see or use a mouse; for tests only.
.venv-axe/.done:
	npm install --silent --no-audit --no-fund --prefix .venv-axe axe-core@4
	touch $@

# Known holes in what is pinned; in an environment of its own, and skipped with a word where nobody answers.
audit: .venv-audit/.done
	$(PYTHON) .ci/audit.py

.venv-audit/.done:
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip --disable-pip-version-check --quiet install pip-audit
	touch $@

lock:
	uv lock --quiet --upgrade
	uv export --quiet --frozen --no-emit-project --no-dev --group keybert --group build --no-header -o requirements.lock
	uv export --quiet --frozen --no-emit-project --group keybert --group build --group dev --no-header -o requirements-dev.lock
	uv export --quiet --frozen --no-emit-project --only-group extras --no-header -o requirements-extras.lock

clean:
	rm -rf $(VENV) .venv-holidays .venv-axe .venv-audit demo build dist
