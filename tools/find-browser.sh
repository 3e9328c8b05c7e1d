#!/bin/sh
# Says which Chromium the browser tests use; without one, tries to install Playwright's.
# Where neither can be had the tests are skipped by name, and REQUIRE_BROWSER=1 makes that a failure.
set -eu
if .venv/bin/python -m tests.browser; then
  exit 0
fi
echo "No Chromium on this machine: installing Playwright's."
.venv/bin/python -m playwright install chromium >/dev/null 2>&1 || echo "That failed: browser tests will be skipped."
