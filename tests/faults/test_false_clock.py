"""A process whose clock is off says another time, and its monotonic clock goes on."""

import json
import os
import subprocess
import sys
import time

import pytest

from tests.faults.breaking import off_by

ASK = """
import datetime, json, time
from django.utils import timezone
before = time.monotonic()
time.sleep(0.1)
print(json.dumps([time.time(), datetime.datetime.now().timestamp(), timezone.now().timestamp()]))
assert 0.1 <= time.monotonic() - before < 5
"""


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_a_process_has_the_clock_it_is_given(seconds):
    said = subprocess.check_output([sys.executable, "-c", ASK], env={**os.environ, **off_by(seconds)})

    assert [round((one - time.time()) / 60) for one in json.loads(said)] == [seconds / 60] * 3
