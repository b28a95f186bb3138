"""What is long, deep or crooked costs no more than what is plain."""

import logging
import time

import pytest

from webapp import logs
from webapp.sync.address import split

LONG = 10_000


@pytest.mark.parametrize(
    "line",
    ["1" * LONG, "a 1 " * (LONG // 4), "1-" * (LONG // 2), " " * LONG + "1", "straat " * (LONG // 7) + "1",
     "bus " * (LONG // 4), "12 a/b-" * (LONG // 7), "," * LONG, "é\u0301" * (LONG // 2), "1 bis " * (LONG // 6)],
    ids=lambda line: line.strip()[:8],
)  # fmt: skip
def test_the_longest_nonsense_is_split_in_no_time(line):
    begin = time.process_time()
    for country in ("NL", "BE", "DE", "FR", "LU", "AT", ""):
        split([line, line, line], country)
    assert time.process_time() - begin < 7


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_value_forges_no_line_of_the_log(make_config, form):
    formatter = logs.formatter(make_config(LOG_FORMAT=form))
    value = "x\n2026-01-01 00:00:00 ERROR   pakbon: forged\r\nagain"
    record = logging.LogRecord("pakbon", logging.INFO, __file__, 1, "asked for %s", (value,), None)
    assert len(formatter.format(record).splitlines()) == 1
