"""Text that people type into forms of a plan: cleaned, bounded, and told in figures where it is too long."""

from __future__ import annotations

from typing import Final

from django import forms
from django.core.exceptions import ValidationError

from assessments.clinics import forms as clinic_forms
from assessments.clinics.text import UnreadableTextError, clean_text

TOO_LONG: Final = "max_length"


class Bounded(forms.CharField):
    """Says how long a text may be and how long it is."""

    def run_validators(self, value: str) -> None:
        """Refuse what is longer.

        Raises:
            ValidationError: it is, or is wrong in another way.
        """
        try:
            super().run_validators(value)
        except ValidationError as error:
            raise ValidationError([self._told(one, value) for one in error.error_list]) from error

    def _told(self, error: ValidationError, value: str) -> ValidationError:
        if error.code != TOO_LONG:
            return error
        said = f"Please shorten this to {self.max_length:,} characters; it has {len(value):,} now."
        return ValidationError(said, code=TOO_LONG)


class LineField(Bounded, clinic_forms.LineField):
    """A line."""


class ParagraphField(Bounded):
    """Text of several lines, cleaned before its length is checked."""

    widget = forms.Textarea

    def to_python(self, value: object) -> str:
        """Give the cleaned text."""
        try:
            return clean_text(super().to_python(value) or "")
        except UnreadableTextError as error:
            raise forms.ValidationError(str(error), code="unreadable") from error


def label_of(field: forms.Field) -> str:
    """Give what a field is called, without that it is optional."""
    return str(field.label).removesuffix(" (optional)")


def summary_of(form: forms.BaseForm) -> list[dict[str, str]]:
    """Give what `components/_error_summary.html` shows; what is too long by the name of its field."""
    labels = {
        form[name].id_for_label: label_of(form.fields[name])
        for name, errors in form.errors.as_data().items()
        if any(error.code == TOO_LONG for error in errors)
    }
    return [_named(row, labels.get(row["field"], "")) for row in clinic_forms.summary_of(form)]


def _named(row: dict[str, str], label: str) -> dict[str, str]:
    message = row["message"]
    return row | {"message": f"{label}: {message[:1].lower()}{message[1:]}"} if label else row
