"""What people fill in about their clinic and colleagues: shape and clean text, no permissions."""

from __future__ import annotations

from typing import Final
from zoneinfo import available_timezones

from django import forms

from assessments.clinics.models import Clinic, OutgoingMail, Setting, User
from assessments.clinics.reminder_links import SETTINGS
from assessments.clinics.text import UnreadableTextError, clean_line

N_THERAPISTS_MAX: Final = 100_000
REGIONS: Final = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
TIME_ZONES: Final = (
    "UTC",
    *sorted(zone for zone in available_timezones() if zone.split("/")[0] in REGIONS and "/" in zone),
)


class LineField(forms.CharField):
    """One line of text, with white space folded and invisible characters removed before its length is checked."""

    def to_python(self, value: object) -> str:
        """Give the cleaned line."""
        try:
            return clean_line(super().to_python(value) or "")
        except UnreadableTextError as error:
            raise forms.ValidationError(str(error), code="unreadable") from error


def summary_of(form: forms.BaseForm) -> list[dict[str, str]]:
    """Give what `components/_error_summary.html` shows: each message with the id of its control, or ""."""
    return [
        {"field": _control(form, name), "message": str(message)}
        for name, messages in form.errors.items()
        for message in messages
    ]


def _control(form: forms.BaseForm, name: str) -> str:
    """Give the id of a field's control; where there are several, such as check boxes, of the first."""
    if name not in form.fields:
        return ""
    return form[name].id_for_label or f"{form[name].auto_id}_0"


class ClinicForm(forms.Form):
    """The details of a clinic."""

    name = LineField(
        label="Name of the clinic",
        max_length=120,
        help_text="As you and your colleagues call it.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": "Please give the clinic a name."},
    )
    country = LineField(
        label="Country (optional)",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "country-name"}),
    )
    setting = forms.ChoiceField(
        label="Kind of service (optional)", choices=[("", "Not said"), *Setting.choices], required=False
    )
    n_therapists = forms.IntegerField(
        label="Number of therapists (optional)",
        min_value=0,
        max_value=N_THERAPISTS_MAX,
        required=False,
        error_messages={
            "invalid": "Please give a whole number, such as 6.",
            "min_value": "Please give 0 or more.",
            "max_value": "Please give at most 100,000.",
        },
        help_text="Roughly, counting everybody who treats patients.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=[(zone, zone.replace("_", " ")) for zone in TIME_ZONES],
        initial="UTC",
        required=False,
        help_text="A closing day ends at midnight in this time zone. An open assessment keeps the one it began with.",
    )

    def clean_time_zone(self) -> str:
        """Give the zone; UTC when none is chosen."""
        return self.cleaned_data["time_zone"] or "UTC"

    @classmethod
    def of(cls, clinic: Clinic) -> ClinicForm:
        """Give the form filled in with what is known of a clinic."""
        return cls(initial={name: getattr(clinic, name) for name in cls.base_fields})


class InviteForm(forms.Form):
    """The address of a colleague."""

    email = forms.EmailField(
        label="E-mail address of your colleague",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Please type the address of your colleague.",
            "invalid": "Please type one e-mail address, such as name@example.org.",
        },
    )

    def clean_email(self) -> str:
        """Give the address in lower case, as accounts keep it."""
        return str(self.cleaned_data["email"]).lower()


class RemindersForm(forms.Form):
    """Which reminders a person wants; a box that is not ticked is off."""

    is_reminded_of_closing = forms.BooleanField(
        label="Before an assessment closes",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        help_text="One mail three days before the last day of an assessment of a clinic that you lead.",
    )
    is_reminded_of_actions = forms.BooleanField(
        label="When actions are due",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        help_text="A mail in the morning: in a clinic that you lead about all actions, elsewhere about your own. Each "
        "is told once, about a week before its day, not again when it has passed. One mail a day at most for each "
        "clinic.",
    )

    @classmethod
    def of(cls, user: User) -> RemindersForm:
        """Give the form with what the person has chosen."""
        return cls(initial={field: getattr(user, field) for field in SETTINGS.values()})

    def wanted(self) -> dict[OutgoingMail.Kind, bool]:
        """Give the choice, by kind of mail."""
        return {kind: self.cleaned_data[field] for kind, field in SETTINGS.items()}
