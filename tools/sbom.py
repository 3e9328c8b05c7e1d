"""Prints what the newsroom runs on as a bill of materials (CycloneDX 1.6, JSON), from the locked requirements alone.

    python tools/sbom.py requirements.txt requirements-s3.txt > build/sbom.json

It needs no network and no package. Licences stand there for what is installed beside the Python that runs it.
"""

import hashlib
import json
import re
import sys
import uuid
from importlib import metadata
from pathlib import Path

PINNED = re.compile(
    r"^(?P<name>[\w.-]+)(?:\[[^]]*\])?==(?P<version>[^\s;\\]+)(?P<rest>(?:.*\\\n)*.*)", re.MULTILINE
)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(text: str) -> list[dict]:
    """One for each pinned line; its hashes are those of every file that may be installed for it."""
    return [
        {
            "type": "library",
            "bom-ref": (purl := f"pkg:pypi/{found['name'].lower()}@{found['version']}"),
            "name": found["name"],
            "version": found["version"],
            "purl": purl,
            **licences(found["name"]),
            "externalReferences": [
                {
                    "type": "distribution",
                    "url": f"https://pypi.org/project/{found['name']}/{found['version']}/",
                    "hashes": [{"alg": "SHA-256", "content": one} for one in HASH.findall(found["rest"])],
                }
            ],
        }
        for found in PINNED.finditer(text)
    ]


def licences(name: str) -> dict:
    """As the installed package says it: an expression of SPDX, else its own words, else nothing."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return {}
    if expression := said.get("License-Expression"):
        return {"licenses": [{"expression": expression}]}
    words = [
        one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or [] if one.startswith("License ::")
    ]
    words = words or [one.splitlines()[0][:80] for one in [said.get("License")] if one]
    return {"licenses": [{"license": {"name": word}} for word in words]} if words else {}


def bill(texts: list[str]) -> dict:
    parts = {one["bom-ref"]: one for text in texts for one in components(text)}
    digest = hashlib.sha256("".join(texts).encode()).hexdigest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(digest[:32], version=4)}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": "newsroom", "name": "newsroom"},
        },
        "components": [parts[ref] for ref in sorted(parts)],
    }


if __name__ == "__main__":
    print(json.dumps(bill([Path(name).read_text() for name in sys.argv[1:]]), indent=1))
