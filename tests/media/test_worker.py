import platform
import subprocess
import sys

import pytest

_CONFINED = """
import django; django.setup()
from media import vips, worker
worker.confine()
assert vips.is_allowed()
try:
    bytearray(worker.MEMORY + 1)
except MemoryError:
    print("no more memory")
"""

_KEEPING = """
import resource
import django; django.setup()
from media import worker
worker.confine()
for size in (100_000_000, 90_000_000):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    block = b"x" * size
    pages = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    del block
print(pages)
"""


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_child_of_a_worker_cannot_fill_the_machine():
    assert run(_CONFINED) == "no more memory\n"


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told to")
def test_child_of_a_worker_keeps_its_memory_for_the_next_picture():
    assert int(run(_KEEPING)) < 100  # of the 22,000 pages in the block


def test_no_other_process_touches_libvips():
    said = run("import django; django.setup(); import sys; print('pyvips' in sys.modules)")

    assert said == "False\n"
