"""Asks whether a weakness is known of what the locked requirements name; fails if one is.

    python tools/audit.py requirements.txt requirements-s3.txt

Without a network, without pip-audit, or where the index knows of no weakness at all, nothing is known: that is said on
three lines nobody overlooks, and is no failure, unless AUDIT_REQUIRED=1.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# What is known and does us no harm: its name, and why.
IGNORED: dict[str, str] = {}
CANARY = "django==3.2.1"
PATIENCE = 60  # seconds
LINE = "!" * 78


def ask(program: str, *options: str) -> tuple[list[dict] | None, str]:
    """What pip-audit found of each package; None and its last words if it learnt nothing."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [program, "--disable-pip", "--progress-spinner", "off", "--timeout", "10", *options]
        command += ["--format", "json", "--output", str(report)]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)  # noqa: S603
        except subprocess.TimeoutExpired:
            return None, f"no answer within {PATIENCE} seconds"
        if not report.exists() or not report.read_text().strip():
            return None, (ran.stderr.strip().splitlines() or [f"status {ran.returncode}"])[-1][:200]
        return json.loads(report.read_text())["dependencies"], ""


def ask_of_canary(program: str) -> str:
    """Why the index cannot be believed; "" if it knows of a version that has many weaknesses, as a mirror may not."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "canary.txt"
        file.write_text(CANARY)
        found, trouble = ask(program, "--no-deps", "--requirement", str(file))
    if found is None:
        return f"pip-audit did not learn anything ({trouble})"
    return "" if weaknesses(found) else f"the package index asked knows of none in {CANARY}, which has many"


def weaknesses(found: list[dict]) -> list[str]:
    """A line for each that is not ignored, with the versions that mend it."""
    return [
        f"{one['name']} {one['version']}: {known['id']}, mended in {', '.join(known['fix_versions']) or 'none yet'}"
        for one in found
        for known in one.get("vulns", [])
        if known["id"] not in IGNORED
    ]


def skip(why: str) -> int:
    print(f"{LINE}\nAUDIT SKIPPED, nothing is known of any weakness: {why}\n{LINE}", file=sys.stderr)
    return 1 if os.environ.get("AUDIT_REQUIRED") == "1" else 0


def main(files: list[str]) -> int:
    program = shutil.which("pip-audit", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
    if program is None:
        return skip("pip-audit is not installed")
    if trouble := ask_of_canary(program):
        return skip(trouble)
    found, trouble = ask(
        program, "--require-hashes", *(part for name in files for part in ("--requirement", name))
    )
    if found is None:
        return skip(f"pip-audit did not learn anything ({trouble})")
    known = weaknesses(found)
    for line in known:
        print(line, file=sys.stderr)
    if known:
        print("Raise these in requirements*.in, then `make lock ARGS=--upgrade`.", file=sys.stderr)
        return 1
    for one in found:
        if reason := one.get("skip_reason"):
            print(f"{one['name']} was passed over: {reason}", file=sys.stderr)
    print(f"No weakness is known of {sum('vulns' in one for one in found)} packages.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
