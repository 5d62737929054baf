"""What a therapist's browser holds in place of an account: which link it opened, which drafts are its own, its profile.

The link's pass is the only place that says which draft belongs to which invitation.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

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
ROUNDS_MAX: Final = 20


@dataclass(frozen=True)
class Held:
    """What the link's pass says. `drafts` leads from invitations to drafts, the latest last."""

    invitation_id: UUID
    round_id: UUID
    token_hash: str
    drafts: dict[UUID, UUID] = field(default_factory=dict)

    @property
    def draft_id(self) -> UUID | None:
        """The draft that belongs to the invitation, when this browser has one."""
        return self.drafts.get(self.invitation_id)

    def opened(self, invitation: Invitation) -> Held:
        """Give the pass after another link, or the same, was opened: drafts stay with their invitations."""
        return replace(self, **_of(invitation))

    def with_draft(self, draft_id: UUID | None) -> Held:
        """Give the pass with another draft of the invitation; None forgets it."""
        drafts = {key: value for key, value in self.drafts.items() if key != self.invitation_id}
        if draft_id is not None:
            drafts[self.invitation_id] = draft_id
        return replace(self, drafts=dict(list(drafts.items())[-DRAFTS_MAX:]))

    def give(self, response: HttpResponse) -> None:
        """Let the browser keep it."""
        drafts = [[invitation_id.hex, draft_id.hex] for invitation_id, draft_id in self.drafts.items()]
        content = {"i": self.invitation_id.hex, "r": self.round_id.hex, "t": self.token_hash, "d": drafts}
        LINK.give(response, content)


def opened_first(invitation: Invitation) -> Held:
    """Give the pass of a browser that had none."""
    return Held(**_of(invitation))


def _of(invitation: Invitation) -> dict[str, Any]:
    return {
        "invitation_id": invitation.pk,
        "round_id": invitation.round_id,
        "token_hash": invitation.token_hash or "",
    }


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
