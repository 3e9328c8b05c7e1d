"""What libvips' engine must not do to its process."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.media import drawing

DECODE = """
import sys, django
django.setup()
from media import vips
vips.allow()
print(vips.VipsUpright.decode(sys.stdin.buffer.read(), "HEIF", largest=320).at(320).getpixel((16, 10)))
"""


@pytest.mark.processes
def test_rows_of_a_heic_outlive_its_decoder():
    # With this setting glibc gives every freed block back at once: who still reads it is killed.
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "4096"}

    answer = subprocess.run(
        [sys.executable, "-c", DECODE],
        input=drawing.heic("scene"),
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        timeout=60,
    )

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith(b"(")
