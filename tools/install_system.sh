#!/bin/sh
# Installs what is not Python, named as Debian names it:
#   bubblewrap  isolates submissions; this alone where nothing is named
#   chromium    is what tests drive the formgrader with
#   libatomic1  is what Playwright, which drives it, is linked to
#   postgresql  keeps the gradebook in the tests of a cluster
# Where this user may not install, it says what to do and lets the rest go on: the grader itself
# refuses to run unprotected, and the test of the formgrader fails without its browser.
set -u

[ $# -gt 0 ] || set -- bubblewrap
missing=""
for package in "$@"; do
    case $package in
        bubblewrap)
            command -v bwrap >/dev/null 2>&1 || missing="$missing bubblewrap"
            ;;
        chromium)
            # Ubuntu has it as a snap only, which is shut out of the folders that a test works in.
            if [ -x /usr/bin/chromium ]; then
                :
            elif command -v apt-get >/dev/null 2>&1 && ! grep -q '^ID=ubuntu' /etc/os-release; then
                missing="$missing chromium"
            else
                echo "The tests need a Chromium that they can drive. Please run, once:" >&2
                echo "  .venv/bin/playwright install --with-deps chromium" >&2
            fi
            ;;
        libatomic1)
            find /lib /lib64 /usr/lib /usr/lib64 -name libatomic.so.1 2>/dev/null | grep -q . ||
                missing="$missing libatomic1"
            ;;
        postgresql)
            ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
            ;;
        *)
            echo "usage: $0 [bubblewrap] [chromium] [libatomic1] [postgresql]" >&2
            exit 2
            ;;
    esac
done
if command -v apt-get >/dev/null 2>&1; then
    # Debian and Ubuntu split the venv module off from Python.
    "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
fi
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    fedora=$(echo "$missing" | sed 's/libatomic1/libatomic/')
    echo "Please install with your package manager:$missing (Fedora: sudo dnf install$fedora)" >&2
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
$as_root apt-get update -q >/dev/null &&
    $as_root apt-get install -y -q --no-install-recommends $missing >/dev/null || {
    echo "Could not install$missing; please install them by hand." >&2
}
