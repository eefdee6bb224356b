#!/usr/bin/env bash
# Make .venv: the package, editable, with everything in its `dev` extra, at the versions of constraints.txt.
# Does nothing when .venv already fits pyproject.toml, constraints.txt, this folder and the interpreter.
# PYTHON names the interpreter to prefer; the default is python3.11, then python3.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv
stamp=$venv/chainrule-stamp

fail() {
    printf 'setup: %s\n' "$1" >&2
    exit 1
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3.11}" python3.11 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed: install it, or name it with PYTHON=/path/to/python3.11"
}

# Debian packs ensurepip, without which a virtual environment has no pip, separately.
has_ensurepip() {
    "$1" -c 'import ensurepip' 2>/dev/null
}

require_ensurepip() {
    local python=$1 package
    has_ensurepip "$python" && return
    package=$("$python" -c 'import sys; print("python{}.{}-venv".format(*sys.version_info[:2]))')
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        printf 'setup: installing %s\n' "$package"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package"; } >/dev/null || true
    fi
    has_ensurepip "$python" || fail "$python cannot make virtual environments; on Debian, as root: apt-get install $package"
}

# An environment knows its own path, so one that was copied along with the folder must be made anew.
home() {
    printf '%s ' "$PWD"
    "$1" --version
}

contents() {
    cat pyproject.toml constraints.txt | cksum
}

install() {
    local quiet=()
    [ -t 1 ] || quiet=(-qq)
    # Two names, because older pip reads the first for the build backend's packages too, newer pip the second.
    export PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1
    "$venv/bin/python" -m pip install "${quiet[@]}" --editable '.[dev]'
}

python=$(find_python)
home=$(home "$python")
wanted=$(printf '%s\n' "$home" "$(contents)")
found=$(cat "$stamp" 2>/dev/null || true)
if [ "$found" = "$wanted" ]; then
    exit 0
fi

rm -f "$stamp"
if [ "${found%%$'\n'*}" = "$home" ]; then
    printf 'setup: renewing %s\n' "$venv"
else
    printf 'setup: making %s (first time: 0.5 GB to download with a CPU build of torch, a minute or more)\n' "$venv"
    require_ensurepip "$python"
    "$python" -m venv --clear "$venv" || fail "$python could not make $venv"
fi
install || fail "pip could not install the packages of constraints.txt; its message is above"
printf '%s\n' "$wanted" >"$stamp"
