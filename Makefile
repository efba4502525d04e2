# make demo   set up, then the whole pipeline on a copy of sample_assets/
# make test   set up, then the tests
# make lint types docs soak   what CI runs besides, the generated README blocks, the long runs

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test lint types docs soak lock clean

demo: $(VENV)/.run
	$(BIN)/python sample_assets/demo.py

test: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n 2 -m "not soak"

soak: $(VENV)/.dev
	$(BIN)/python -m pytest -q -m soak

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.dev
	$(BIN)/mypy

# The lock leaves out sentence-transformers and torch: KeyBERT runs on its own embedder here.
$(VENV)/.run: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	touch $@

lock:
	uv lock --quiet --upgrade
	uv export --quiet --frozen --no-emit-project --no-dev --group keybert --group build --no-header -o requirements.lock
	uv export --quiet --frozen --no-emit-project --group keybert --group build --group dev --no-header -o requirements-dev.lock

clean:
	rm -rf $(VENV) demo build dist
