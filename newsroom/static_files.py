"""Static files as they are served: named by their digests, and our scripts without their comment lines."""

import re

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile, File

OURS = re.compile(
    r"js/(?:field/)?[\w-]+(\.[0-9a-f]{12})?\.js"
)  # as it is written, and under the name it is served by
# Whole lines alone: what stands behind code may be part of a text.
_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)


def without_comments(script: str) -> str:
    """A script without its comment lines. No text of ours that goes over several lines may have one that begins so."""
    return _COMMENT.sub("", script)


class NewsroomStaticFilesStorage(ManifestStaticFilesStorage):
    # A module names those it imports by their digests, too: one page never runs with modules of two builds.
    support_js_module_import_aggregation = True
    max_post_process_passes = 12  # one for each step of the longest chain of modules, which is eight now

    def _save(self, name: str, content: File) -> str:
        if OURS.fullmatch(name):
            content.seek(0)  # it was read already, for its digest
            content = ContentFile(without_comments(content.read().decode()).encode(), name)
        return super()._save(name, content)
