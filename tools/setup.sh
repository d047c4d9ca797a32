#!/bin/sh
# Find a Python that can build the environment, then hand over to tools/setup.py.
# The environment's own Python comes first, so that a second run keeps to it.
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
found_old=""
no_venv=""
for python in "${PYTHON:-}" "$root/.venv/bin/python" python3.11 python3.12 python3.13 python3 python python3.14; do
    [ -n "$python" ] || continue
    command -v "$python" >/dev/null 2>&1 || continue
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || { found_old="$python"; continue; }
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || { no_venv="$python"; continue; }
    exec "$python" "$root/tools/setup.py" "${1:-run}"
done
if [ -n "$no_venv" ]; then
    echo "Setup stopped: $no_venv has no venv module; install it (Debian and Ubuntu: apt install python3-venv) and try again." >&2
elif [ -n "$found_old" ]; then
    echo "Setup stopped: Unpinch needs Python 3.11 or newer and $found_old is too old or does not start; install a newer one from python.org, or name one: make setup PYTHON=/path/to/python3." >&2
else
    echo "Setup stopped: Unpinch needs Python 3.11 or newer and found none; install it from python.org or your system's packages and try again." >&2
fi
exit 1
