"""Secrets at rest: Fernet, keyed from SECRET_KEY."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from webapp.errors import ConfigError


class Vault:
    """Encrypts and decrypts short texts. The first key encrypts; all are tried to decrypt (rotation)."""

    def __init__(self) -> None:
        self._fernet: MultiFernet | None = None

    def unlock(self, *secret_keys: str) -> None:
        """Derive the keys. Must be called once at start, before any secret is read."""
        self._fernet = MultiFernet([Fernet(_derive(key)) for key in secret_keys])

    def seal(self, text: str) -> str:
        return self._open().encrypt(text.encode()).decode("ascii")

    def unseal(self, sealed: str) -> str:
        """Raises ConfigError if the value was sealed with another key."""
        try:
            return self._open().decrypt(sealed.encode("ascii")).decode()
        except InvalidToken as error:
            raise ConfigError("config_wrong_key") from error

    def _open(self) -> MultiFernet:
        if self._fernet is None:
            raise RuntimeError("the vault is locked: call unlock() at start")
        return self._fernet


def _derive(secret_key: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"pakbon stored secrets")
    return base64.urlsafe_b64encode(kdf.derive(secret_key.encode()))


vault = Vault()
