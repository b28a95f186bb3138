"""How many examples are tried: a sample with every run, FUZZ_EXAMPLES of each kind in the benchmarks."""

import os

from hypothesis import HealthCheck, Phase, settings

TRIED = int(os.environ.get("FUZZ_EXAMPLES", "0"))


def examples(few: int):
    """Decorates a test. The same sample at every run; with FUZZ_EXAMPLES others each time."""
    return settings(
        max_examples=TRIED or few,
        deadline=None,
        database=None,
        derandomize=not TRIED,
        phases=(Phase.generate, Phase.shrink) if TRIED else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
