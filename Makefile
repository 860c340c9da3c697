# Two commands do all the set-up: `make lab` for learners, `make test` for contributors.
SHELL  := bash
PYTHON ?= python3
BIN    := .venv/bin
NBVAL   = $(BIN)/python tests/nbval/run.py

LESSONS = nbval-solved nbval-solved-simgpu nbval-unsolved nbval-unsolved-simgpu
CHECKS  = covered browser exercises $(LESSONS) peers types mutated holes-checked exhausted named claimed built

# Run a command under a name; print what it took. A make that it calls is told nothing of this one.
step = @printf '\n== %s\n' '$(1)'; unset MAKEFLAGS MFLAGS; \
       TIMEFORMAT='== $(1): %0R s, of the processor %0U s and %0S s'; time { $(2); }

.PHONY: help lab install programs quick test test-gpu strangers unit lint notebooks picture proofs slips teaching security \
        mutants holes naming answers evidence nbval bench bench-grading bench-load bench-room bench-check bench-checkers budget sabotage lock clean \
        style $(CHECKS)
ifndef AT_ONCE
.NOTPARALLEL:
endif

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# -- for learners ------------------------------------------------------------------------------

lab: .venv/lab.stamp  ## open the course in JupyterLab (ARGS="--no-browser --port 8899")
	@$(BIN)/coursekit lab $(ARGS)

# -- set-up ------------------------------------------------------------------------------------

install: .venv/dev.stamp  ## build .venv with everything: course, grading, tests

PIP_INSTALL = $(BIN)/python -m pip install --disable-pip-version-check $(if $(MAKE_TERMOUT),,--quiet) -c requirements.lock

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "This course needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || true)."; \
	  echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/lab.stamp: pyproject.toml requirements.lock | .venv/bin/pip
	@echo 'Installing what a learner needs into .venv (about 1.3 GB with a CPU build of torch; once).'
	$(PIP_INSTALL) -e .
	@touch $@

# uv installs in a quarter of pip's time. It does not know pip's settings: torch, whose build those may
# choose, comes by pip, and all of it does where uv fails.
UV_INSTALL = $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -c requirements.lock
.venv/dev.stamp: pyproject.toml requirements.lock | .venv/bin/pip
	$(call step,install,$(PIP_INSTALL) --no-compile torch uv && \
	  { $(UV_INSTALL) -e '.[dev]' || $(PIP_INSTALL) -e '.[dev]'; })
	@touch .venv/lab.stamp $@

programs:
	$(call step,programs,.ci/system-programs)

# -- tests -------------------------------------------------------------------------------------

# Two at a time, the longest first. The unit tests tell as they go, the others when they are done.
test: install programs style  ## install what is needed and run every check
	@$(MAKE) --no-print-directory --keep-going -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync) \
	  AT_ONCE=2 $(CHECKS)
	@printf '\nAll checks passed.\n'

quick: .venv/dev.stamp  ## in 90 s: style, types, freshness, the tests that your change reaches
	$(call step,quick,$(BIN)/python tests/quick.py $(ARGS))

lint: style types  ## ruff and mypy

style: .venv/dev.stamp
	$(call step,style,$(BIN)/ruff check . && $(BIN)/ruff format --check .)

types: .venv/dev.stamp
	$(call step,types,$(BIN)/mypy)

built: .venv/dev.stamp
	$(call step,built,$(BIN)/coursekit build --check)

claimed: .venv/dev.stamp
	$(call step,claims,$(BIN)/python tests/evidence.py --check)

mutated: .venv/dev.stamp
	$(call step,mutants,$(BIN)/python -W ignore tests/mutants.py --check)

# Thousands of runs of the same lines: tracing them would take twice as long.
SAME_LINES = $(foreach t,test_exercises test_solutions test_slow_machine test_verdicts test_written test_slips \
  test_layer_bugs test_notebook_and_grader learning/test_usable learning/test_unchanged checking/test_fuzz \
  checking/test_libraries checking/test_parts checking/test_precision checking/test_whole_answers,tests/$(t).py)
exercises: .venv/dev.stamp
	$(call step,exercises,$(BIN)/python -m pytest $(SAME_LINES))

holes-checked: .venv/dev.stamp
	$(call step,holes,$(BIN)/python -W ignore tests/holes.py --check)

exhausted: .venv/dev.stamp
	$(call step,exhaustive,$(BIN)/python -W ignore tests/exhaustive.py --check)

named: .venv/dev.stamp
	$(call step,naming,$(BIN)/python -W ignore tests/naming.py --check)

# Two lanes, so that both cores have work to the end; each traces into a file of its own, and the floor
# is of both. Without bubblewrap the tests of strangers' code are skipped: then there is none to hold.
STRANGERS = hostile sandbox grading
COVERAGE_FLOOR = $(if $(shell command -v bwrap),93,0)
TRACED = $(BIN)/python -m pytest --cov --cov-report=
covered: strangers unit
	$(call step,coverage,$(BIN)/coverage combine .coverage.strangers .coverage.unit && \
	  $(BIN)/coverage report --fail-under=$(COVERAGE_FLOOR))

strangers: export COVERAGE_FILE = .coverage.strangers
strangers: .venv/dev.stamp
	$(call step,strangers,$(TRACED) $(STRANGERS:%=tests/%))

unit: export COVERAGE_FILE = .coverage.unit
unit: .venv/dev.stamp
	+$(call step,unit,$(TRACED) --ignore=tests/authoring/test_nbgrader.py \
	  $(foreach t,browser $(STRANGERS),--ignore=tests/$(t)) $(SAME_LINES:%=--ignore=%))

peers: .venv/dev.stamp
	$(call step,nbgrader,$(BIN)/python -m pytest tests/authoring/test_nbgrader.py)

browser: .venv/dev.stamp
	$(call step,browser,$(BIN)/python -m pytest tests/browser)

nbval: $(LESSONS)  ## every lesson, solved and unsolved, cell by cell

nbval-solved: .venv/dev.stamp
	$(call step,nbval solved on cpu,$(NBVAL) solutions)

nbval-unsolved: .venv/dev.stamp
	$(call step,nbval unsolved on cpu,$(NBVAL) --quick notebooks)

nbval-solved-simgpu: .venv/dev.stamp
	$(call step,nbval solved on simgpu,$(NBVAL) --quick --device simgpu solutions)

nbval-unsolved-simgpu: .venv/dev.stamp
	$(call step,nbval unsolved on simgpu,$(NBVAL) --quick --device simgpu notebooks)

# Uses PYTHON as it is and installs nothing; without PYTHON, .venv if there is one.
GPU_PYTHON = $(if $(filter file,$(origin PYTHON)),$(or $(wildcard $(BIN)/python),$(PYTHON)),$(PYTHON))
ABOUT_INSTALLING = $(foreach t,test_packaging test_doctor workspace/test_folder,--ignore=tests/$(t).py)
test-gpu: export COURSEKIT_DEVICE = cuda
test-gpu: export PYTHONPATH = $(CURDIR)
test-gpu:  ## the tests and lessons on CUDA (PYTHON=...), installing nothing
	@$(GPU_PYTHON) tests/need_gpu.py
	$(call step,unit on cuda,$(GPU_PYTHON) -m pytest --ignore=tests/browser $(ABOUT_INSTALLING))
	$(call step,nbval solved on cuda,$(GPU_PYTHON) tests/nbval/run.py --device cuda solutions)
	$(call step,nbval unsolved on cuda,$(GPU_PYTHON) tests/nbval/run.py --quick --device cuda notebooks)

# -- for authors -------------------------------------------------------------------------------

notebooks: .venv/dev.stamp  ## build the notebooks from solutions/*.py
	$(BIN)/coursekit build
	$(BIN)/python tests/proofs.py
	$(BIN)/python tests/grading/make_submissions.py

proofs: slips  ## write what each check accepts and refuses to docs/checks.md; judge anew what has changed
	$(BIN)/python tests/proofs.py
	$(BIN)/python tests/exhaustive.py

slips: .venv/dev.stamp  ## run every single edit of the right answers that are new; keep what it does
	$(BIN)/python tests/slips.py --write

teaching: .venv/dev.stamp  ## run the commands of docs/teaching.md on a made-up class; write what they print
	$(BIN)/python tests/teaching.py

security: .venv/dev.stamp  ## write what was tried against the grader to docs/security.md
	$(BIN)/python tests/hostile/table.py

picture: .venv/dev.stamp  ## take the pictures of README, of panels, of the room's and the grader's pages, in a real browser
	COURSEKIT_SCREENSHOTS=1 $(BIN)/python -m pytest $(shell grep -l COURSEKIT_SCREENSHOTS tests/*/test_*.py)

answers: .venv/dev.stamp  ## judge what people wrote; write docs/answers.md
	$(BIN)/python tests/written.py --write

mutants: .venv/dev.stamp  ## mutate every right answer; write docs/mutants.md
	$(BIN)/python -W ignore tests/mutants.py

holes: .venv/dev.stamp  ## run all that checks accept on all that is allowed; write docs/holes.md
	$(BIN)/python -W ignore tests/holes.py

# The operators of a published tool, which wants packages that nobody else here needs.
.venv-mutmut/stamp: tests/mutmut.lock | .venv/bin/pip
	$(BIN)/python -m venv --clear .venv-mutmut
	.venv-mutmut/bin/python -m pip install --disable-pip-version-check --quiet -r tests/mutmut.lock
	@touch $@

naming: .venv/dev.stamp .venv-mutmut/stamp  ## edit every right answer; how often is the cause named? write docs/naming.md
	OMP_NUM_THREADS=1 $(BIN)/python -W ignore tests/naming.py

evidence: .venv/dev.stamp  ## measure every claim that is stale; write docs/claims.md (ARGS=--twice)
	$(BIN)/python tests/evidence.py $(ARGS)

bench: .venv/dev.stamp  ## time what a user waits for: commands, checks, norms, training
	$(BIN)/python benchmarks/bench.py
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/norms.py
	$(BIN)/python benchmarks/training.py

PEERS = benchmarks/out/peers
$(PEERS)/stamp: benchmarks/peers.lock | .venv/bin/pip
	$(BIN)/python -m venv --clear $(PEERS)
	$(PEERS)/bin/python -m pip install --disable-pip-version-check --quiet -r benchmarks/peers.lock
	@touch $@

bench-grading: .venv/dev.stamp $(PEERS)/stamp  ## nbgrader, otter and coursekit on the same answers (half an hour)
	$(BIN)/python benchmarks/grading.py $(ARGS)
	$(BIN)/python benchmarks/grading.py --thousand

bench-load: .venv/dev.stamp  ## a class graded on a quiet machine and twice on a busy one: the same verdicts?
	$(BIN)/python benchmarks/load.py $(ARGS)

bench-room: .venv/dev.stamp  ## five hundred learners in one live room for two minutes, three pages open
	$(BIN)/python benchmarks/workshop.py $(ARGS)

CHECKERS = benchmarks/out/checkers
$(CHECKERS)/stamp: benchmarks/checkers.lock .venv/dev.stamp
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --upgrade --target $(CHECKERS) -r $<
	@touch $@

bench-checkers: .venv/dev.stamp .venv-mutmut/stamp $(CHECKERS)/stamp  ## the same wrong answers before this check and a peer's
	OMP_NUM_THREADS=1 $(BIN)/python -W ignore benchmarks/checkers.py

bench-check: .venv/dev.stamp  ## the first check in a fresh kernel of each lesson, and later ones
	$(BIN)/python benchmarks/check.py --kernels $(ARGS)

budget: .venv/dev.stamp  ## CPU seconds of each solved lesson against what it declares
	$(BIN)/python benchmarks/budget.py

sabotage: .venv/dev.stamp  ## break the course in nine ways; each must turn the tests red
	$(BIN)/python tests/sabotage.py

lock: .venv/dev.stamp  ## write requirements.lock from what .venv holds
	{ grep '^#' requirements.lock; $(BIN)/pip freeze --all --exclude-editable | grep -v '^pip==' | \
	  sed 's/+[a-z0-9.]*$$//' | LC_ALL=C sort -f; } > requirements.new
	mv requirements.new requirements.lock

clean:  ## remove what the tools made (never workspace/)
	rm -rf .venv .venv-nbgrader .venv-mutmut .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage* htmlcov dist build
