"""The return code: how a therapist finds a draft again from another browser. Only its hash is kept, in the draft."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from django.db import transaction

from assessments.clinics.actions import hash_of
from assessments.respondents.actions import (
    AlreadySentError,
    DraftGoneError,
    draft_to_write,
    find_invitation,
    locked_for_answers,
    today_of,
)
from assessments.respondents.models import Draft

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is taken for something else on paper
CODE_LETTERS: Final = 12  # 58 bits, and of use only to somebody who holds a link of the same round


@transaction.atomic
def write_return_code(*, invitation_id: UUID, draft_id: UUID, now: datetime) -> str:
    """Give a draft a fresh code by which it can be found from another browser, and give that code.

    Raises:
        As `save_draft`.
    """
    assessment, _ = locked_for_answers(invitation_id, now)
    draft = draft_to_write(assessment, draft_id)
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LETTERS))
    draft.code_hash, draft.saved_on = _code_hash(assessment.pk, letters), today_of(assessment, now)
    draft.save()
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LETTERS, 4))


def find_draft(*, invitation_id: UUID, code: str, now: datetime) -> UUID:
    """Give the id of the draft that a return code leads to, within the round of the invitation.

    Raises:
        LinkGoneError, AlreadySentError: as `save_draft`.
        DraftGoneError: the code leads to no draft of this round.
    """
    invitation = find_invitation(invitation_id)
    if invitation.answered:
        raise AlreadySentError
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    draft = Draft.objects.filter(round_id=invitation.round_id, code_hash=_code_hash(invitation.round_id, letters))
    found = draft.values_list("pk", flat=True).first()
    if found is None:
        raise DraftGoneError("This code leads to no answers of this assessment. Please check it letter by letter.")
    return found


def _code_hash(round_id: UUID, letters: str) -> str:
    return hash_of(f"{round_id}\0{letters}")
