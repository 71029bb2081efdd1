# Two commands: `make demo` and `make test`. Each sets up what it needs, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
DEMO_SERVE ?= 1
PYTEST_FLAGS ?=
KINGPOST_DATA ?= ../shared/data
SETS ?= ntsb_pdf standards_pdf openroad_md sstqa_xlsx:document contoso_pdf
PACKAGES := src tests examples scripts benchmarks
export OMP_NUM_THREADS ?= 1

.PHONY: demo test check measure models verifier clean

demo: $(STAMPS)/dev models
	$(BIN)/python examples/make_documents.py examples/documents
	$(BIN)/kingpost demo demo-workspace --documents examples/documents
ifneq ($(DEMO_SERVE),0)
	$(BIN)/kingpost serve --workspace demo-workspace
endif

test: $(STAMPS)/train models
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST_FLAGS)

check: $(STAMPS)/train
	$(BIN)/ruff check $(PACKAGES)
	$(BIN)/ruff format --check $(PACKAGES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 2 tests/house tests/rooms tests/contracts -m "not slow and not browser"

measure: $(STAMPS)/train models
	$(BIN)/python benchmarks/quality.py $(SETS) --data $(KINGPOST_DATA) --out measured

# About an hour; writes src/kingpost/backends/local/verifier.safetensors. Measure it before you keep it (next line).
verifier: $(STAMPS)/train models
	$(BIN)/python scripts/train_verifier.py
	$(BIN)/python benchmarks/fit_verifier.py $(KINGPOST_DATA) --write

clean:
	rm -rf $(VENV) demo-workspace examples/documents build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(STAMPS)/venv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kingpost needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	mkdir -p $(STAMPS)
	touch $@

$(STAMPS)/dev: $(STAMPS)/venv pyproject.toml
	$(BIN)/python -m pip install --quiet --no-compile --editable '.[dev,ocr]'
	touch $@

# torch in a command of its own: together with other packages pip may choose a build with gigabytes of CUDA.
$(STAMPS)/torch: $(STAMPS)/venv
	$(BIN)/python -m pip install --quiet --no-compile torch==2.13.0
	touch $@

$(STAMPS)/train: $(STAMPS)/torch $(STAMPS)/dev
	$(BIN)/python -m pip install --quiet --no-compile --editable '.[dev,ocr,train]'
	touch $@

models: $(STAMPS)/dev
	$(BIN)/kingpost models pull
