"""What Lighthouse says of an event's, a post's, a keynote's and a speaker's page on a slow phone.

    .venv/bin/python -m bench.lighthouse [--runs 5]

Starts a whole newsroom with the demo event in a temporary folder, with nothing in front of it, and waits for its
pictures. Printed are medians: the four scores, and what the performance is made of. Lighthouse is locked in bench/node/
and installed once into the user's cache; it needs Node, npm, a Chromium and, the first time, the network.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.aims import Aim
from tests import browser
from tests.journeys.conftest import start_newsroom, stop_newsroom
from tests.processes import eventually

LOCKED = Path(__file__).with_name("node")
OLDEST_NODE = 18
EVENT = "/events/kubecon-eu-2024/"
AIMS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
FIGURES = {  # what is printed, by the audit it comes from, and by how much that is divided
    "largest-contentful-paint": ("LCP ms", 1),
    "cumulative-layout-shift": ("CLS", 1),
    "total-blocking-time": ("TBT ms", 1),
    "total-byte-weight": ("KB", 1000),
}
PICTURES_SECONDS = 240
TRIES = 3


@dataclass(frozen=True)
class Report:
    """One run: scores of 0 to 100 by category, figures by audit in their own unit, and audits that cost points."""

    scores: dict[str, float]
    figures: dict[str, float]
    costly: frozenset[str]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=5)
    runs = options.parse_args().runs
    if runs < 1:
        options.error("--runs must be 1 or more")
    if missing := lacking():
        print(f"{missing} The run goes on without Lighthouse.")
        return
    program, reports = installed(), {}
    with tempfile.TemporaryDirectory(prefix="nr-bench-") as folder:
        newsroom = start_newsroom(Path(folder))
        try:
            for name, path in pages(newsroom.address).items():
                reports[name] = [asked(program, newsroom.address + path) for _ in range(runs)]
        finally:
            stop_newsroom(newsroom)
    print(f"\nLighthouse, its slow phone, nothing in front of the newsroom, medians of {runs} runs")
    print(table(reports))


def lacking() -> str:
    """A sentence about what there must be and is not; "" if nothing is missing."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "Lighthouse needs Node and npm: apt-get install nodejs npm."
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.match(r"v(\d+)", said)[1]) < OLDEST_NODE:
        return f"Lighthouse needs Node {OLDEST_NODE} or newer, and here is {said.strip()}."
    if browser.executable() is None:
        return "Lighthouse needs a Chromium: apt-get install chromium."
    return ""


def installed() -> Path:
    """Lighthouse's program of the locked version, below the user's cache; installed if it is not there yet."""
    digest = hashlib.sha256((LOCKED / "package-lock.json").read_bytes()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "newsroom"
    folder = cache / f"lighthouse-{digest}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as name:
            made = Path(name) / folder.name
            shutil.copytree(LOCKED, made)
            print("Installing Lighthouse (the first time takes a minute)", flush=True)
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            if subprocess.run(command, cwd=made).returncode:
                raise SystemExit(
                    f"Lighthouse could not be installed: `{' '.join(command)}` failed, see above."
                )
            made.rename(folder)
    return folder / "node_modules" / "lighthouse" / "cli" / "index.js"


def pages(address: str) -> dict[str, str]:
    """The paths of the pages to ask about, once their pictures are ready."""
    found: dict[str, str] = {}

    def are_ready() -> bool:
        with urllib.request.urlopen(address + EVENT) as answer:
            html = answer.read().decode()
        found.update(chosen(html))
        return 'class="picture reserved"' not in html

    eventually(are_ready, PICTURES_SECONDS)
    return found


def chosen(html: str) -> dict[str, str]:
    """Of an event page: itself, the first post with a picture, the first keynote and the first speaker."""
    articles = re.findall(r"<article .*?</article>", html, re.DOTALL)
    pictured = next(article for article in articles if "<img " in article)
    return {
        "event": EVENT,
        "post": re.search(rf'href="({EVENT}posts/\w+/)"', pictured)[1],
        "keynote": re.search(rf'href="({EVENT}keynotes/[\w-]+/)"', html)[1],
        "speaker": re.search(r'href="(/speakers/[\w-]+/)"', html)[1],
    }


def asked(program: Path, address: str) -> Report:
    """One run of Lighthouse as it is by default: a slow phone on a slow line, simulated."""
    flags = "--headless=new" + (" --no-sandbox" if os.getuid() == 0 else "")
    command = ["node", program, address, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    for _ in range(TRIES):  # on a busy machine the browser's trace may miss its beginning
        said = subprocess.run(
            [*command, "--no-enable-error-reporting"],
            env={**os.environ, "CHROME_PATH": browser.executable()},
            capture_output=True,
            text=True,
        )
        if said.returncode == 0:
            return parsed(said.stdout)
    raise SystemExit(f"Lighthouse failed on {address}: {said.stderr.strip()}")


def parsed(text: str) -> Report:
    """Lighthouse's JSON. Raises SystemExit with its own words if it could not load the page."""
    said = json.loads(text)
    if failure := said.get("runtimeError"):
        raise SystemExit(f"Lighthouse could not judge {said['requestedUrl']}: {failure['message']}")
    categories, audits = said["categories"], said["audits"]
    weighed = {ref["id"] for name in AIMS for ref in categories[name]["auditRefs"] if ref["weight"]}
    return Report(
        {name: round(categories[name]["score"] * 100) for name in AIMS},
        {name: audits[name]["numericValue"] for name in FIGURES},
        frozenset(name for name in weighed if audits[name]["score"] not in (None, 1)),
    )


def table(reports: dict[str, Sequence[Report]]) -> str:
    """A line a page, and below what keeps a page from an aim."""
    heads = [*AIMS, *(name for name, _ in FIGURES.values())]
    lines = ["".join([f"{'':<9}", *(f"{head:>16}" for head in heads)])]
    costs = []
    for page, runs in reports.items():
        cells = []
        for name, least in AIMS.items():
            score = statistics.median(run.scores[name] for run in runs)
            is_met = Aim(least, is_least=True).is_met(score)
            cells.append(f"{score:g} {'met' if is_met else 'missed'}")
        for name, (_, unit) in FIGURES.items():
            figure = statistics.median(run.figures[name] for run in runs) / unit
            cells.append(format(figure, ".0f" if figure >= 100 else ".3g"))
        lines.append("".join([f"{page:<9}", *(f"{cell:>16}" for cell in cells)]))
        if any("missed" in cell for cell in cells):
            costs.append(f"{page}: {', '.join(sorted(frozenset.union(*(run.costly for run in runs))))}")
    aims = "".join([f"{'aim':<9}", *(f"{f'≥ {least}':>16}" for least in AIMS.values())])
    return "\n".join([*lines, aims, *costs])


if __name__ == "__main__":
    main()
