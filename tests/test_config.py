"""Settings from the environment, and the vault that is keyed from them."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from webapp import config as configuration
from webapp.errors import ConfigError
from webapp.vault import Vault
from webapp.words.texts import sentence


@pytest.fixture
def load(tmp_path):
    def load(**environ):
        return configuration.load({"DATA_DIR": str(tmp_path / "data"), **environ})

    return load


@pytest.fixture
def refusal(load):
    """The one line with which the start stops."""

    def refusal(**environ):
        with pytest.raises(ConfigError) as caught:
            load(**environ)
        return sentence(caught.value.code, **caught.value.params)

    return refusal


# -- defaults -----------------------------------------------------------------------------------------------


def test_the_defaults_are_those_of_the_contract(load):
    config = load()
    assert (config.host, config.port, config.public_url) == ("127.0.0.1", 8000, "http://localhost:8000")
    assert config.exact_base_url == "" and config.sendcloud_base_url == "https://panel.sendcloud.sc"
    assert (config.sync_interval, config.scheduler) == (120, True)
    assert (config.log_level, config.log_format) == ("INFO", "text")
    assert config.callback_url == "http://localhost:8000/exact/callback"
    assert not config.https


def test_the_data_folder_is_data_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = configuration.load({})
    assert config.data_dir == tmp_path / "data"
    assert config.database_path == tmp_path / "data" / "pakbon.sqlite3"


def test_the_public_address_follows_the_port(load):
    assert load(PORT="9999").public_url == "http://localhost:9999"


def test_an_address_loses_its_last_slash(load):
    config = load(PUBLIC_URL="https://pakbon.example/", EXACT_BASE_URL="http://127.0.0.1:9001/")
    assert config.callback_url == "https://pakbon.example/exact/callback" and config.https
    assert config.exact_base_url == "http://127.0.0.1:9001"


def test_https_in_capitals_is_https_and_the_host_stays_as_it_was_registered(load):
    config = load(PUBLIC_URL="HTTPS://Pakbon.example:8443")
    assert config.https and config.callback_url == "https://Pakbon.example:8443/exact/callback"


def test_empty_counts_as_not_set(load):
    assert load(PORT="", PUBLIC_URL="", SENDCLOUD_BASE_URL="").port == 8000


def test_space_around_a_value_does_not_count(load):
    assert load(PORT=" 81 ").port == 81


# -- bad values ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "8000.0"),
        ("PUBLIC_URL", "pakbon.example"),
        ("PUBLIC_URL", "ftp://pakbon.example"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://pakbon.example/?x=1"),
        ("PUBLIC_URL", "https://pakbon.example/?"),
        ("PUBLIC_URL", "https://pakbon.example:99999"),
        ("PUBLIC_URL", "https://pakbon.example:http"),
        ("PUBLIC_URL", "https://[::1"),
        ("PUBLIC_URL", "https://pak bon.example"),
        ("PUBLIC_URL", "https://me:word@pakbon.example"),
        ("ADMIN_EMAIL", "baas"),
        ("DATA_DIR", "~nobody-of-this-name/data"),
        ("EXACT_BASE_URL", "localhost:9000"),
        ("SENDCLOUD_BASE_URL", "https://x.example/#x"),
        ("SYNC_INTERVAL", "soon"),
        ("SYNC_INTERVAL", "0"),
        ("SCHEDULER", "yes"),
        ("SCHEDULER", "OFF"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_bad_value_stops_with_one_line_that_names_it(refusal, name, value):
    line = refusal(**{name: value})
    assert name in line and value in line and "\n" not in line and "…" not in line


@pytest.mark.parametrize("one", [{"ADMIN_EMAIL": "a@b.example"}, {"ADMIN_PASSWORD": "geheim"}])
def test_address_and_password_of_the_administrator_belong_together(refusal, one):
    line = refusal(**one)
    assert "ADMIN_EMAIL" in line and "ADMIN_PASSWORD" in line and "geheim" not in line


def test_a_data_folder_that_cannot_be_made_stops_the_start(refusal, tmp_path):
    (tmp_path / "file").write_text("")
    assert "DATA_DIR" in refusal(DATA_DIR=str(tmp_path / "file" / "data"))


def test_a_data_folder_that_is_a_file_stops_the_start(refusal, tmp_path):
    (tmp_path / "file").write_text("")
    assert "DATA_DIR" in refusal(DATA_DIR=str(tmp_path / "file"))


# -- secrets ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, setting in configuration.SETTINGS.items() if setting.secret])
def test_every_secret_may_stand_in_a_file(load, tmp_path, name):
    said = "postgresql://from-the-file/pakbon" if name == "DATABASE_URL" else "from the file"
    (tmp_path / "secret").write_text(f"{said}\n")
    other = {"ADMIN_EMAIL": "a@b.example"} if name == "ADMIN_PASSWORD" else {}
    assert getattr(load(**{f"{name}_FILE": str(tmp_path / "secret")}, **other), name.lower()) == said


def test_a_database_that_is_no_postgresql_stops_the_start(refusal):
    assert "DATABASE_URL must be an address such as postgresql://" in refusal(DATABASE_URL="mysql://geheim@db/pakbon")
    assert "geheim" not in refusal(DATABASE_URL="mysql://geheim@db/pakbon")


def test_what_is_no_secret_cannot_stand_in_a_file(load, tmp_path):
    (tmp_path / "port").write_text("81")
    assert load(PORT_FILE=str(tmp_path / "port")).port == 8000


def test_a_secret_set_twice_is_refused(refusal, tmp_path):
    (tmp_path / "secret").write_text("one")
    line = refusal(SECRET_KEY="other", SECRET_KEY_FILE=str(tmp_path / "secret"))
    assert "SECRET_KEY_FILE" in line and "other" not in line


@pytest.mark.parametrize("content", [None, b"", b"  \n", b"\xff\xfe\x00"])
def test_a_secret_file_that_says_nothing_is_refused(refusal, tmp_path, content):
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    assert "SECRET_KEY_FILE" in refusal(SECRET_KEY_FILE=str(tmp_path / "secret"))


def test_a_secret_key_is_made_once_for_nobody_else_to_read(load):
    config = load()
    path = config.data_dir / "secret_key"
    assert len(config.secret_key) > 40
    assert load().secret_key == config.secret_key == path.read_text()
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(config.data_dir).st_mode) == 0o700


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_a_kept_key_that_cannot_be_read_stops_the_start_and_is_left_alone(load, refusal, content):
    path = load().data_dir / "secret_key"
    path.write_bytes(content)
    assert str(path) in refusal() and path.read_bytes() == content


def test_a_disk_that_does_not_take_the_key_leaves_no_half_of_it(load, refusal, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        assert "No space left" in refusal()
    assert len(load().secret_key) > 40


def test_two_that_start_at_once_have_one_key(load):
    with ThreadPoolExecutor(8) as crowd:
        assert len({config.secret_key for config in crowd.map(lambda _: load(), range(8))}) == 1


def test_a_secret_key_of_the_environment_is_not_written_down(load):
    config = load(SECRET_KEY="mine")
    assert config.secret_key == "mine" and not (config.data_dir / "secret_key").exists()


def test_the_real_environment_is_read_when_none_is_given(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PORT", "8123")
    assert configuration.load().port == 8123


# -- the vault ----------------------------------------------------------------------------------------------


def opened(*keys):
    vault = Vault()
    vault.unlock(*keys)
    return vault


def test_what_is_sealed_is_unreadable_and_opens_with_the_same_key():
    sealed = opened("key").seal("een geheim, ook met é")
    assert "geheim" not in sealed
    assert opened("key").unseal(sealed) == "een geheim, ook met é"
    assert opened("key").seal("x") != opened("key").seal("x")


def test_another_key_says_which_setting_to_put_back():
    sealed = opened("key").seal("secret")
    with pytest.raises(ConfigError) as caught:
        opened("other").unseal(sealed)
    assert "SECRET_KEY" in sentence(caught.value.code, **caught.value.params)


@pytest.mark.parametrize("rubbish", ["", "plain text", "gAAAA"])
def test_what_was_never_sealed_does_not_open(rubbish):
    with pytest.raises(ConfigError):
        opened("key").unseal(rubbish)


def test_after_a_change_of_key_the_old_one_still_opens():
    sealed = opened("old").seal("secret")
    vault = opened("new", "old")
    assert vault.unseal(sealed) == "secret"
    assert opened("new").unseal(vault.seal("next")) == "next"


def test_a_locked_vault_is_a_mistake_of_the_program():
    with pytest.raises(RuntimeError):
        Vault().seal("x")
