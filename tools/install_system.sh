#!/bin/sh
# Installs what is not Python: bubblewrap, which isolates submissions. Where this user may not
# install, it says what to do and lets the rest go on: the grader itself refuses to run unprotected.
set -u

missing=""
command -v bwrap >/dev/null 2>&1 || missing="$missing bubblewrap"
if command -v apt-get >/dev/null 2>&1; then
    # Debian and Ubuntu split the venv module off from Python.
    "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
fi
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install with your package manager:$missing (Fedora: sudo dnf install$missing)" >&2
    exit 0
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        echo "Please run: sudo apt-get install$missing" >&2
        exit 0
    fi
fi
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 - the words are meant to split
$as_root apt-get update -q >/dev/null && $as_root apt-get install -y -q $missing >/dev/null || {
    echo "Could not install$missing; please install them by hand." >&2
}
