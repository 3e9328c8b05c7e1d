"""Python runs this first wherever this folder is on PYTHONPATH: all its clocks are off by FALSE_CLOCK seconds.

A library preloaded under Python (libfaketime) is no way: it also shifts what Python's own locks wait for, and a busy
web process stands still.
"""

import os
import time

import time_machine

time_machine.travel(time.time() + float(os.environ["FALSE_CLOCK"])).start()
