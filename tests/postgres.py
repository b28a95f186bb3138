"""`python -m tests.postgres [PYTEST WORDS]`: tests on a PostgreSQL that is started for them and thrown away after.

Without words: those that a database can make fail. Where no PostgreSQL is installed they are skipped, and said so;
with CI set that is an error.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SENSITIVE = (
    "tests/test_postgres.py", "tests/test_leases.py", "tests/journeys/test_two_processes.py",
    "tests/journeys/test_crash.py", "tests/journeys/test_first_import.py", "tests/journeys/test_deliveries.py",
    "tests/journeys/test_write_back.py", "tests/pages/test_tallies.py", "tests/views/test_dashboard.py",
    "tests/views/test_orders.py", "tests/views/test_settings.py", "tests/clients/test_budget.py",
)  # fmt: skip
# Durability costs most of the time, and nothing here is to last.
FAST = ("-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off", "-c max_connections=200")


def programs() -> Path | None:
    """The folder with initdb and pg_ctl, of the newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    beside = shutil.which("initdb")
    return found[-1].parent if found else Path(beside).parent if beside else None


@contextmanager
def server(bin_folder: Path) -> Iterator[str]:
    """A running server, as the address of one without a database."""
    with tempfile.TemporaryDirectory(prefix="pakbon-postgres-") as name:
        data, port = Path(name) / "data", _free_port()
        as_user: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            user = pwd.getpwnam("postgres")
            os.chown(name, user.pw_uid, user.pw_gid)
            as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={name} {' '.join(FAST)}"
        control = [*as_user, str(bin_folder / "pg_ctl"), "-D", str(data), "-w", "-s"]
        initdb = [*as_user, str(bin_folder / "initdb"), "-D", str(data), "-U", "pakbon", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*initdb, "--locale=C.UTF-8", "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd=name)
        subprocess.run([*control, "-l", f"{name}/log", "-o", options, "start"], check=True, cwd=name)
        try:
            yield f"postgresql://pakbon@127.0.0.1:{port}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, cwd=name)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    bin_folder = programs()
    if bin_folder is None:
        print("PostgreSQL is not installed, so nothing is tested on it.", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    with server(bin_folder) as address:
        words = sys.argv[1:]
        if not any(not word.startswith("-") for word in words):
            words += ["--numprocesses", "auto", "--dist", "worksteal", *SENSITIVE]
        environ = os.environ | {"TEST_DATABASE_URL": address}
        return subprocess.run([sys.executable, "-m", "pytest", *words], env=environ).returncode


if __name__ == "__main__":
    sys.exit(main())
