"""What a lead decides on a network: which clinic lets it in, and how far. Shape only, no permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from assessments.networks.models import Level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessments.clinics.models import Clinic


class LevelForm(forms.Form):
    """How far a network is let in. Nothing is chosen beforehand: it is the lead's own decision."""

    level = forms.ChoiceField(
        choices=Level.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Please choose what they may see.",
            "invalid_choice": "Please choose one of the three levels.",
        },
    )

    def chosen(self) -> Level:
        """Give the level of a valid form."""
        return Level(self.cleaned_data["level"])


class JoinForm(LevelForm):
    """Which of the clinics that a person leads lets a network in, and how far."""

    clinic = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={
            "required": "Please choose your clinic.",
            "invalid_choice": "Please choose a clinic that you lead.",
        },
    )
    field_order = ("clinic", "level")

    def __init__(self, clinics: Sequence[Clinic], data: Mapping[str, object]) -> None:
        super().__init__(data)
        self.clinics = {str(clinic.pk): clinic for clinic in clinics}
        self.fields["clinic"].choices = [(key, clinic.name) for key, clinic in self.clinics.items()]  # type: ignore[attr-defined]

    def clinic_chosen(self) -> Clinic:
        """Give the clinic of a valid form."""
        return self.clinics[self.cleaned_data["clinic"]]
