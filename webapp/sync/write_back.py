"""Step 6: tracking number, link and label onto the goods delivery in Exact, then read back.

Each part is durable by itself and compared before it is written: what stands in Remarks stays, the link is
added once; a document that is linked already is not replaced, the label hangs itself onto it; a tracking number
that somebody typed is kept. Three writes at the most: document, attachment, and one PUT for the rest.
"""

from collections.abc import Sequence
from typing import Any

from webapp import clock, leases
from webapp.clients.exact import ExactClient
from webapp.db import database
from webapp.errors import BudgetSpent, NoAccess, NotFound, PakbonError, Reconnect, Refused, Retryable
from webapp.models import Delivery, Division, Parcel
from webapp.sync import deliveries, events, labels, optional, parse_exact
from webapp.sync.parse_exact import guid, text
from webapp.sync.states import DeliveryState
from webapp.sync.work import Work

Row = dict[str, Any]
AT_ONCE = 20  # deliveries a pass: some 60 writes, a bit more than a minute of Exact's budget
CLAIM_SECONDS = 600
FILE_TRIES = 6  # the last one some twenty minutes after the first
NO_FILE = ("label_not_ready", "label_no_pdf")
APART = ("TrackingNumber", "Document", "Remarks")  # the order in which fields go by themselves
LINK = "document_link"  # a document on a goods delivery, as optional.py knows it
# Blocked: documents were refused so often within the hour that they are not asked for.
NO_DOCUMENTS = ("scope_missing", "right_missing", "licence", "exact_refused", "exact_not_found", "endpoint_blocked")


def run(work: Work) -> int:
    """Write back what is due; returns how many deliveries are complete in Exact, read back and all."""
    owner = leases.new_owner()
    batch = _claim(work.division, owner)
    try:
        stands = _read(work.exact, [row.guid for row in batch])
        changed = _write_all(work, batch, stands)
        if changed:
            stands |= _read(work.exact, [row.guid for row in changed])
        return sum(_verify(work, row, stands.get(row.guid)) for row in batch if row.state == DeliveryState.LABELLED)
    finally:
        Delivery.update(claimed_by="", claimed_until=0).where(Delivery.claimed_by == owner).execute()


def _write_all(work: Work, batch: list[Delivery], stands: dict[str, Row]) -> list[Delivery]:
    """Write them one by one; returns those that were changed in Exact. What Exact refused too often within the hour
    waits with all the others that are due, and holds nothing else up."""
    changed: list[Delivery] = []
    for row in batch:
        try:
            if _guarded(work, row, stands.get(row.guid)):
                changed.append(row)
        except BudgetSpent as error:
            if error.code != "endpoint_blocked":
                raise
            waiting = Delivery.state == DeliveryState.LABELLED.value, Delivery.due_at <= clock.now()
            Delivery.update(due_at=error.retry_at).where(
                Delivery.division == work.division, *waiting, Delivery.id.not_in([done.id for done in changed])
            ).execute()
            break
    return changed


def _claim(division: Division, owner: str) -> list[Delivery]:
    now = clock.now()
    free = Delivery.select(Delivery.id).where(
        Delivery.division == division,
        Delivery.state == DeliveryState.LABELLED.value,
        Delivery.due_at <= now,
        Delivery.claimed_until <= now,
    )
    ids = [row.id for row in free.order_by(Delivery.due_at, Delivery.id).limit(AT_ONCE)]
    Delivery.update(claimed_by=owner, claimed_until=now + CLAIM_SECONDS).where(
        Delivery.id.in_(ids), Delivery.claimed_until <= now, Delivery.state == DeliveryState.LABELLED.value
    ).execute()
    return list(Delivery.select().where(Delivery.claimed_by == owner).order_by(Delivery.id))


def _read(exact: ExactClient, guids: list[str]) -> dict[str, Row]:
    """The deliveries as they stand in Exact now."""
    found = {}
    for page in exact.deliveries(guids):
        for row in page:
            header = {name: value for name, value in row.items() if name != "GoodsDeliveryLines"}
            found[parse_exact.guid(row.get("EntryID"))] = header
    return found


def _guarded(work: Work, delivery: Delivery, stands: Row | None) -> bool:
    """Write one delivery; True if Exact was changed. What fails is noted on the row and never stops others."""
    if stands is None:
        deliveries.mark_deleted(work.division, [delivery.guid])
        return False
    try:
        return _write(work, delivery, stands)
    except Reconnect:
        raise
    except Retryable as error:
        _later(delivery)
        _note(work, delivery, "error", exchange=error.exchange, error=error.code, **events.plain(error.params))
        if error.code in ("budget_day", "endpoint_blocked", "budget_minute"):
            raise
    except PakbonError as error:
        _in_trouble(work, delivery, error)
    return False


def _write(work: Work, delivery: Delivery, stands: Row) -> bool:
    parcels = deliveries.live_parcels(delivery)
    if not parcels:
        deliveries.set_state(delivery, DeliveryState.MANUAL, "label_cancelled")
        return False
    document = _document(work, delivery, stands, parcels)
    values = wanted(stands, _tracking(parcels), document, _old_numbers(delivery), _first_only(delivery))
    if values:
        _put(work, delivery, values)
    return bool(values)


def _tracking(parcels: list[Parcel]) -> list[tuple[str, str]]:
    return [(row.tracking_number, row.tracking_url) for row in parcels]


def _old_numbers(delivery: Delivery) -> list[str]:
    """Numbers of its labels that were cancelled, or have another number by now: ours to replace."""
    cancelled = [row.tracking_number for row in deliveries.parcels_of(delivery) if row.cancelled]
    return cancelled + deliveries.former(delivery)


def _first_only(delivery: Delivery) -> bool:
    """Whether Exact refused to take all its numbers in one field."""
    return bool(delivery.params.get("numbers") == "refused")


def wanted(
    stands: Row, tracking: list[tuple[str, str]], document: str, old: Sequence[str] = (), first_only: bool = False
) -> Row:
    """What has to be written to make Exact complete; nothing that stands there is lost. Pure.

    `tracking` holds number and link of each label, `old` the numbers of labels that were cancelled. With `first_only`
    the other numbers go into the remarks.
    """
    values: Row = {}
    numbers = [number for number, _ in tracking if number]
    present = text(stands, "TrackingNumber")
    joined = ", ".join(numbers[:1] if first_only else numbers)
    ours = not present or all(part.strip() in (*numbers, *old) for part in present.split(","))
    if ours and present != joined:
        values["TrackingNumber"] = joined
    remarks = str(stands.get("Remarks") or "")
    missing = [link for _, link in tracking if link and link not in remarks.split()]
    if not ours or first_only:  # somebody typed another number: ours goes beside it
        there = " ".join((remarks, present if not ours else joined, *(missing if first_only else ())))
        missing = [number for number in numbers if number not in there] + missing
    if missing:
        values["Remarks"] = "\n".join(part for part in (remarks, *missing) if part)
    if document and not guid(stands.get("Document")):
        values["Document"] = document
    return values


def _put(work: Work, delivery: Delivery, values: Row) -> None:
    """One PUT. Where Exact refuses it, each field goes by itself: how long number and remarks may be, and whether it
    takes a document there, is not documented."""
    try:
        work.exact.update_delivery(delivery.guid, values)
    except Refused as error:
        if values.keys() == {"Remarks"}:
            raise  # all else stands there
        _put_apart(work, delivery, values, error)
    else:
        if "Document" in values:
            optional.was_answered(work.division, LINK)


def _put_apart(work: Work, delivery: Delivery, values: Row, whole: Refused) -> None:
    """The number must be taken, or the first of several. The rest can be done without, and the timeline says so.
    No more is asked than tells what was refused: Exact counts refusals."""
    refused: dict[str, Refused] = {}
    for name in (field for field in APART if field in values):
        if len(values) == 1 or (name == "Remarks" and not refused):
            refused[name] = whole  # all the others were taken
        else:
            try:
                work.exact.update_delivery(delivery.guid, {name: values[name]})
            except Refused as error:
                refused[name] = error
        if name == "TrackingNumber" and name in refused:
            first, _, others = str(values[name]).partition(", ")
            if not others:
                raise refused[name]
            work.exact.update_delivery(delivery.guid, {name: first})
    for name, refusal in refused.items():
        _done_without(work, delivery, name, refusal)


def _done_without(work: Work, delivery: Delivery, name: str, error: Refused) -> None:
    if name == "Document":
        optional.note_refusal(work.division, LINK, error)
        _no_document(work, delivery, error)
        return
    said = {"TrackingNumber": "numbers", "Remarks": "remarks"}[name]
    deliveries.keep(delivery, **{said: "refused"})
    _note(work, delivery, f"{said}_refused", exchange=error.exchange)


# -- the label as a document --------------------------------------------------------------------------------


def _document(work: Work, delivery: Delivery, stands: Row, parcels: list[Parcel]) -> str:
    """The document that carries the labels: the one already linked, or one of our own. Empty where Exact takes
    none (licence, scope), or there is no file: then number and link are written all the same."""
    if delivery.no_document or delivery.attached:
        return str(delivery.document)
    asked = "ask_document" in delivery.params  # by somebody who may know that Exact takes it now
    if optional.was_refused(work.division, LINK) and not guid(stands.get("Document")) and not asked:
        _keep(delivery, no_document="exact_refused", document="")
        _note(work, delivery, "no_document", error="no_document")
        return ""
    try:
        files = [(f"label-{parcel.parcel}.pdf", _pdf(work, parcel)) for parcel in parcels]
        there: set[str] | None = None
        document = guid(stands.get("Document")) or delivery.document
        if not document:
            document, is_new = _own_document(work, delivery, stands)
            there = set() if is_new else None
        if document != delivery.document:
            _keep(delivery, document=document)
        _attach(work, document, files, there)
        _keep(delivery, attached=True)
    except Retryable as error:
        if error.code in NO_FILE:
            _without_file(work, delivery, error)
        elif error.code in NO_DOCUMENTS:
            _no_document(work, delivery, error)
        else:
            raise
    except (NoAccess, NotFound, Refused) as error:
        if error.code not in NO_DOCUMENTS:
            raise
        _no_document(work, delivery, error)
    return str(delivery.document)


def _keep(delivery: Delivery, **values: Any) -> None:
    """Durable at once: the next step may be the last one that this process takes."""
    Delivery.update(**values).where(Delivery.id == delivery.id).execute()
    for name, value in values.items():
        setattr(delivery, name, value)


def _no_document(work: Work, delivery: Delivery, error: PakbonError) -> None:
    """It stays so until a person asks for a retry. A document that could not take the label is not linked."""
    _keep(delivery, no_document=error.code, document="")
    _note(work, delivery, "no_document", exchange=error.exchange, error=error.code, **events.plain(error.params))


def _without_file(work: Work, delivery: Delivery, error: PakbonError) -> None:
    """Sendcloud has no file of the label (yet): looked for again a few times, while number and link go ahead."""
    if delivery.attempts >= FILE_TRIES:
        _no_document(work, delivery, error)


def _subject(delivery: Delivery) -> str:
    """Tells one delivery's document from every other, so that a lost answer can be looked up."""
    return f"Label {delivery.number} {delivery.guid[:8]}"


def _own_document(work: Work, delivery: Delivery, stands: Row) -> tuple[str, bool]:
    """Make it once: the wish is committed before the call, and after a lost answer it is looked for first.
    Also tells whether it is new, so that nothing can hang on it yet."""
    subject = _subject(delivery)
    if delivery.document_asked:
        found = work.exact.find_document(subject)
        if found:
            return found, False
    _keep(delivery, document_asked=True)
    orders = deliveries.orders_of(delivery)
    number = orders[0].number if len(orders) == 1 else None
    return work.exact.add_document(subject, guid(stands.get("DeliveryAccount")), number), True


def _attach(work: Work, document: str, files: list[tuple[str, bytes]], there: set[str] | None) -> None:
    """Hang every label onto the document, each once. `there` are the files that hang on it, None if unknown."""
    if there is None:
        there = set(work.exact.attachments(document))
    for name, content in files:
        if name not in there:
            work.exact.attach(document, name, content)


def _pdf(work: Work, parcel: Parcel) -> bytes:
    """The label file, fetched once. Raises Retryable while Sendcloud has none yet."""
    kept = labels.read(work.config, work.division, parcel)
    if kept is not None:
        return kept
    try:
        content = work.sendcloud.label_pdf(parcel.parcel)
    except NotFound as error:
        raise Retryable("label_not_ready", service="Sendcloud") from error
    labels.keep(work.config, work.division, parcel, content)
    return content


# -- the end ------------------------------------------------------------------------------------------------


@database.atomic()
def _verify(work: Work, delivery: Delivery, stands: Row | None) -> int:
    """Read back: done when nothing is left to write."""
    delivery = Delivery.get_by_id(delivery.id)
    if stands is None or delivery.state != DeliveryState.LABELLED or delivery.due_at is None:
        return 0
    if delivery.due_at > clock.now():
        return 0  # put off by what went wrong
    tracking = _tracking(deliveries.live_parcels(delivery))
    rest = wanted(stands, tracking, delivery.document, _old_numbers(delivery), _first_only(delivery))
    if delivery.params.get("remarks") == "refused":
        rest.pop("Remarks", None)
    if rest or not (delivery.attached or delivery.no_document):
        _later(delivery)
        return 0
    Delivery.update(exact=stands, written_at=clock.now()).where(Delivery.id == delivery.id).execute()
    params = {key: value for key, value in delivery.params.items() if key in ("remarks", "numbers")}
    deliveries.set_state(delivery, DeliveryState.WRITTEN, delivery.no_document and "no_document", params=params)
    for order in deliveries.orders_of(delivery):
        events.note(
            work.division, order, "written", number=delivery.number, tracking=tracking[0][0] if tracking else ""
        )
        deliveries.settle_order(work.division, order)
    return 1


def _later(delivery: Delivery) -> None:
    delay = min(20 * 2**delivery.attempts, 1800)
    Delivery.update(attempts=Delivery.attempts + 1, due_at=clock.now() + delay).where(
        Delivery.id == delivery.id
    ).execute()


@database.atomic()
def _in_trouble(work: Work, delivery: Delivery, error: PakbonError) -> None:
    """Exact will not take it: a right, a field. The label stays; tried again at a slow pace or by a person."""
    params = events.plain(error.params)
    deliveries.set_state(delivery, DeliveryState.PROBLEM, f"write_{error.code}", params=params, due_at=None)
    for order in deliveries.orders_of(delivery):
        events.note(
            work.division,
            order,
            "write_problem",
            exchange=error.exchange,
            error=error.code,
            **{**params, "number": delivery.number},
        )
        deliveries.settle_order(work.division, order)


def _note(work: Work, delivery: Delivery, code: str, **params: Any) -> None:
    for order in deliveries.orders_of(delivery):
        events.note(work.division, order, code, **{"number": delivery.number, **params})
