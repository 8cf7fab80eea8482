# make demo   release the lab, grade the demo class, write feedback and grades.csv
# make test   lint, types and tests
# Both set up everything they need; `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_TESTS := $(VENV)/.ready-tests
READY_CLUSTER := $(VENV)/.ready-cluster
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
# nbgrader calls alembic and Jupyter's programs by name.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export TF_CPP_MIN_LOG_LEVEL ?= 3
JOBS ?= 2
ASSIGNMENT ?= lenet

.PHONY: help setup demo release test test-cluster quick fuzz lint format attacks mangled bench pages verdicts experiment figure examples \
	screenshots clean

help:
	@sed -n '1,3s/^# //p' Makefile
	@echo "make release     generate release/ from source/"
	@echo "make quick       lint, and the tests that take seconds"
	@echo "make test-cluster  the tests of a cluster: Dask and PostgreSQL on this machine"
	@echo "make lint        ruff, mypy and the layers of imports;  make format  lets ruff rewrite"
	@echo "make fuzz        2,000 examples of everything that reads foreign bytes"
	@echo "make attacks     the attack corpus, under stock nbgrader and under this grader"
	@echo "make mangled     notebooks changed by students, editors and tools, against a fair TA"
	@echo "make bench       a class of 10, 100 and 1,000, against stock nbgrader (half an hour)"
	@echo "make pages       time for one feedback page, against stock nbgrader"
	@echo "make verdicts    right and wrong architectures, against an ordinary autograder"
	@echo "make experiment  train all models on MNIST (MNIST_NPZ=file), write docs/results.md"
	@echo "make examples    run the demo class anew in Jupyter kernels (MNIST_NPZ=file)"
	@echo "make screenshots take the README's pictures, in Chromium"
	@echo "make figure      draw LeNet.png and docs/architecture.png anew"

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Python 3.11 to 3.13 is needed; name one: make PYTHON=python3.12 ..."; exit 1; }
	@PYTHON=$(PYTHON) tools/install_system.sh bubblewrap
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e ".[lab]"
	@touch $@

# Only lint and tests need these, a browser among them.
$(READY_TESTS): $(READY)
	$(PIP) -e ".[lab,test,dev]"
	@PYTHON=$(PYTHON) tools/install_system.sh chromium libatomic1
	@touch $@

$(READY_CLUSTER): $(READY_TESTS)
	$(PIP) -e ".[lab,test,dev,cluster]"
	@PYTHON=$(PYTHON) tools/install_system.sh postgresql
	@touch $@

demo: setup
	$(BIN)/lenetlab demo --assignment lenet

release: setup
	$(BIN)/lenetlab release --assignment $(ASSIGNMENT)

lint: $(READY_TESTS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

# Only the modules with a marked test are read: others import Keras, which takes seconds.
quick: $(READY_TESTS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/pytest -q -m quick $$(grep -l 'mark\.quick' tests/test_*.py)

test: lint
	$(BIN)/pytest -n $(JOBS) --dist loadgroup

# A Dask cluster with PostgreSQL on this machine; too many workers; a class interrupted, and killed
# twenty times.
test-cluster: $(READY_CLUSTER)
	$(BIN)/pytest -m cluster tests/test_cluster.py tests/test_class.py
	KILLS=20 $(BIN)/pytest -m "cluster or not cluster" tests/test_run.py -k "killed or four_times"

fuzz: $(READY_TESTS)
	FUZZ_EXAMPLES=2000 $(BIN)/pytest -n $(JOBS) tests/test_fuzz.py

format: $(READY_TESTS)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

attacks: SCRIPT := bench.attacks
mangled: SCRIPT := bench.mangled
bench: SCRIPT := bench.classes
pages: SCRIPT := bench.pages
verdicts: SCRIPT := bench.verdicts
experiment: SCRIPT := tools.experiment

bench: $(READY_CLUSTER)
attacks mangled bench pages verdicts experiment: setup
	$(BIN)/python -m $(SCRIPT) $(ARGS)

figure: setup
	$(BIN)/python tools/draw_lenet.py
	$(BIN)/python tools/draw_architecture.py

screenshots: $(READY_TESTS)
	$(BIN)/python -m tools.take_screenshots

examples: release
	$(BIN)/python tools/make_examples.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
