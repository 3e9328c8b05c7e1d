"""The build's name: part of every page's ETag, so that a deploy never serves pages with dead style sheets."""

import functools
import hashlib
from pathlib import Path

from django.conf import settings

from coverage.record import house


@functools.cache
def build_id() -> str:
    """Eight hex digits of what pages are made of: our code, templates, catalogues, the static files' names, and
    what the newsroom is called."""
    digest = hashlib.sha256()
    for path in _ingredients():
        digest.update(path.read_bytes())
    digest.update(repr(house.says()).encode())
    return digest.hexdigest()[:8]


def _ingredients() -> list[Path]:
    package = Path(__file__).resolve().parent.parent
    sources = [*package.glob("front/*.py"), *package.glob("record/**/*.py")]
    for folder in settings.TEMPLATES[0]["DIRS"]:
        sources += [
            path for name in ("record", "front", "house", "media") for path in Path(folder).glob(f"{name}/*")
        ]
        sources += Path(folder).glob("*.html")
    for folder in settings.LOCALE_PATHS:
        sources += Path(folder).glob("*/LC_MESSAGES/*.mo")
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    return sorted(path for path in [*sources, manifest] if path.is_file())
