import subprocess
import sys

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


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_child_of_a_worker_cannot_fill_the_machine():
    assert run(_CONFINED) == "no more memory\n"


def test_no_other_process_touches_libvips():
    said = run("import django; django.setup(); import sys; print('pyvips' in sys.modules)")

    assert said == "False\n"
