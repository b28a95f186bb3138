"""`make demo` has settings of its own, whatever the merchant has exported."""

import os
import subprocess
import sys

import pytest

from webapp import config
from webapp.config import ROOT
from webapp.demo.__main__ import _settings


def test_nothing_of_the_merchants_own_reaches_or_stops_the_demo(tmp_path):
    (tmp_path / "secret").write_text("of the merchant")
    secrets = {name for name, setting in config.SETTINGS.items() if setting.secret} - {"METRICS_TOKEN"}
    exported = {f"{name}_FILE": str(tmp_path / "secret") for name in secrets} | {"SCHEDULER": "off"}
    merged = exported | _settings(8000, "http://localhost:8000", "http://localhost:8001", "http://localhost:8002")
    found = config.load(merged | {"DATA_DIR": str(tmp_path)})
    assert found.scheduler and "of the merchant" not in map(str, vars(found).values())


@pytest.mark.parametrize("port", ["http", "0", "65534"])
def test_a_port_without_room_for_three_is_said(tmp_path, port):
    environ = os.environ | {"PORT": port, "DEMO_DIR": str(tmp_path / "a" / "b")}
    command = [sys.executable, "-m", "webapp.demo"]
    run = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)
    assert run.returncode == 1 and run.stderr.startswith("PORT must be ") and len(run.stderr.splitlines()) == 1
