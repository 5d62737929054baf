"""What the lead fills in to invite the team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from assessments.clinics.forms import summary_of
from assessments.respondents.addresses import PASTED_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.respondents.addresses import Refused


class InviteForm(forms.Form):
    """A pasted list of addresses."""

    addresses = forms.CharField(
        label="E-mail addresses of therapists",
        max_length=PASTED_MAX,
        help_text="One a line, or separated by commas or spaces. Each person gets a mail with a link of their own.",
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Please enter at least one address.",
            "max_length": "This list is too long. Please send it in parts.",
        },
    )

    @classmethod
    def of_refused(cls, refused: Iterable[Refused]) -> InviteForm:
        """Give the form with what could not be invited, to be corrected."""
        return cls(initial={"addresses": "\n".join(one.text for one in refused)})

    def problems(self) -> list[dict[str, str]]:
        """Give what is wrong, for the summary of errors."""
        return summary_of(self)
