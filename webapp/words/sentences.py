"""The sentences, each under its code. `N_` marks them for the catalogues; `webapp/words/texts.py` translates them.

One plain sentence each, in the words of the trade: what happened and what it means. ADVICE says what to do.
`%(name)s` is a value that comes with the code; one that is missing shows as an ellipsis.
"""


def N_(message: str) -> str:
    """Marks a text for translation, which happens where it is shown."""
    return message


# Why an order is where it is. A key with a state in front ("removed.cancelled") is for an order that stood in
# Sendcloud until then.
REASONS = {
    # waiting
    "reading": N_("Being read from Exact."),
    "status_unknown": N_("Has a status in Exact that Pakbon does not know."),
    "not_approved": N_("Not approved in Exact yet."),
    "closed": N_("Fully delivered or closed in Exact."),
    "cancelled": N_("Cancelled in Exact."),
    "too_old": N_("Ordered before the period that Pakbon looks at."),
    "nothing_to_ship": N_("Nothing left to ship: everything is delivered, or the lines are services."),
    "preview": N_("Ready to go, but Pakbon only looks on for now and sends nothing."),
    # incoming
    "panel_kept": N_("Stands in Sendcloud as someone changed it there; the change in Exact was not sent."),
    # problem
    "no_address": N_("The order has no delivery address."),
    "address_incomplete": N_("The delivery address is incomplete. Missing: %(field)s."),
    "account_deleted": N_("The customer of this order no longer exists in Exact."),
    "address_deleted": N_("The delivery address of this order no longer exists in Exact."),
    "currency_not_supported": N_("Sendcloud does not know the currency %(value)s."),
    "currencies_differ": N_("The orders of this goods delivery are in different currencies: %(value)s."),
    "no_lines": N_("The order has no lines that can be shipped."),
    "country_unknown": N_("The country of the delivery address is not known: %(value)s."),
    "value_too_long": N_("%(field)s is too long for Sendcloud."),
    "edited_in_sendcloud": N_(
        "Changed in Exact, and also by someone in Sendcloud. The change there stays until you choose."
    ),
    "refused": N_("Sendcloud refuses this order: %(detail)s"),
    "sendcloud_refused": N_("Sendcloud refuses this order: %(detail)s"),
    "changed_after_label": N_("Changed in Exact after the label was made. Nothing was sent."),
    "service_point_wrong": N_("The order names a service point that cannot be one: %(value)s."),
    "house_number_unsure": N_("The house number is not certain: %(value)s can be read in more than one way."),
    "customs_incomplete": N_("Customs will ask for what these articles lack: %(products)s."),
    "service_point_unknown": N_("Sendcloud does not know service point %(value)s."),
    "service_point_closed": N_("Service point %(value)s takes no parcels (any more)."),
    "post_number_missing": N_("%(point)s is a parcel locker: its carrier wants the post number of the receiver."),
    "sender_gone": N_("The sender address of warehouse %(warehouse)s no longer exists in Sendcloud: %(value)s."),
    "label_exists": N_("There is a label for these items already: %(tracking)s."),
    "split_outdated": N_("What was delivered is no longer what was divided over %(value)s parcels."),
    # ignored, removed
    "by_hand": N_("Ignored by hand."),
    "deleted": N_("Deleted in Exact."),
    "removed.cancelled": N_("Cancelled in Exact and taken out of Sendcloud."),
    "removed.deleted": N_("Deleted in Exact and taken out of Sendcloud."),
    "left_incoming": N_("No longer stands in Incoming orders: deleted or handled in Sendcloud."),
    # goods deliveries without a label of ours
    "labels_by_hand": N_("Its label is made in Sendcloud by hand."),
    "before_start": N_("Delivered before Pakbon had read this division, so it gets no label by itself."),
    "order_unknown": N_("Its sales order is not known here, so it gets no label by itself."),
    "order_ignored": N_("Its sales order is ignored, so it gets no label."),
    "has_tracking": N_("Had a tracking number in Exact already, so it gets no label here."),
    "label_cancelled": N_("Its label was cancelled. A new one is made only when you ask for it."),
    # goods deliveries in trouble
    "label_refused": N_("Sendcloud makes no label: %(detail)s"),
    "label_failed": N_("The carrier makes no label: %(detail)s"),
    "label_order_gone": N_("The label cannot be made: the order no longer stands in Sendcloud."),
    # goods deliveries that are written back
    "no_document": N_("Exact takes no document here (licence or permission), so the label PDF stays in Pakbon."),
}

# What keeps a whole division from working.
STOPS = {
    "reconnect": N_(
        "Exact no longer accepts the sign-in of this division. Orders and settings are kept; signing "
        "in again is enough."
    ),
    "token_spent": N_(
        "Exact no longer accepts the sign-in of this division. Orders and settings are kept; signing "
        "in again is enough."
    ),
    "keys_revoked": N_(
        "Sendcloud no longer accepts the keys of this division. Orders and settings are kept; new keys are enough."
    ),
    "no_access": N_("The Exact user of this connection may not open this division (any more)."),
    "no_connection": N_("No Exact sign-in is left for this division. Orders and settings are kept."),
    "keys_missing": N_("The Sendcloud keys of this division are missing. Orders and settings are kept."),
    "token_calls_spent": N_("Exact allows no more sign-in renewals today. Pakbon goes on after midnight UTC."),
    "scope_missing": N_("The Exact app lacks the permission “%(scope)s”."),
    "right_missing": N_("The Exact user of this connection lacks a right in Exact: %(detail)s"),
    "division_blocked": N_("Exact has blocked this division."),
    "exact_user_blocked": N_("Exact has blocked the user of this connection."),
    "licence": N_("The Exact licence of this division does not allow this, or has ended."),
    "budget_day": N_(
        "The calls that %(service)s allows for today are used up. Pakbon goes on when the new day begins there."
    ),
    "budget_minute": N_("The calls that %(service)s allows in a minute are used up. Try again in a minute."),
    "budget_share": N_(
        "What is left of today's calls to %(service)s is kept for goods deliveries, their labels and tracking. New "
        "and changed orders follow when the new day begins there."
    ),
    "service_down": N_("%(service)s has a fault on its side. Pakbon tries again by itself."),
    "endpoint_blocked": N_(
        "%(service)s refused the same call five times within an hour. Pakbon waits, because after ten "
        "the key is blocked."
    ),
}

# What a call, a form or the start can come to.
ERRORS = {
    "config_url": N_("%(name)s must be an address without a path, such as https://example.com, not “%(value)s”."),
    "config_email": N_("%(name)s must be an e-mail address, not “%(value)s”."),
    "config_host": N_("%(name)s must be an address of this machine, such as 127.0.0.1 or 0.0.0.0, not “%(value)s”."),
    "config_listen": N_(
        "Pakbon cannot listen at HOST %(host)s, PORT %(port)s: %(reason)s. Choose others, or stop what listens there."
    ),
    "config_database": N_("%(name)s must be an address such as postgresql://user:password@host/database."),
    "database_driver": N_(
        "DATABASE_URL needs PostgreSQL's driver: .venv/bin/pip install --require-hashes -r requirements-postgres.lock"
    ),
    "database_unreachable": N_("PostgreSQL at DATABASE_URL cannot be used: %(reason)s"),
    "backup_by_pg_dump": N_(
        "The data stands in PostgreSQL: copy it with pg_dump and put it back with pg_restore, and keep the data "
        "folder and SECRET_KEY with it."
    ),
    "config_number": N_("%(name)s must be a whole number from %(low)s to %(high)s, not “%(value)s”."),
    "config_choice": N_("%(name)s must be one of %(choices)s, not “%(value)s”."),
    "config_networks": N_("%(name)s must be addresses or networks with commas between, not “%(value)s”."),
    "no_new_key": N_("Set SECRET_KEY to the new key and SECRET_KEY_OLD to the present one, then run this again."),
    "moved_on": N_("Order %(number)s has moved on meanwhile, so nothing was changed. Load the page again."),
    "config_admin_pair": N_("ADMIN_EMAIL and ADMIN_PASSWORD belong together: set both or neither."),
    "config_twice": N_("%(name)s and %(name)s_FILE are both set: choose one."),
    "config_file": N_("%(name)s names the file %(value)s, which cannot be read: %(reason)s"),
    "config_folder": N_("%(name)s: the folder %(value)s cannot be used: %(reason)s"),
    "config_key_file": N_(
        "The key in %(value)s cannot be read: %(reason)s. Put your copy of it there; only where Pakbon never ran "
        "before, remove the file."
    ),
    "config_wrong_key": N_(
        "SECRET_KEY is another one than the stored secrets were encrypted with. Put the old one back, or name it in "
        "SECRET_KEY_OLD."
    ),
    "database_newer": N_(
        "The database was written by a newer Pakbon (%(name)s). Start that version, or restore a backup."
    ),
    "database_away": N_(
        "Pakbon cannot use its database right now. Try again in a moment; if it stays, look at the disk."
    ),
    "database_full": N_(
        "The disk of Pakbon is full. Nothing of this request was kept, all that was accepted before is safe. "
        "Make room, and Pakbon goes on by itself."
    ),
    "database_readonly": N_(
        "Pakbon may not write to its database. Nothing of this request was kept, all that was accepted before is "
        "safe. Give Pakbon the right to write to its data folder."
    ),
    "database_damaged": N_(
        "The database of Pakbon is damaged. Stop Pakbon and put a backup back with “flask --app wsgi restore FILE”."
    ),
    "backup_unreadable": N_("%(value)s is not a backup of Pakbon that can be read. Nothing was changed."),
    "wrong_move": N_("Pakbon tried to move an order from %(old)s to %(new)s, which cannot be. Please report this."),
    "exact_app_missing": N_("The Exact app is not set up yet. An administrator can do that under Settings."),
    "exact_app_wrong": N_("Exact does not accept the client ID or the client secret of the app."),
    "stranger": N_(
        "Your Exact account has no access here. Ask the administrator to let you in. Nothing was read or changed."
    ),
    "state_forged": N_("This sign-in did not start in this browser, or was left open too long. Please begin again."),
    "code_used": N_("Exact's code works once and for three minutes. Please begin again."),
    "consent_denied": N_(
        "You did not give permission in Exact, so nothing was connected. You can begin again at any time."
    ),
    "keys_wrong": N_("Sendcloud does not know these keys. Copy both again; no space or character may be missing."),
    "integration_taken": N_(
        "These keys belong to an integration that already serves %(division)s. Make a second "
        "integration in Sendcloud."
    ),
    "no_answer": N_("%(service)s did not answer. Nothing is lost; please try again in a moment."),
    "bad_answer": N_(
        "%(service)s answered with something that is not an answer, perhaps a maintenance page. Nothing is lost."
    ),
    "too_many_calls": N_("%(service)s asks for a pause because of too many calls. Pakbon goes on by itself."),
    "other_host": N_("%(service)s pointed to another address (%(host)s). Pakbon does not go there."),
    "token_refused": N_("Exact refused the access token. Pakbon tries again with a new one."),
    "token_too_early": N_("Exact does not renew the access yet. Pakbon keeps using the present one."),
    "token_busy": N_("Another process is renewing the access to Exact. Pakbon tries again by itself."),
    "label_not_ready": N_("%(service)s has the label but not its PDF yet. Pakbon tries again by itself."),
    "label_no_pdf": N_("%(service)s gave something else than a label. Pakbon tries again by itself."),
    "exact_not_found": N_("Exact does not know this record (any more)."),
    "exact_refused": N_("Exact refused the request: %(detail)s"),
    "sendcloud_payment": N_("Sendcloud asks for a payment or a plan that allows this: %(detail)s"),
    "sendcloud_forbidden": N_("Sendcloud does not allow this with these keys: %(detail)s"),
    "sendcloud_not_found": N_("Sendcloud does not know this record (any more)."),
    "still_processing": N_("Sendcloud is still busy with this order. Pakbon tries again by itself."),
    "key_missing": N_("Fill in this key."),
    "not_allowed": N_("You may not do this. An administrator can."),
}

# What to do, for those whose sentence alone does not say it.
ADVICE = {
    "not_approved": N_("Approve the order in Exact; it then goes by itself."),
    "preview": N_("Choose “Start sending” on the dashboard when the preview looks right."),
    "no_address": N_(
        "Choose a delivery address on the order in Exact. Pakbon sees it with the next round and sends the order."
    ),
    "address_incomplete": N_(
        "Complete the address in Exact. Pakbon sees it within half an hour and sends the order; Retry looks at once."
    ),
    "account_deleted": N_("Choose another customer on the order in Exact, or ignore the order here."),
    "address_deleted": N_("Choose another delivery address on the order in Exact, or ignore the order here."),
    "currencies_differ": N_("Deliver them apart in Exact, each with a goods delivery of its own."),
    "currency_not_supported": N_(
        "Sendcloud takes EUR, GBP and USD. Use one of these on the order in Exact, or enter the order in Sendcloud "
        "by hand and ignore it here."
    ),
    "no_lines": N_("Add a line with an article to the order in Exact, or ignore the order here."),
    "country_unknown": N_("Correct the country of the address in Exact."),
    "service_point_wrong": N_(
        "Choose here where it is to go, or correct or empty the field %(source)s of the order in Exact, or choose "
        "another field in the configuration."
    ),
    "house_number_choose": N_("Choose below how it is meant, or write it clearly in Exact."),
    "house_number_unsure": N_("Choose how it is meant, or write it clearly in Exact. It could be: %(readings)s."),
    "customs_incomplete": N_(
        "Fill it in with the article in Exact, or set a default in the configuration. A value comes from the price "
        "of the order line."
    ),
    "value_too_long": N_("It may have %(most)s characters. Shorten it here or in Exact."),
    "service_point_unknown": N_(
        "Choose here where it is to go, or put another service point into the field of the order in Exact, or empty "
        "it for delivery at home."
    ),
    "service_point_closed": N_(
        "Choose here where it is to go, or put another service point into the field of the order in Exact, or empty "
        "it for delivery at home."
    ),
    "post_number_missing": N_("Ask the receiver for it and fill it in here."),
    "sender_gone": N_("Choose another sender address for this warehouse in the configuration."),
    "split_outdated": N_("Divide it again on the page of the order, or retry for one parcel."),
    "label_exists": N_(
        "Use it if these goods lie in that parcel. Make a new one if they go in a parcel of their own: that costs "
        "a second label."
    ),
    "edited_in_sendcloud": N_(
        "Send anyway replaces the change in Sendcloud by what stands in Exact; keep leaves it as it is there."
    ),
    "refused": N_("Correct it in Exact, or retry when the cause is gone."),
    "sendcloud_refused": N_("Correct it in Exact, or retry when the cause is gone."),
    "label_refused": N_("Repair it in Exact or in Sendcloud; then the label follows by itself."),
    "label_failed": N_("Repair it in Exact or in Sendcloud; then the label follows by itself."),
    "label_order_gone": N_("Retry puts the order back into Sendcloud and makes the label."),
    "sendcloud_payment": N_("Settle it in Sendcloud, then retry."),
    "write_exact_refused": N_(
        "Settle it in Exact, or type the tracking number into the goods delivery there yourself; then retry."
    ),
    "keys_wrong": N_("Make new keys in Sendcloud and connect again."),
    "keys_revoked": N_("Make new keys in Sendcloud and connect again."),
    "no_access": N_("Give this user access to the division in Exact, or sign in with another Exact user."),
    "scope_missing": N_("Add the permission to the app in the Exact App Center, then sign in again."),
    "right_missing": N_("Give the user this right in Exact, or sign in with another Exact user."),
    "division_blocked": N_("Ask Exact or your bookkeeper why. Pakbon goes on when the block is gone."),
    "exact_user_blocked": N_("Sign in with another Exact user."),
    "licence": N_("Ask Exact or your bookkeeper. Pakbon goes on when it is settled."),
}

# Which rule of the customer data applied, in one sentence above the table.
RULES = {
    "dynamic_account": N_(
        "Dynamic: there is no contact person with another name than the account, so everything comes from "
        "the account."
    ),
    "dynamic_contact": N_(
        "Dynamic: the contact person has another name than the account. So everything comes from the contact "
        "person, and the account is the company name."
    ),
}

# Why a line of an order does not go.
LEFT_OUT = {
    "trade_in": N_("trade-in: comes back, does not go out"),
    "service": N_("service: nothing to put in a parcel"),
    "delivered": N_("delivered already"),
}
