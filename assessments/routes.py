"""Who may open which address with which method: one table, compared with the URLconf and tried out by a test.

A new address is refused by the test until it has a row here. `manage.py routes` prints the table; docs/access.md is
its printed form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern


class Person(StrEnum):
    """Who stands before the door. A role is that in the clinic or network of the address."""

    ANONYMOUS = "anonymous"
    LINK = "link"
    TOKEN = "token"  # noqa: S105 - a word
    MANAGER = "manager"
    LEAD = "lead"
    CONSULTANT = "consultant"
    ADMIN = "admin"


class Kind(StrEnum):
    """What one gets."""

    PAGE = "page"
    FRAGMENT = "fragment"
    FILE = "file"
    API = "api"


Who = tuple[Person, ...]

EVERYBODY: Final[Who] = tuple(person for person in Person if person is not Person.TOKEN)  # on pages it is nothing
HOLDERS: Final[Who] = (Person.LINK,)  # whoever holds the link, signed in or not
TOKENS: Final[Who] = (Person.TOKEN,)  # whoever holds an API token, which sees what its owner may
ACCOUNTS: Final[Who] = (
    Person.MANAGER,
    Person.LEAD,
    Person.CONSULTANT,
    Person.ADMIN,
)  # whoever has signed in, for themselves
MEMBERS: Final[Who] = (Person.MANAGER, Person.LEAD)
LEADS: Final[Who] = (Person.LEAD,)
MANAGERS: Final[Who] = (Person.MANAGER,)
CONSULTANTS: Final[Who] = (Person.CONSULTANT,)
ADMINS: Final[Who] = (Person.ADMIN,)
NOBODY: Final[Who] = ()

READ: Final = ("GET", "HEAD")
FORM: Final = ("GET", "HEAD", "POST")
POST: Final = ("POST",)
PUT: Final = ("PUT",)


@dataclass(frozen=True)
class Route:
    """An address; `methods` are those that do something, whoever else is refused in whatever way."""

    path: str
    methods: tuple[str, ...]
    who: Who
    kind: Kind = Kind.PAGE


ROUTES: Final[tuple[Route, ...]] = (
    Route("/", READ, EVERYBODY),
    Route("/about/scoring/", READ, EVERYBODY),
    Route("/about/evidence/", READ, EVERYBODY),
    Route("/about/questionnaire/", READ, EVERYBODY),
    Route("/about/questionnaire/<slug:kind>/", READ, EVERYBODY, Kind.FILE),
    Route("/about/privacy/", READ, EVERYBODY),
    Route("/about/privacy/data/", READ, EVERYBODY),
    Route("/healthz", READ, EVERYBODY, Kind.API),
    Route("/readyz", READ, EVERYBODY, Kind.API),
    Route("/try/", READ, EVERYBODY),
    Route("/try/quick/", FORM, EVERYBODY),
    Route("/try/whole/", FORM, EVERYBODY),
    Route("/try/keep/", FORM, EVERYBODY),
    # Accounts
    Route("/accounts/login/", FORM, EVERYBODY),
    Route("/accounts/logout/", FORM, EVERYBODY),
    Route("/accounts/inactive/", READ, EVERYBODY),
    Route("/accounts/signup/", FORM, EVERYBODY),
    Route("/accounts/reauthenticate/", FORM, ACCOUNTS),
    Route("/accounts/email/", FORM, ACCOUNTS),
    Route("/accounts/confirm-email/", READ, EVERYBODY),
    Route("/accounts/confirm-email/<key>/", FORM, HOLDERS),
    Route("/accounts/password/change/", FORM, ACCOUNTS),
    Route("/accounts/password/set/", FORM, ACCOUNTS),
    Route("/accounts/password/reset/", FORM, EVERYBODY),
    Route("/accounts/password/reset/done/", READ, EVERYBODY),
    Route("/accounts/password/reset/key/<uidb36>-<key>/", FORM, HOLDERS),
    Route("/accounts/password/reset/key/done/", READ, EVERYBODY),
    Route("/accounts/login/code/confirm/", FORM, EVERYBODY),
    Route("/accounts/2fa/", READ, ACCOUNTS),
    Route("/accounts/2fa/authenticate/", FORM, EVERYBODY),
    Route("/accounts/2fa/reauthenticate/", FORM, ACCOUNTS),
    Route("/accounts/2fa/totp/activate/", FORM, ACCOUNTS),
    Route("/accounts/2fa/totp/deactivate/", FORM, ACCOUNTS),
    Route("/accounts/2fa/recovery-codes/", READ, ACCOUNTS),
    Route("/accounts/2fa/recovery-codes/generate/", FORM, ACCOUNTS),
    Route("/accounts/2fa/recovery-codes/download/", READ, ACCOUNTS, Kind.FILE),
    Route("/accounts/reminders/", FORM, ACCOUNTS),
    Route("/accounts/data/", READ, ACCOUNTS),
    Route("/accounts/data/file/", READ, ACCOUNTS, Kind.FILE),
    Route("/accounts/data/erase/", FORM, ACCOUNTS),
    Route("/accounts/tokens/", FORM, ACCOUNTS),
    Route("/accounts/tokens/<uuid:token_id>/end/", FORM, ACCOUNTS),
    Route("/reminders/off/<str:token>/", FORM, HOLDERS),
    # Clinics and people
    Route("/clinics/", READ, ACCOUNTS),
    Route("/clinics/new/", FORM, ACCOUNTS),
    Route("/clinics/<uuid:clinic_id>/", READ, MEMBERS),
    Route("/clinics/<uuid:clinic_id>/details/", FORM, LEADS),
    Route("/clinics/<uuid:clinic_id>/people/", READ, MEMBERS),
    Route("/clinics/<uuid:clinic_id>/people/invite/", POST, LEADS),
    Route("/clinics/<uuid:clinic_id>/people/invitations/<uuid:invitation_id>/withdraw/", POST, LEADS),
    Route("/clinics/<uuid:clinic_id>/people/<uuid:member_id>/remove/", FORM, LEADS),
    Route("/clinics/<uuid:clinic_id>/people/<uuid:member_id>/hand-over/", FORM, LEADS),
    Route("/clinics/<uuid:clinic_id>/people/leave/", FORM, MANAGERS),
    Route("/join/<str:token>/", FORM, HOLDERS),
    # Rounds and results
    Route("/clinics/<uuid:clinic_id>/rounds/new/", FORM, LEADS),
    Route("/rounds/<uuid:round_id>/", READ, MEMBERS),
    Route("/rounds/<uuid:round_id>/settings/", FORM, LEADS),
    Route("/rounds/<uuid:round_id>/quick/", FORM, MEMBERS),
    Route("/rounds/<uuid:round_id>/quick/result/", READ, MEMBERS),
    Route("/rounds/<uuid:round_id>/sections/<slug:domain>/", FORM, MEMBERS),
    Route("/rounds/<uuid:round_id>/items/<slug:key>/", PUT, MEMBERS, Kind.API),
    Route("/rounds/<uuid:round_id>/check/", READ, MEMBERS),
    Route("/rounds/<uuid:round_id>/team-talk/", FORM, LEADS),
    Route("/rounds/<uuid:round_id>/results/", READ, MEMBERS),
    Route("/rounds/<uuid:round_id>/results/print/", READ, MEMBERS),
    Route("/rounds/<uuid:round_id>/finish/", FORM, LEADS),
    Route("/rounds/<uuid:round_id>/files/", READ, MEMBERS),
    Route("/rounds/<uuid:round_id>/files/<slug:kind>/", READ, MEMBERS, Kind.FILE),
    Route("/rounds/<uuid:round_id>/erase/", FORM, LEADS),
    Route("/clinics/<uuid:clinic_id>/files/", READ, MEMBERS),
    Route("/clinics/<uuid:clinic_id>/files/export/", POST, LEADS, Kind.FILE),
    Route("/clinics/<uuid:clinic_id>/erase/", FORM, LEADS),
    # Plans, and what changed
    Route("/clinics/<uuid:clinic_id>/plan/", READ, MEMBERS),
    Route("/clinics/<uuid:clinic_id>/plan/new/", FORM, MEMBERS),
    Route("/clinics/<uuid:clinic_id>/plan/<uuid:action_id>/", FORM, MEMBERS),
    Route("/clinics/<uuid:clinic_id>/plan/<uuid:action_id>/move/", FORM, MEMBERS),
    Route("/clinics/<uuid:clinic_id>/plan/<uuid:action_id>/note/", FORM, MEMBERS),
    Route("/rounds/<uuid:round_id>/plan/", READ, MEMBERS),
    Route("/rounds/<uuid:round_id>/plan/add/", FORM, MEMBERS),
    Route("/rounds/<uuid:round_id>/meeting/", FORM, MEMBERS),
    Route("/clinics/<uuid:clinic_id>/change/", READ, MEMBERS),
    # The team: the lead's page, and therapists by their links
    Route("/rounds/<uuid:round_id>/team/", READ, MEMBERS),
    Route("/rounds/<uuid:round_id>/team/invite/", POST, LEADS),
    Route("/rounds/<uuid:round_id>/team/remind/", FORM, LEADS),
    Route("/rounds/<uuid:round_id>/team/<uuid:invitation_id>/withdraw/", FORM, LEADS),
    Route("/r/", READ, HOLDERS),
    Route("/r/how/", READ, HOLDERS),
    Route("/r/later/", FORM, HOLDERS),
    Route("/r/resume/", FORM, HOLDERS),
    Route("/r/not-me/", FORM, HOLDERS),
    Route("/r/pages/<int:number>/", FORM, HOLDERS),
    Route("/r/check/", FORM, HOLDERS),
    Route("/r/done/", READ, HOLDERS),
    Route("/r/copy/", READ, HOLDERS),
    Route("/r/copy/file/", READ, HOLDERS, Kind.FILE),
    Route("/r/clear/", POST, EVERYBODY),
    Route("/r/<str:token>/", READ, HOLDERS),
    Route("/r/<str:token>/not-me/", READ, HOLDERS),
    Route("/try/therapist/", FORM, EVERYBODY),
    # The team talk, for whoever holds its link
    Route("/t/<str:token>/", READ, HOLDERS),
    Route("/t/", READ, HOLDERS),
    Route("/t/topics/<slug:domain>/", FORM, HOLDERS),
    Route("/t/items/<slug:key>/", PUT, HOLDERS, Kind.API),
    Route("/t/send/", FORM, HOLDERS),
    Route("/team/", READ, HOLDERS),
    # Networks: the consultants' pages
    Route("/networks/", READ, CONSULTANTS),
    Route("/networks/new/", FORM, CONSULTANTS),
    Route("/networks/<uuid:network_id>/", READ, CONSULTANTS),
    Route("/networks/<uuid:network_id>/clinics/", READ, CONSULTANTS),
    Route("/networks/<uuid:network_id>/actions/", READ, CONSULTANTS),
    Route("/networks/<uuid:network_id>/settings/", FORM, CONSULTANTS),
    Route("/networks/<uuid:network_id>/names/", POST, CONSULTANTS),
    Route("/networks/<uuid:network_id>/people/", READ, CONSULTANTS),
    Route("/networks/<uuid:network_id>/people/add/", POST, CONSULTANTS),
    Route("/networks/<uuid:network_id>/people/<uuid:member_id>/remove/", FORM, CONSULTANTS),
    Route("/networks/<uuid:network_id>/invitations/", FORM, CONSULTANTS),
    Route("/networks/<uuid:network_id>/invitations/<uuid:invitation_id>/withdraw/", POST, CONSULTANTS),
    Route("/networks/<uuid:network_id>/link/", POST, CONSULTANTS),
    # The clinic's side of networks
    Route("/n/<str:token>/", FORM, HOLDERS),
    Route("/clinics/<uuid:clinic_id>/networks/", READ, MEMBERS),
    Route("/clinics/<uuid:clinic_id>/networks/<uuid:network_id>/", FORM, LEADS),
    Route("/clinics/<uuid:clinic_id>/networks/<uuid:network_id>/leave/", FORM, LEADS),
    Route("/clinics/<uuid:clinic_id>/record/", READ, LEADS),
    Route("/networks/<uuid:network_id>/clinics/<uuid:clinic_id>/", READ, CONSULTANTS),
    Route("/networks/<uuid:network_id>/clinics/<uuid:clinic_id>/rounds/<uuid:round_id>/", READ, CONSULTANTS),
    Route("/networks/<uuid:network_id>/compare/", READ, CONSULTANTS),
    Route("/networks/<uuid:network_id>/compare/file/", READ, CONSULTANTS, Kind.FILE),
    Route("/networks/<uuid:network_id>/compare/side-by-side/", READ, CONSULTANTS),
    Route("/networks/<uuid:network_id>/compare/teams/", READ, CONSULTANTS),
    Route("/networks/<uuid:network_id>/compare/change/", READ, CONSULTANTS),
    # The API, for programs: by a token, never by a session
    Route("/api/", READ, EVERYBODY),
    Route("/api/v1/openapi.json", READ, EVERYBODY, Kind.API),
    Route("/api/v1/clinics", READ, TOKENS, Kind.API),
    Route("/api/v1/clinics/<uuid:clinic_id>", READ, TOKENS, Kind.API),
    Route("/api/v1/clinics/<uuid:clinic_id>/plan", READ, TOKENS, Kind.API),
    Route("/api/v1/clinics/<uuid:clinic_id>/change", READ, TOKENS, Kind.API),
    Route("/api/v1/assessments", READ, TOKENS, Kind.API),
    Route("/api/v1/assessments/<uuid:assessment_id>", READ, TOKENS, Kind.API),
    Route("/api/v1/assessments/<uuid:assessment_id>/result", READ, TOKENS, Kind.API),
    Route("/api/v1/assessments/<uuid:assessment_id>/answers", READ, TOKENS, Kind.API),
    Route("/api/v1/networks", READ, TOKENS, Kind.API),
    Route("/api/v1/networks/<uuid:network_id>/clinics", READ, TOKENS, Kind.API),
    Route("/api/v1/questionnaires/<slug:questionnaire>/<int:version>", READ, TOKENS, Kind.API),
    Route("/api/v<path:rest>", READ, EVERYBODY, Kind.API),  # says that there is nothing
    # Site administration: accounts and clinics, no answers
    Route("/admin/", READ, ADMINS),
    Route("/admin/login/", READ, (Person.ANONYMOUS, Person.ADMIN)),  # leads to the sign-in of everybody
    Route("/admin/logout/", POST, ADMINS),
    Route("/admin/password_change/", FORM, ADMINS),
    Route("/admin/password_change/done/", READ, ADMINS),
    Route("/admin/autocomplete/", READ, ADMINS, Kind.API),
    Route("/admin/jsi18n/", READ, ADMINS, Kind.FILE),
    Route("/admin/r/<path:content_type_id>/<path:object_id>/", READ, ADMINS),
    Route("/admin/<app_label>/", READ, ADMINS),
    Route("/admin/clinics/user/", FORM, ADMINS),
    Route("/admin/clinics/user/add/", FORM, ADMINS),
    Route("/admin/clinics/user/<path:object_id>/", READ, ADMINS),
    Route("/admin/clinics/user/<path:object_id>/change/", FORM, ADMINS),
    Route("/admin/clinics/user/<path:object_id>/delete/", (), NOBODY),
    Route("/admin/clinics/user/<path:object_id>/history/", READ, ADMINS),
    Route("/admin/clinics/clinic/", FORM, ADMINS),
    Route("/admin/clinics/clinic/add/", (), NOBODY),
    Route("/admin/clinics/clinic/<path:object_id>/", READ, ADMINS),
    Route("/admin/clinics/clinic/<path:object_id>/change/", READ, ADMINS),
    Route("/admin/clinics/clinic/<path:object_id>/delete/", (), NOBODY),
    Route("/admin/clinics/clinic/<path:object_id>/history/", READ, ADMINS),
    Route("/admin/<url>", READ, ADMINS),
)


def declared() -> dict[str, Route]:
    """Give the table by path."""
    return {route.path: route for route in ROUTES}


def addresses() -> dict[str, str]:
    """Give every address of the URLconf with its name, which is empty for a few of the admin's."""
    return dict(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: Sequence[URLPattern | URLResolver], prefix: str, namespace: str) -> Iterator[tuple[str, str]]:
    for entry in patterns:
        path = prefix + _written(entry)
        if isinstance(entry, URLPattern):
            name = f"{namespace}:{entry.name}" if namespace and entry.name else entry.name or ""
            yield f"/{path}", name
        else:
            yield from _walk(entry.url_patterns, path, entry.namespace or namespace)


def _written(entry: URLPattern | URLResolver) -> str:
    """Write one part of an address as a path, whether it was given as one or as a regular expression."""
    pattern = str(entry.pattern)
    return pattern if isinstance(entry.pattern, RoutePattern) else simplify_regex(pattern).removeprefix("/")


def table() -> list[dict[str, object]]:
    """Give every address with its row, in the order of the table, as plain JSON values.

    Raises:
        KeyError: a row has no address in the URLconf.
    """
    names = addresses()
    return [
        {
            "path": route.path,
            "name": names[route.path],
            "methods": list(route.methods),
            "who": [person.value for person in route.who],
            "kind": route.kind.value,
        }
        for route in ROUTES
    ]


def document() -> str:
    """Write the table as docs/access.md."""
    lines = [
        "# Who may open what",
        "",
        "Written by `manage.py routes > docs/access.md`; a test compares it with the URLconf, and another",
        "tries every address with every method as everybody. Lead and manager are those of the clinic that the",
        "address belongs to, consultants those of the network; for everybody else it does not exist (404). A manager",
        "who tries what only the lead may do, or somebody who is no consultant at `/networks/`, is told so (403).",
        "Without signing in, pages lead to the sign-in. `link` is whoever holds a link that",
        "was sent by mail or passed on. `token` is whoever holds an API token: it opens what its owner may see at that",
        "moment, and nobody's session opens anything there (401).",
        "",
        "| address | methods | who | kind |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{route.path}` | {' '.join(route.methods) or 'none'} | {', '.join(route.who) or 'nobody'} | {route.kind} |"
        for route in ROUTES
    ]
    return "\n".join(lines) + "\n"
