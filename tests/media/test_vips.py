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

# Of a sound picture, with far less memory than its pixels take: first decoded, then scaled.
STARVE = """
import resource, sys
from pathlib import Path
import django
django.setup()
from media import vips
from media.vips import VipsUpright
vips.allow()
data = sys.stdin.buffer.read()
upright = VipsUpright.decode(data, "WEBP", largest=4000)
status = Path("/proc/self/status").read_text()
filled = int(status.partition("VmData:")[2].split()[0]) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (filled + 16 * 1024 * 1024, resource.RLIM_INFINITY))
for work in (lambda: VipsUpright.decode(data, "WEBP", largest=320), lambda: upright.at(3900)):
    try:
        work()
    except Exception as error:
        print(repr(error))
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


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits all of a process's memory")
def test_want_of_memory_is_no_damage():
    answer = subprocess.run(
        [sys.executable, "-c", STARVE],
        input=drawing.saved(drawing.scene(4000, 3000), "WEBP"),
        cwd=settings.BASE_DIR,
        capture_output=True,
        timeout=60,
    )

    assert answer.stdout.decode().split() == ["MemoryError()", "MemoryError()"], answer.stderr
