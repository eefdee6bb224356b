#!/usr/bin/env bash
# See to it that bubblewrap, the sandbox for other people's code, is there and works.
# Without it grading goes on with weaker isolation and says so; with CI=true that is a failure.
set -euo pipefail

give_up() {
    printf 'sandbox: %s\n' "$1" >&2
    [ "${CI:-}" != true ] || exit 1
    exit 0
}

if ! command -v bwrap >/dev/null; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        printf 'sandbox: installing bubblewrap\n'
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq bubblewrap; } >/dev/null || true
    fi
fi

command -v bwrap >/dev/null || give_up "bubblewrap is missing: install it with your package manager (Debian: sudo apt-get install bubblewrap)"
reason=$(bwrap --unshare-all --ro-bind / / true 2>&1) \
    || give_up "bubblewrap cannot isolate here (${reason%%$'\n'*}): user namespaces must be allowed"
