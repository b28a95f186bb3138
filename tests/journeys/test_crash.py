"""A pass that is killed at any moment: no second label, nothing lost, nothing doubled. `CRASH_EVERY=1` kills at
every boundary, which takes some minutes; otherwise at a sample of them."""

import os
from dataclasses import asdict
from pathlib import Path

from tests.crash.matrix import WANTED, matrix
from tests.journeys.world import World

EVERY = int(os.environ.get("CRASH_EVERY", "29"))


def test_wherever_a_pass_is_killed_the_books_come_out_the_same(world: World, tmp_path: Path):
    with matrix(world, tmp_path) as crash:
        clean = crash.run(0)
        assert asdict(clean) | WANTED == asdict(clean)
        assert len(clean.labels) == 3
        points = range(1, crash.boundaries() + 1, EVERY)
        assert len(points) > 5
        wrong = {kill: found for kill in points if (found := crash.run(kill)) != clean}
        print(f"killed at {len(points)} points, {len(wrong)} of them left other books")
        assert wrong == {}


def test_two_processes_at_once_make_no_second_label(world: World, tmp_path: Path):
    with matrix(world, tmp_path) as crash:
        clean = crash.run(0)
        assert crash.two_at_once() == clean
