#!/usr/bin/env bash
# Usage: scripts/setup.sh [demo]
# Make .venv: the package, editable, with everything in its `dev` extra, at the versions of constraints.txt; or only the
# packages of constraints-demo.txt, to which a later call without `demo` adds the rest.
# Does nothing when .venv holds at least that already, for these files, this folder and this interpreter.
# PYTHON names the interpreter to prefer; the default is python3.11, then python3.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv
stamp=$venv/chainrule-stamp
level=${1:-dev}

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
    cat pyproject.toml constraints.txt constraints-demo.txt | cksum
}

install() {
    local quiet=() packages=(--editable '.[dev]')
    [ -t 1 ] || quiet=(-qq)
    # The list is complete: resolved again, it would bring what it leaves out.
    [ "$level" != demo ] || packages=(--no-deps --requirement constraints-demo.txt --editable .)
    # Two names, because older pip reads the first for the build backend's packages too, newer pip the second.
    export PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1
    "$venv/bin/python" -m pip install "${quiet[@]}" --no-compile "${packages[@]}"
}

# On all cores; pip would use one. Some packages hold files that are not meant for this Python.
compile() {
    "$venv/bin/python" -m compileall -qq -j 0 "$venv/lib" || true
}

python=$(find_python)
home=$(home "$python")
wanted=$(printf '%s\n' "$home" "$(contents)")
found=$(cat "$stamp" 2>/dev/null || true)
case $found in
    "$wanted"$'\n'"$level" | "$wanted"$'\ndev') exit 0 ;;
    "$home"$'\n'*$'\ndev') level=dev ;; # a full environment is renewed as one
esac

rm -f "$stamp"
if [ "${found%%$'\n'*}" = "$home" ]; then
    printf 'setup: renewing %s\n' "$venv"
else
    printf 'setup: making %s\n' "$venv"
    require_ensurepip "$python"
    "$python" -m venv --clear "$venv" || fail "$python could not make $venv"
fi
[ "$level" = demo ] || printf 'setup: installing everything (the first time 0.5 GB to download with a CPU build of torch: a minute or more)\n'
install || fail "pip could not install the packages of constraints.txt; its message is above"
[ "$level" = demo ] || compile
printf '%s\n' "$wanted" "$level" >"$stamp"
