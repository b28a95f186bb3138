"""The history of a configuration, and the ways in and out of it: a file, another division. Each shows what it would
change before it is saved."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.configuration import history, proposal, transfer
from webapp.configuration.proposal import Proposal
from webapp.i18n import moment
from webapp.models import Division
from webapp.security import division_or_404, visible_divisions
from webapp.sync import configure
from webapp.views.acting import actor

blueprint = Blueprint("exchange", __name__, url_prefix="/divisions/<int:code>/configuration")


@blueprint.get("/history")
def page(code: int) -> ResponseReturnValue:
    return _page(division_or_404(code))


def _page(division: Division, refused: list[str] | None = None) -> str:
    return render_template(
        "exchange/page.html",
        here="configuration",
        division=division,
        saves=history.saves(division),
        others=[row for row in visible_divisions() if row.code != division.code and row.rules_no],
        refused=refused or [],
        largest=transfer.LARGEST // 1024,
    )


# -- restore --------------------------------------------------------------------------------------------------


@blueprint.route("/history/<int:key>", methods=["GET", "POST"])
def restore(code: int, key: int) -> ResponseReturnValue:
    division = division_or_404(code)
    event = configure.saved_as(division, key) or abort(404)
    when = f"{moment(event.at)}, {event.actor}" if event.actor else moment(event.at)
    title = _("Restore what was saved %(when)s", when=when)
    found = history.restored(division, event)
    return _confirm(division, found, title, _("Restore"), how="restored", source=when)


# -- file -----------------------------------------------------------------------------------------------------


@blueprint.get("/export")
def export(code: int) -> ResponseReturnValue:
    division = division_or_404(code)
    headers = {"Content-Disposition": f'attachment; filename="{transfer.filename(division)}"'}
    return Response(transfer.text(division), mimetype="application/json", headers=headers)


@blueprint.post("/import")
def bring(code: int) -> ResponseReturnValue:
    """First with the file, then, confirmed, with its content in the form: both times all of it is looked at."""
    division, file = division_or_404(code), request.files.get("file")
    content = file.read(transfer.LARGEST + 1) if file else request.form.get("content", "").encode()
    if not content:
        return _page(division, [_("Choose a file first.")]), 422
    try:
        document = transfer.read(content)
    except transfer.NotReadable as error:
        return _page(division, [str(error)]), 422
    found = transfer.proposed(division, document)
    if found.errors:
        return _page(division, found.errors), 422
    source = transfer.named(document)
    title = _("Import the configuration of %(name)s", name=source)
    text = content.decode("utf-8-sig")
    return _confirm(division, found, title, _("Import"), content=text, how="imported", source=source)


# -- another division -----------------------------------------------------------------------------------------


@blueprint.route("/copy", methods=["GET", "POST"])
def copy(code: int) -> ResponseReturnValue:
    """From a division that this person may see; to him there are no others."""
    division, other = division_or_404(code), division_or_404(request.values.get("from", 0, type=int))
    found = transfer.proposed(division, transfer.document(other))
    if found.errors:
        return _page(division, found.errors), 422
    title = _("Copy from %(name)s", name=other.name)
    return _confirm(
        division, found, title, _("Copy these settings"), origin=other.code, how="copied", source=other.name
    )


# -- before it is saved ---------------------------------------------------------------------------------------


def _confirm(
    division: Division,
    found: Proposal,
    title: str,
    verb: str,
    *,
    content: str = "",
    origin: int | None = None,
    **how: str,
) -> ResponseReturnValue:
    """Show what would change; save it if that was confirmed, and nobody saved since it was shown."""
    confirmed = request.method == "POST" and "version" in request.form
    seen = request.form.get("version", -1, type=int)
    if confirmed and configure.save(division, found.wanted, seen, actor(), **how):
        flash(_("Saved. Orders without a label are looked at again with the next round."))
        return redirect(url_for("configuration.page", code=division.code), 303)
    current = division_or_404(division.code)
    view = proposal.page(current, found)
    page = render_template(
        "exchange/proposal.html",
        title=title,
        verb=verb,
        content=content,
        origin=origin,
        conflict=configure.history(current)[:1] if confirmed else [],
        **view,
    )
    return page, 409 if confirmed else 200
