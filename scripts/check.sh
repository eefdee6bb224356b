#!/usr/bin/env bash
# Usage: scripts/check.sh [lint]
# Every check of the project, or only the static ones. All of them run; the exit status is 1 if any failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export PATH="$PWD/.venv/bin:$PATH"
# As workers have it: several threads for small arrays only wait for each other.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1

failed=()

check() {
    local title=$1
    shift
    printf '== %s\n' "$title"
    "$@" || failed+=("$title")
}

check "ruff check" ruff check --quiet
check "ruff format --check" ruff format --check --quiet
check "mypy" mypy
if [ "${1:-}" != lint ]; then
    check "compiled assessments: up to date" chainrule dev build --check
    check "audit: every exercise grades right and wrong answers as it should" chainrule dev audit
    check "exercises: the untouched stubs count as not attempted" pytest exercises/ -q
    check "tests" pytest -q -n 2
fi

if [ ${#failed[@]} -gt 0 ]; then
    printf 'failed: %s\n' "${failed[@]}" >&2
    exit 1
fi
