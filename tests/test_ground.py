"""What holds for the checkout as a whole: documented commands and settings, arrows between modules, files."""

import ast
import configparser
import functools
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from webapp import config

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):(?!=)", MAKEFILE, re.MULTILINE))


# Commands and settings


def test_every_make_target_has_a_help_line():
    described = set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.MULTILINE))
    assert TARGETS and TARGETS == described


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make_alone_prints_every_target():
    shown = subprocess.run(["make", "-C", str(ROOT), "-s"], capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  make ([a-z-]+) +\S", shown, re.MULTILINE)) == TARGETS


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_make_command_in_the_documents_exists(text):
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= TARGETS


def test_the_readme_lists_exactly_the_commands_of_flask():
    source = "".join((ROOT / path).read_text(encoding="utf-8") for path in ("webapp/commands.py", "wsgi.py"))
    commands = re.findall(r'cli\.command\("([\w-]+)"', source)
    assert commands and set(re.findall(r"flask --app wsgi ([\w-]+)", README)) == set(commands)


def test_the_readme_lists_exactly_the_settings_that_are_read():
    first_cells = re.findall(r"^\| (`[A-Z][^|]*) \|", README, re.MULTILINE)
    documented = [name for cell in first_cells for name in re.findall(r"`([A-Z_]+)`", cell)]
    assert sorted(documented) == sorted(config.SETTINGS)


DOCUMENTS = sorted(str(path.relative_to(ROOT)) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_between_documents_lead_somewhere(name):
    document = ROOT / name
    links = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_place_named_in_contributing_exists():
    rows = re.findall(r"^\|.*\|$", CONTRIBUTING, re.MULTILINE)
    places = {place for row in rows for place in re.findall(r"`([\w./]+/[\w./]*|\w+\.\w+)`", row)}
    assert places and sorted(place for place in places if not (ROOT / place).exists()) == []


# Locks


@pytest.mark.parametrize("extra, lock", [("", "requirements.lock"), ("dev", "requirements-dev.lock")])
def test_the_lock_pins_every_requirement_with_hashes_and_names_no_address(extra, lock):
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = setup["options"]["install_requires"] + (setup["options.extras_require"][extra] if extra else "")
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+) \\\n    --hash=sha256:", text, re.MULTILINE))
    assert {_plain(re.split(r"[<>=[]", line)[0]) for line in wanted.split()} <= {_plain(name) for name in pinned}
    assert len(pinned) == len(re.findall(r"^[\w.-]+==", text, re.MULTILINE))
    assert not re.search(r"://|^--", text, re.MULTILINE)


def test_both_locks_agree():
    pins = [
        set(re.findall(r"^([\w.-]+==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0] <= pins[1]


def test_the_npm_lock_names_no_address():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


# Rows


def half_read(source: str) -> list[int]:
    """Lines on which a loop goes over a query itself: until its end nothing can be written once another has."""
    loops = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.For | ast.YieldFrom)]
    over = [(node.lineno, node.iter if isinstance(node, ast.For) else node.value) for node in loops]
    return [line for line, rows in over if isinstance(rows, ast.Call) and "select" in _calls(rows)]


def _calls(call: ast.expr) -> set[str]:
    """The methods of a chain, `a.select().where()`."""
    found = set()
    while isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        found.add(call.func.attr)
        call = call.func.value
    return found


def test_rows_are_read_before_the_work_on_them_begins():
    assert half_read("for a in A.select().where(b):\n    a\ndef f():\n    yield from A.select()\n") == [1, 4]
    assert half_read("for a in list(A.select()):\n    a\nb = [a.id for a in A.select()]\n") == []
    paths = [*(ROOT / "webapp").rglob("*.py"), *(ROOT / "jobs").rglob("*.py")]
    assert [f"{path}:{line}" for path in paths for line in half_read(path.read_text(encoding="utf-8"))] == []


# Arrows

# who: what it never imports. The deeper a module lies, the less it knows.
NEVER = {
    "webapp": ("jobs", "wsgi"),
    "webapp.clients": ("flask", "webapp.views", "webapp.pages", "webapp.words", "webapp.upkeep", "webapp.sync"),
    "webapp.sync": ("flask", "webapp.views", "webapp.pages", "webapp.words", "webapp.upkeep"),
    "webapp.models": ("flask", "webapp.views", "webapp.pages", "webapp.words", "webapp.sync", "webapp.clients"),
    "webapp.words": ("webapp.views", "webapp.pages", "webapp.upkeep", "webapp.clients"),
    "webapp.pages": ("webapp.views", "webapp.upkeep", "webapp.app"),
    "webapp.upkeep": ("webapp.views", "webapp.app"),
    "webapp.views": ("webapp.app",),
    "jobs": ("flask", "webapp.views"),
}
PURE = re.compile(
    r"webapp\.sync\.(records|parse_\w+|mapping|receiver|scope|edited|rules|address|customs|customs_check|lengths"
    r"|states|phones|regions|chosen_point)$"
)
NOT_PURE = "http os pathlib random socket sqlite3 subprocess threading time urllib.request".split()
ONLY_CLIENTS = ("requests", "authlib")


def imports_of(source: str, package: str = "", filename: str = "<text>") -> list[tuple[int, str]]:
    """Line and dotted name of everything imported; `from a import b` counts as a.b."""
    found = []
    for node in ast.walk(ast.parse(source, filename)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            found += [(node.lineno, f"{base}.{alias.name}") for alias in node.names]
    return found


def within(name: str, *places: str) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


@functools.cache
def all_imports() -> list[tuple[str, str, str]]:
    """(module, what it imports, where) for the product's own code."""
    found = []
    paths = [*ROOT.glob("*.py"), *(ROOT / "webapp").rglob("*.py"), *(ROOT / "jobs").rglob("*.py")]
    for path in paths:
        parts = path.relative_to(ROOT).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        package = module if is_package else module.rpartition(".")[0]
        for line, name in imports_of(path.read_text(encoding="utf-8"), package, str(path)):
            found.append((module, name, f"{path.relative_to(ROOT)}:{line} imports {name}"))
    return found


def test_every_form_of_import_is_seen():
    source = "import a.b as c\nfrom d import e, f\ndef g():\n    from . import h\n    from ..i import j\n"
    found = imports_of(source, package="webapp.sync")
    assert [name for _, name in found] == ["a.b", "d.e", "d.f", "webapp.sync.h", "webapp.i.j"]


@pytest.mark.parametrize("who", NEVER)
def test_no_arrow_points_back(who):
    imports = [(name, where) for module, name, where in all_imports() if within(module, who)]
    assert [where for name, where in imports if within(name, *NEVER[who])] == []


def test_pure_modules_know_only_the_standard_library_and_our_errors():
    def allowed(module: str, name: str) -> bool:
        if within(name, "phonenumbers"):
            return module == "webapp.sync.phones"
        if name.startswith("webapp."):
            return within(name, "webapp.errors") or bool(PURE.match(".".join(name.split(".")[:3])))
        return name.split(".")[0] in sys.stdlib_module_names and not within(name, *NOT_PURE)

    pure = [(module, name, where) for module, name, where in all_imports() if PURE.match(module)]
    assert [where for module, name, where in pure if not allowed(module, name)] == []


def test_the_demo_and_the_product_do_not_know_each_other():
    crossing = [
        where
        for module, name, where in all_imports()
        if within(name, "webapp") and within(module, "webapp.demo") != within(name, "webapp.demo")
        if within(module, "webapp.demo") or within(name, "webapp.demo")
    ]
    assert crossing == []


def test_only_the_clients_speak_http():
    assert [
        where
        for module, name, where in all_imports()
        if within(name, *ONLY_CLIENTS) and not within(module, "webapp.clients", "webapp.demo.__main__")
    ] == []


# Files


def _committed() -> list[Path]:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=True)
    paths = [Path(name) for name in listed.stdout.split("\0") if name]
    return [path for path in paths if (ROOT / path).is_file()]


def test_nothing_of_others_is_committed_for_the_browser():
    foreign = [
        path
        for path in _committed()
        if path.is_relative_to("static/vendor") or "node_modules" in path.parts or ".min." in path.name
    ]
    assert foreign == []


def test_no_committed_file_is_large():
    assert [path for path in _committed() if (ROOT / path).stat().st_size > 400_000] == []
