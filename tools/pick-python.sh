#!/bin/sh
# Prints a Python of 3.12 or newer that can make an environment; fails if there is none.
# Each candidate is run, not looked at: pyenv's shims exist and fail, and Debian's python3 may lack ensurepip.
for candidate in "$PYTHON" python3.13 python3.12 python3.14 python3 \
    "$HOME"/.pyenv/versions/3.13.*/bin/python "$HOME"/.pyenv/versions/3.12.*/bin/python \
    "$HOME"/.pyenv/versions/3.14.*/bin/python \
    /opt/homebrew/bin/python3.13 /opt/homebrew/bin/python3.12 /usr/local/bin/python3.13 /usr/local/bin/python3.12; do
  [ -n "$candidate" ] || continue
  if "$candidate" -c 'import sys, venv, ensurepip; raise SystemExit(sys.version_info[:2] < (3, 12))' >/dev/null 2>&1; then
    command -v "$candidate"
    exit 0
  fi
  [ "$candidate" = "$PYTHON" ] && echo "PYTHON=$PYTHON is no Python 3.12 or newer with venv and ensurepip; looking for another." >&2
done
exit 1
