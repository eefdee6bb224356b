# PYTHON is the interpreter to prefer; without it scripts/setup.sh falls back to python3, if that is 3.11 or newer.
PYTHON ?= python3.11
export PYTHON

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help venv sandbox test lint demo clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

venv: ## make .venv, or renew it after a change of pyproject.toml or the constraints
	@scripts/setup.sh

sandbox: ## install bubblewrap where possible, and check that it works
	@scripts/sandbox.sh

test: venv sandbox ## run every check: ruff, mypy, audit, exercises, tests
	@scripts/check.sh

lint: venv ## run the static checks only
	@scripts/check.sh lint

demo: sandbox ## grade the sample class, directly and through Otter; needs less in .venv than the rest
	@scripts/setup.sh demo
	@scripts/demo.sh

clean: ## remove what was built and every cache, but not .venv
	rm -rf build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -path ./.venv -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +
