"""What a therapist's browser holds in place of an account: which link it opened, which drafts are its own, its profile.

The link's pass is the only place that says which draft belongs to which invitation. The draft's id is drawn when the
link is opened, so that however many saves come first, they begin one draft.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from django.utils.crypto import constant_time_compare, salted_hmac

from assessments.rounds.passes import Pass

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.respondents.models import Invitation

LINK: Final = Pass("link", timedelta(days=90))
"""The link that was opened last, and the drafts of this browser."""
SENT: Final = Pass("sent", timedelta(hours=12), ends_with_browser=True)
"""For which assessments answers were sent while this browser was open: {"rounds": [ids]}."""
PROFILE: Final = Pass("profile", timedelta(minutes=30))
"""What was sent, for the therapist's own eyes; stored nowhere else."""

DRAFTS_MAX: Final = 5
"""How many drafts a browser remembers: a clinic's shared computer, and a cookie that stays small."""
MARK: Final = "mark"
"""The hidden field by which a form says for which invitation it was shown."""
ROUNDS_MAX: Final = 20


@dataclass(frozen=True)
class Held:
    """What the link's pass says. `drafts` leads from invitations to drafts, the invitation opened last at the end."""

    invitation_id: UUID
    round_id: UUID
    token_hash: str
    drafts: dict[UUID, UUID]

    @property
    def draft_id(self) -> UUID:
        """The draft of this browser for the invitation, whether it is begun or not."""
        return self.drafts[self.invitation_id]

    @property
    def mark(self) -> str:
        """What the forms for the invitation carry. It is keyed with the site's secret and kept nowhere."""
        return salted_hmac(f"{__name__}.{MARK}", self.invitation_id.hex, algorithm="sha256").hexdigest()[:32]

    def is_of(self, mark: str) -> bool:
        """Say whether a form was shown for the invitation, and not for one whose link was opened here before."""
        return constant_time_compare(mark, self.mark)

    def with_draft(self, draft_id: UUID) -> Held:
        """Give the pass with another draft of the invitation."""
        drafts = {key: value for key, value in self.drafts.items() if key != self.invitation_id}
        drafts[self.invitation_id] = draft_id
        return replace(self, drafts=dict(list(drafts.items())[-DRAFTS_MAX:]))

    def without_draft(self) -> Held:
        """Give the pass once the draft was sent or given up: nothing of it is left, and nothing is begun."""
        return self.with_draft(uuid4())

    def give(self, response: HttpResponse) -> None:
        """Let the browser keep it."""
        drafts = [[invitation_id.hex, draft_id.hex] for invitation_id, draft_id in self.drafts.items()]
        content = {"i": self.invitation_id.hex, "r": self.round_id.hex, "t": self.token_hash, "d": drafts}
        LINK.give(response, content)


def opened(invitation: Invitation, before: Held | None) -> Held:
    """Give the pass of a browser that opens a link: drafts stay with their invitations, and a new one has an id."""
    drafts = before.drafts if before else {}
    kept = Held(invitation.pk, invitation.round_id, invitation.token_hash or "", drafts)
    return kept.with_draft(drafts.get(invitation.pk) or uuid4())


def held(request: HttpRequest) -> Held | None:
    """Read the link's pass; None when this browser has none."""
    content = LINK.read(request)
    if not content:
        return None
    return Held(
        invitation_id=UUID(content["i"]),
        round_id=UUID(content["r"]),
        token_hash=content["t"],
        drafts={UUID(invitation_id): UUID(draft_id) for invitation_id, draft_id in content["d"]},
    )


def has_sent(request: HttpRequest, round_id: UUID) -> bool:
    """Whether answers for this assessment were sent while this browser was open."""
    return round_id.hex in SENT.read(request).get("rounds", [])


def note_sent(request: HttpRequest, response: HttpResponse, round_id: UUID) -> None:
    """Let the browser remember that answers for this assessment were sent from it."""
    others = [key for key in SENT.read(request).get("rounds", []) if key != round_id.hex]
    SENT.give(response, {"rounds": [*others, round_id.hex][-ROUNDS_MAX:]})


def take_all_back(response: HttpResponse) -> None:
    """Let the browser forget everything of a therapist."""
    for kind in (LINK, SENT, PROFILE):
        kind.take_back(response)
