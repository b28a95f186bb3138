"""The fault matrix and the soak, whole: the journeys of the same names with nothing left out. What they print is
printed as it comes."""

import os
import re
import subprocess
import sys

from webapp.config import ROOT


def matrix() -> tuple[int, int]:
    """How many cells there are, and how many of them went wrong."""
    cells, wrong = told("test_faults.py", r"(\d+) cells, (\d+) of them", FAULTS="all")
    return cells, wrong


def soak(passes: int, seed: int) -> tuple[int, int]:
    """How many passes were made, and what is not as it must be after them."""
    count, wrong = told("test_soak.py", r": (\d+) passes, (\d+) things", SOAK=str(passes), SOAK_SEED=str(seed))
    return count, wrong


def told(name: str, pattern: str, **environ: str) -> list[int]:
    command = [sys.executable, "-m", "pytest", "-q", "-s", "--show-capture=no", f"tests/journeys/{name}"]
    found = None
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        for line in running.stdout:
            print(line, end="", flush=True)
            found = re.search(pattern, line) or found
    if not found:
        raise SystemExit(f"{name} ended with {running.returncode}")
    return [int(number) for number in found.groups()]
