"""Each Python that starts with this folder on its PYTHONPATH runs so many seconds ahead of the real clock."""

import os
import time

import time_machine

time_machine.travel(time.time() + float(os.environ["CLOCK_AHEAD"])).start()
