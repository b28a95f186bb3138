"""Connecting a division to Sendcloud: try the keys, show what they open, begin; and taking it apart again."""

from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp import clock
from webapp.errors import PakbonError
from webapp.models import Division
from webapp.security import current_config, division_or_404
from webapp.sync import connect as connecting
from webapp.sync import lists
from webapp.sync.connect import Found
from webapp.vault import vault
from webapp.views.acting import actor
from webapp.words import texts

blueprint = Blueprint("connect", __name__, url_prefix="/divisions/<int:code>")

TRIED = "tried_keys"
TRIED_SECONDS = 900  # for so long a secret that was tried need not be pasted a second time


@dataclass
class Keys:
    """The form: what was typed, and per field what is wrong with it."""

    public_key: str = ""
    secret_key: str = ""
    preview: bool = False
    wrong: dict[str, str] = field(default_factory=dict)
    error: PakbonError | None = None

    @classmethod
    def parse(cls, division: Division) -> "Keys":
        public_key = request.form.get("public_key", "").strip()
        secret_key = request.form.get("secret_key", "").strip() or _tried_secret(division, public_key)
        keys = cls(public_key, secret_key, "preview" in request.form)
        missing = [name for name in ("public_key", "secret_key") if not getattr(keys, name)]
        keys.wrong = {name: texts.sentence("key_missing") for name in missing}
        return keys

    def refused(self, error: PakbonError) -> "Keys":
        """Beside the field where it is about the keys, else above the form."""
        if error.code == "keys_wrong":
            sentence = texts.sentence(error.code, **error.params)
            self.wrong = {"public_key": "", "secret_key": sentence}
        else:
            self.error = error
        return self


@blueprint.get("/connect")
def page(code: int) -> ResponseReturnValue:
    return _page(division_or_404(code), Keys())


@blueprint.post("/connect")
def save(code: int) -> ResponseReturnValue:
    """Tries the keys, then stores them and begins; with the button `try` it only shows what they open."""
    division = division_or_404(code)
    keys = Keys.parse(division)
    if keys.wrong:
        return _page(division, keys), 422
    try:
        if "try" in request.form:
            return _page(division, keys, _try(division, keys))
        found = _connect(division, keys)
    except PakbonError as error:
        return _page(division, keys.refused(error)), 422
    flash(_connected(found))
    return redirect(url_for("dashboard.page", code=code), 303)


def _page(division: Division, keys: Keys, found: Found | None = None) -> str:
    tried = bool(keys.secret_key) and found is not None
    return render_template(
        "connect/page.html",
        here="connect",
        division=division,
        keys=keys,
        found=found,
        tried=tried,
        senders=division.sender_addresses if lists.senders_known(division) else None,
    )


def _try(division: Division, keys: Keys) -> Found:
    found = connecting.try_keys(current_config(), division, keys.public_key, keys.secret_key)
    session[TRIED] = [division.code, keys.public_key, vault.seal(keys.secret_key), clock.now()]
    return found


def _tried_secret(division: Division, public_key: str) -> str:
    """The secret that was tried a moment ago with this public key; sealed, since a session can be read."""
    code, tried_key, sealed, at = session.get(TRIED) or (0, "", "", 0)
    if (code, tried_key) != (division.code, public_key) or at < clock.now() - TRIED_SECONDS:
        return ""
    return vault.unseal(sealed)


def _connect(division: Division, keys: Keys) -> Found:
    found = connecting.connect(
        current_config(), division, keys.public_key, keys.secret_key, preview=keys.preview, actor=actor()
    )
    session.pop(TRIED, None)
    return found


def _connected(found: Found) -> str:
    if found.sender_addresses is None:
        return _(
            "Connected with %(shop)s. With these keys its sender addresses cannot be read.", shop=found.shop_name
        )
    places = "; ".join(texts.sender(address) for address in found.sender_addresses[:3])
    count = len(found.sender_addresses)
    if not count:
        return _("Connected with %(shop)s. Sendcloud has no sender address yet: add one there.", shop=found.shop_name)
    more = ngettext("%(num)d sender address", "%(num)d sender addresses", count)
    return _("Connected with %(shop)s, %(count)s: %(places)s.", shop=found.shop_name, count=more, places=places)


@blueprint.get("/disconnect")
def leave(code: int) -> ResponseReturnValue:
    """What it means, before it is done."""
    division = division_or_404(code)
    return render_template("connect/leave.html", here="connect", division=division)


@blueprint.post("/disconnect")
def disconnect(code: int) -> ResponseReturnValue:
    division = division_or_404(code)
    connecting.disconnect(division, actor())
    flash(_("%(name)s is disconnected from Sendcloud. Orders and settings are kept.", name=division.name))
    return redirect(url_for("connect.page", code=code), 303)
