"""Forms of a round: opening it, its settings, sending a team talk. The questionnaire's forms stand in `sheets`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from assessments.clinics.forms import LineField
from assessments.rounds.models import OTHER_REQUEST_MAX, PEOPLE_MAX
from readiness.instrument.definition import Context
from readiness.instrument.words import FOR_WHOM, ROUTES, STAGES
from readiness.scoring.team_talk import MAX_REQUESTS, REQUESTS

if TYPE_CHECKING:
    from django.http import QueryDict


class ContextForm(forms.Form):
    """What a clinic says of its service: three taps."""

    stage = forms.ChoiceField(
        label="How far are you?",
        choices=[(k.value, v) for k, v in STAGES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Please say how far you are."},
    )
    routes = forms.MultipleChoiceField(
        label="By which ways do, or could, patients reach you?",
        choices=[(k.value, v) for k, v in ROUTES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick every way that is open, also those you plan. Questions about other ways are left out.",
        error_messages={"required": "Please tick at least one way by which patients can reach you."},
    )
    for_whom = forms.MultipleChoiceField(
        label="For whom?",
        choices=[(k.value, v) for k, v in FOR_WHOM.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Please tick at least one group of patients."},
    )

    def context(self) -> Context:
        """Give what was said of the service."""
        fields: dict[str, Any] = {name: self.cleaned_data[name] for name in ("stage", "routes", "for_whom")}
        return Context(**fields)


class RoundForm(ContextForm):
    """Context, last day and title of a round."""

    due_on = forms.DateField(
        label="Last day for answers",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Please choose a last day.", "invalid": "Please give a date, such as 2027-01-31."},
        help_text="The assessment finishes by itself at the end of this day. You can move it later, never earlier.",
    )
    title = LineField(
        label="Name of this assessment",
        max_length=120,
        error_messages={"required": "Please give this assessment a name."},
    )


class FollowUpForm(RoundForm):
    """A round that follows another: what was said of the service last time stands in the form, to confirm or change.

    Each of the three taps could be wrong by now, and the form cannot tell "looked at" from "passed by"; so either one
    of them is changed, or somebody says that all are still right.
    """

    is_still_right = forms.BooleanField(
        label="All three are still right", required=False, help_text="Not needed where you change one of them."
    )
    field_order = ("stage", "routes", "for_whom", "is_still_right", "due_on", "title")

    def __init__(self, posted: QueryDict | None, *, initial: dict[str, object], said: Context) -> None:
        super().__init__(posted, initial=initial)
        self._said = said

    def clean(self) -> dict[str, Any]:
        """Refuse what was said last time unless it is confirmed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_whole = all(name in cleaned for name in ContextForm.base_fields)
        if is_whole and not cleaned["is_still_right"] and self.context() == self._said:
            self.add_error(
                "is_still_right",
                "Please tick that what you said last time is still right, or change what is different now.",
            )
        return cleaned


def opening_form(posted: QueryDict | None, initial: dict[str, object], said: Context | None) -> RoundForm:
    """Give the form that opens a round; `said` is what was said of the service last time, None in a first round."""
    if said is None:
        return RoundForm(posted, initial=initial)
    return FollowUpForm(posted, initial=initial, said=said)


class TalkForm(forms.Form):
    """What a team says when it sends its talk; something else than what is offered counts as one of the three."""

    requests = forms.MultipleChoiceField(
        label="What would help you most? (optional, up to three)",
        choices=[(key, words) for key, words in REQUESTS.items() if key != "other"],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    other_request = LineField(
        label="Something else (optional)",
        max_length=OTHER_REQUEST_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=f"{REQUESTS['other']} that you need, in one line. Please name no person.",
    )
    n_people = forms.IntegerField(
        label="How many therapists took part in the meeting?",
        min_value=1,
        max_value=PEOPLE_MAX,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="The result shows your answers as “agreed in a meeting of” this many.",
        error_messages={
            "required": "Please say how many of you took part.",
            "invalid": "Please give a whole number, such as 4.",
            "min_value": "Please give 1 or more.",
            "max_value": f"Please give at most {PEOPLE_MAX}.",
        },
    )

    def clean(self) -> dict[str, Any]:
        """Refuse more than three things."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if len(self._requests()) > MAX_REQUESTS:
            self.add_error(
                "requests", f"Please choose up to {MAX_REQUESTS} things, your own line included: what helps you most."
            )
        return cleaned

    def _requests(self) -> list[str]:
        other = ["other"] if self.cleaned_data.get("other_request") else []
        return [*self.cleaned_data.get("requests", []), *other]

    def details(self) -> dict[str, Any]:
        """Give what was said as `talk_actions.send_talk` takes it."""
        return {
            "n_people": self.cleaned_data["n_people"],
            "requests": self._requests(),
            "other_request": self.cleaned_data["other_request"],
        }
