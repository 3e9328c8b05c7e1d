#!/bin/sh
# Makes or mends .venv and installs the locked requirements named as arguments.
# A stamp per requirements file makes the second call take no time.
set -eu
venv=.venv
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  python=$(sh tools/pick-python.sh) || python=
  rm -rf "$venv"
  if [ -n "$python" ]; then
    echo "Making .venv with $("$python" --version)"
    "$python" -m venv "$venv"
  elif command -v uv >/dev/null 2>&1; then
    echo "Making .venv with uv"
    uv venv --quiet --seed --python '>=3.12' "$venv"
  else
    echo "Newsroom needs Python 3.12 or newer with venv and ensurepip, and found none." >&2
    echo "Install one (Debian: apt install python3.12-venv; macOS: brew install python@3.13), or name it: make run PYTHON=/path/to/python" >&2
    exit 1
  fi
fi
for file in "$@"; do
  stamp="$venv/.installed-$(basename "$file")"
  if [ ! -f "$stamp" ] || ! cmp -s "$file" "$stamp"; then
    echo "Installing $file (the first time takes about a minute)"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$file"
    cp "$file" "$stamp"
  fi
done
