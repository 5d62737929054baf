"""What a person says of a token that they want: what it is for, what it opens and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django import forms

from assessments.clinics.forms import LineField
from assessments.clinics.models import Clinic
from assessments.reports.actions import LIVES
from assessments.reports.models import Scope

if TYPE_CHECKING:
    from assessments.clinics.models import User

    ClinicChoiceField = forms.ModelChoiceField[Clinic]
else:
    ClinicChoiceField = forms.ModelChoiceField

SCOPES: Final = {
    Scope.RESULTS: "Results: scores, flags with the questions behind them, options, and what teams say as a group. "
    "No single answers, no comments.",
    Scope.ANSWERS: "Results and answers: all of that, the clinic form’s answers and comments, also of an open "
    "assessment, and the plan.",
}
WORDS_OF_LIVES: Final = {30: "30 days", 90: "90 days", 365: "A year"}


class TokenForm(forms.Form):
    """A new token."""

    name = LineField(
        label="What is it for?",
        max_length=60,
        help_text="So that you know it again, for instance “Quarterly report of the board”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Please say what the token is for."},
    )
    scope = forms.ChoiceField(
        label="What may be read with it?",
        choices=list(SCOPES.items()),
        initial=Scope.RESULTS,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose what may be read with it."},
    )
    clinic = ClinicChoiceField(
        label="For which clinic?",
        queryset=Clinic.objects.none(),
        required=False,
        empty_label="Everything that I may see here",
        help_text="A token for one clinic opens nothing else, no network either.",
        error_messages={"invalid_choice": "Please choose a clinic of yours."},
    )
    days = forms.TypedChoiceField(
        label="For how long?",
        choices=[(days, WORDS_OF_LIVES[days]) for days in LIVES],
        initial=90,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose for how long it works."},
    )

    def __init__(self, user: User, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        clinics = self.fields["clinic"]
        clinics.queryset = Clinic.objects.visible_to(user)  # type: ignore[attr-defined]
        if not clinics.queryset.exists():  # type: ignore[attr-defined]
            del self.fields["clinic"]
