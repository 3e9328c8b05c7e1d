#!/bin/sh
# Writes each requirements file from its .in file; needs the network.
set -eu
sh tools/make-venv.sh
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet uv
export UV_PYTHON_DOWNLOADS=never UV_CUSTOM_COMPILE_COMMAND='make lock'
for name in requirements requirements-s3 requirements-dev requirements-bench requirements-audit; do
  .venv/bin/uv pip compile --quiet "$@" --universal --python-version 3.12 --python .venv/bin/python \
    --generate-hashes --no-emit-index-url --no-emit-find-links "$name.in" -o "$name.txt"
done
