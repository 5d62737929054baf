"""The form by which a practice run finds its clinic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms

from assessments.clinics.forms import LineField
from assessments.clinics.models import Clinic
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

    from assessments.clinics.querysets import Viewer


class KeepForm(forms.Form):
    """Where to keep the answers: in a new clinic, or in one that this person leads and that has no open round."""

    clinic = forms.ModelChoiceField(
        label="Clinic", queryset=Clinic.objects.none(), required=False, empty_label="A new clinic"
    )
    clinic_name = LineField(
        label="Name of the clinic",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def __init__(self, data: QueryDict | None, *, user: Viewer) -> None:
        super().__init__(data)
        free = clinics_without_open_round(user)
        if free:
            cast("forms.ModelChoiceField[Clinic]", self.fields["clinic"]).queryset = free
            self.fields["clinic_name"].label = "Name of the new clinic"
        else:
            del self.fields["clinic"]

    def clean(self) -> dict[str, Any]:
        """Ask for a name where no clinic is chosen."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("clinic") and not cleaned.get("clinic_name") and "clinic_name" not in self.errors:
            self.add_error("clinic_name", "Please give the clinic a name.")
        return cleaned


def clinics_without_open_round(user: Viewer) -> QuerySet[Clinic]:
    """Give the clinics that this person leads and that could open a round."""
    if not user.is_authenticated:
        return Clinic.objects.none()
    taken = Round.objects.visible_to(user).open().values("clinic")
    return Clinic.objects.filter(memberships__user=user, memberships__role="lead").exclude(pk__in=taken)
