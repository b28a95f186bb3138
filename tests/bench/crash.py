"""The crash matrix and a day's worth of deliveries, whole: the journeys of the same names with nothing left out.

Each runs in a pytest of its own and prints one line of numbers, which is read here.
"""

import os
import re
import subprocess
import sys

from webapp.config import ROOT


def killed_everywhere() -> tuple[int, int]:
    """At how many points a pass was killed, and after how many of them the books came out differently."""
    points, wrong = numbers("test_crash.py", r"killed at (\d+) points, (\d+) of them", CRASH_EVERY="1")
    return points, wrong


def many_deliveries(count: int = 500) -> tuple[int, int, int, int]:
    """Deliveries due at once, calls to Exact, calls to Sendcloud, and seconds by the services' clock."""
    pattern = r"(\d+) deliveries: (\d+) calls to Exact, (\d+) to Sendcloud, some (\d+) s"
    due, exact, sendcloud, seconds = numbers("test_backlog.py", pattern, BACKLOG=str(count))
    return due, exact, sendcloud, seconds


def numbers(name: str, pattern: str, **environ: str) -> list[int]:
    command = [sys.executable, "-m", "pytest", "-q", "-s", f"tests/journeys/{name}"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True)
    found = re.search(pattern, done.stdout)
    if not found:
        raise SystemExit(f"{name} ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return [int(number) for number in found.groups()]
