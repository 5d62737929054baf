"""Reading a clinic's file into an installation, empty or not: all of it, in one transaction, or nothing.

The database guards history, so an assessment is written while it is open, then what was answered and what came of it,
and then it is finished.
"""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any, Final

from allauth.account.models import EmailAddress
from django.db import OperationalError, transaction
from pydantic import ValidationError

from assessments.clinics.actions import let_see_results, record
from assessments.clinics.models import MEMBERSHIP, AuditEvent, Clinic, Erasure, Membership, ResultViewer, Role, User
from assessments.clinics.policies import has_verified_address
from assessments.clinics.text import name_key
from assessments.plans.models import Action, ActionEntry
from assessments.reports.leaving import parts
from assessments.reports.leaving.checks import check_file
from assessments.reports.leaving.import_rounds import Accounts, columns, write_rounds
from assessments.reports.leaving.refusal import FileRefusedError, check, written_at
from assessments.reports.leaving.values import checked_address

if TYPE_CHECKING:
    from datetime import datetime

BYTES_MAX: Final = 16 * 1024 * 1024
"""Far more than a clinic comes to: an assessment with a long comment on every question takes less than one MB."""
BATCH: Final = 500
NAMES: Final = {
    field.alias or name for part in parts.Part.__subclasses__() for name, field in part.model_fields.items()
}
"""What may stand in a line that says where: neither a word of the file's own, nor how the program tries to read it."""
WHY: Final = (
    ("missing", "it is missing"),
    ("extra_forbidden", "it holds something that has no place there"),
    (("enum", "literal_error"), "none of the words that can stand here"),
    (("too_short", "string_too_short"), "nothing stands here"),
    (("too_long", "string_too_long"), "it is too long"),
    ("string_pattern_mismatch", "nothing that can stand here is written like this"),
    (("int_", "float_", "finite_"), "this is not the number that belongs here"),
    ("string_", "a text belongs here"),
    ("bool_", "true or false belongs here"),
    ("list_", "a list belongs here"),
    ("model_", "this is not the part that belongs here"),
    (("datetime_", "timezone_"), "this is no time together with its zone"),
    ("date_", "this is no day"),
    ("uuid_", "this is not the number of anything"),
)
"""How the kinds of what is wrong begin, and what is said of them; the first that fits."""
WHY_MAX: Final = 200
NOT_JSON: Final = "This is not JSON in UTF-8, or it was cut short."
TWICE: Final = "Something stands twice in one place of the file, so nobody can tell which of the two holds."
NOT_CONFIRMED: Final = (
    "{email} has an account here that never confirmed this address, so somebody else may have made it. Ask the person "
    "to set a new password by “Forgotten password” and then to confirm the address on their account's page; if the "
    "account is not theirs, erase it: manage.py erase person."
)
CLOSED: Final = "The account of {email} is closed here. Open it again at /admin/ first, if the person may come back."
CLOSED_LEAD: Final = (
    "The account of {email} is closed, here or in the file, so nobody could lead the clinic. Say who leads it from now "
    "on by --lead, with another address."
)


def import_clinic(content: bytes, *, lead: str = "", now: datetime) -> Clinic:
    """Bring a clinic here from a file, with its people, assessments, plan and record.

    Whoever has an account by an address of the file keeps it as it is, if the address is shown to be theirs; for others
    one is made without a password, which they set by "Forgotten password". Nobody is invited or told, and no network is
    let in.

    Args:
        content: the file.
        lead: the address of whoever leads the clinic from now on, where it is not who led it before.
        now: when.

    Raises:
        FileRefusedError: it is no such file, not for this installation, untrue, or here already. Nothing was written.
    """
    file = read_file(content)
    check_file(file, now=now)
    if Clinic.objects.filter(pk=file.clinic.id).exists():
        raise FileRefusedError("This clinic is here already.")
    _check_nothing_comes_back(file)
    try:
        with written_at("people"), transaction.atomic():  # one of them may be erased here meanwhile
            return _write(file, _lead_address(lead), now)
    except OperationalError as error:
        raise FileRefusedError("Other people's work was in the way; please try again.") from error


def read_file(content: bytes) -> parts.ClinicFile:
    """Read the bytes of a file; what it says is not held against anything yet.

    Raises:
        FileRefusedError: too large, no such file, of another version, or a value that cannot stand where it stands.
    """
    if len(content) > BYTES_MAX:
        raise FileRefusedError(f"The file is larger than {BYTES_MAX // 1024**2} MB.")
    content = content.removeprefix(codecs.BOM_UTF8)  # an editor may have put it there
    try:
        values = json.loads(content, object_pairs_hook=_once)
    except FileRefusedError:
        raise
    except (ValueError, RecursionError) as error:
        raise FileRefusedError(NOT_JSON) from error
    if not isinstance(values, dict) or values.get("format") != parts.FORMAT:
        raise FileRefusedError("This is no clinic that was taken along from here or from another installation.")
    if values.get("format_version") != parts.FORMAT_VERSION:
        raise FileRefusedError("This file is of a version that this installation does not know.")
    try:
        return parts.ClinicFile.model_validate_json(content)
    except ValidationError as error:
        raise FileRefusedError(_first_of(error)) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise FileRefusedError(TWICE)
    return found


def _first_of(error: ValidationError) -> str:
    """Say where the first thing is that cannot stand there, and why; never by a word that is not ours."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    kind, said = first["type"], first["msg"].removeprefix("Value error, ").rstrip(".")[:WHY_MAX]
    if kind == "json_invalid":
        return NOT_JSON
    why = next((words for begins, words in WHY if kind.startswith(begins)), said)
    way = first["loc"][:-1] if kind == "extra_forbidden" else first["loc"]
    where = [str(step) for step in way if isinstance(step, int) or step in NAMES]
    return f"{'.'.join(where) or 'The file'}: {why}."


def _check_nothing_comes_back(file: parts.ClinicFile) -> None:
    """Refuse a file from before an assessment was erased here: what a lead erased stays erased."""
    erased = set(Erasure.objects.of_rounds().values_list("round_id", flat=True))
    for number, one in enumerate(file.assessments):
        check(one.id not in erased, f"assessments.{number}", "it was erased here; take a file from after that day")


def _lead_address(lead: str) -> str:
    given = lead.strip().lower()
    try:
        return checked_address(given) if given else ""
    except ValueError as error:
        raise FileRefusedError("The lead's address is no e-mail address.") from error


def _write(file: parts.ClinicFile, lead: str, now: datetime) -> Clinic:
    with written_at("clinic"):
        clinic = Clinic(**columns(file.clinic, {}), name_key=name_key(file.clinic.name))
        clinic.save(force_insert=True)
        Clinic.objects.filter(pk=clinic.pk).update(created_at=file.clinic.created_at)
    people = _accounts(file)
    with written_at("erased_assessments"):
        _write_erasures(file, clinic, people)
    write_rounds(file.assessments, clinic, people)
    with written_at("plan"):
        _write_plan(file, clinic, people)
    with written_at("acts"):
        acts = [AuditEvent(clinic=clinic, **columns(one, people)) for one in file.acts]
        AuditEvent.objects.bulk_create(acts, batch_size=BATCH)
    record(act=AuditEvent.Act.CLINIC_IMPORTED, clinic=clinic, by=None, at=now)
    _write_places(file, clinic, people)
    if lead:
        _make_lead(clinic, lead, now)
    _check_lead_can_sign_in(clinic)
    clinic.refresh_from_db()
    return clinic


def _accounts(file: parts.ClinicFile) -> Accounts:
    """Give the account of everybody who has an address in the file; one that is here stays as it is."""
    found: Accounts = {}
    for one in file.people:
        if one.email:
            found[one.number] = _account(one.email, one.name, is_active=bool(one.is_active))
    return found


def _account(email: str, name: str, *, is_active: bool) -> int:
    """Give the account of an address, or make one as sign-up does: the address is not confirmed yet."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, None, name=name, is_active=is_active)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
    elif not _is_theirs(user):
        raise FileRefusedError(NOT_CONFIRMED.format(email=email))
    elif is_active and not user.is_active:
        raise FileRefusedError(CLOSED.format(email=email))
    return user.pk


def _is_theirs(user: User) -> bool:
    """Whether nobody can be in the account but who reads the mail of its address: signing up confirms nothing.

    Nobody is in an account that an import made until a password is set, and the way to set it goes by mail.
    """
    return not user.has_usable_password() or has_verified_address(user)


def _write_places(file: parts.ClinicFile, clinic: Clinic, people: Accounts) -> None:
    for one in file.people:
        if one.place:
            place = Membership(clinic=clinic, user_id=people[one.number], **columns(one.place, {}))
            place.save(force_insert=True)
            Membership.objects.filter(pk=place.pk).update(joined_at=one.place.joined_at)
            ResultViewer.objects.create(
                clinic=clinic, user_id=place.user_id, right=MEMBERSHIP, since=one.place.joined_at
            )


def _make_lead(clinic: Clinic, email: str, now: datetime) -> None:
    """Let somebody lead the clinic instead of who led it before, who stays as a manager."""
    place = Membership.objects.filter(clinic=clinic, user__email=email).first()
    if place is not None and place.role == Role.LEAD:
        return
    if place is None:
        user_id = _account(email, "", is_active=True)
        place = Membership(clinic=clinic, user_id=user_id)
        let_see_results(clinic_ids=[clinic.pk], user_ids=[user_id], at=now)
        record(act=AuditEvent.Act.MANAGER_JOINED, clinic=clinic, by=place.user, subject=str(place.pk), at=now)
    Membership.objects.filter(clinic=clinic, role=Role.LEAD).update(role=Role.MANAGER)
    place.role = Role.LEAD
    place.save()
    record(act=AuditEvent.Act.LEAD_HANDED_OVER, clinic=clinic, by=None, subject=str(place.pk), at=now)


def _check_lead_can_sign_in(clinic: Clinic) -> None:
    lead = Membership.objects.select_related("user").get(clinic=clinic, role=Role.LEAD).user
    if not lead.is_active:
        raise FileRefusedError(CLOSED_LEAD.format(email=lead.email))


def _write_erasures(file: parts.ClinicFile, clinic: Clinic, people: Accounts) -> None:
    """Keep what was erased, also where it was erased here, before the clinic was."""
    for one in file.erased_assessments:
        said = columns(one, people)
        kept = Erasure.objects.filter(pk=one.id).first()
        if kept is None:
            Erasure(kind=Erasure.Kind.ROUND, clinic_id=clinic.pk, is_running=False, **said).save(force_insert=True)
        elif (kept.clinic_id, kept.round_id, kept.team_shown_at) != (clinic.pk, one.round_id, one.team_shown_at):
            raise FileRefusedError("erased_assessments: one of them is known here as another one.")


def _write_plan(file: parts.ClinicFile, clinic: Clinic, people: Accounts) -> None:
    """Write the plan; an owner who has left the clinic, and so has no account here, stays by name."""
    names = {one.number: one.name for one in file.people if one.number not in people}
    actions = [Action(clinic=clinic, op=f"import-{one.id}", **columns(one, people)) for one in file.plan.actions]
    for action, one in zip(actions, file.plan.actions, strict=True):
        action.owner_name = names.get(one.owner, "") if one.owner else one.owner_name
    Action.objects.bulk_create(actions, batch_size=BATCH)
    entries = [ActionEntry(**columns(one, people) | {"changed": _changed(one, people)}) for one in file.plan.history]
    ActionEntry.objects.bulk_create(entries, batch_size=BATCH)


def _changed(entry: parts.EntryPart, people: Accounts) -> list[list[Any]]:
    return [
        [name, *(people.get(held, 0) if name == "owner" and type(held) is int else held for held in both)]
        for name, *both in entry.changed
    ]
