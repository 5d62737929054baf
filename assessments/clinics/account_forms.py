"""allauth's forms in our words, with passwords bounded before they are hashed."""

from __future__ import annotations

from typing import ClassVar, Final

from allauth.account import forms as account
from allauth.account.utils import filter_users_by_email
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from assessments.clinics import accounts
from assessments.clinics.forms import LineField
from assessments.clinics.models import User

PASSWORD_MAX: Final = 1_024
"""Characters; hashing takes time that grows with the length."""

LABELS: Final = {
    "login": "E-mail address",
    "email": "E-mail address",
    "password": "Password",
    "oldpassword": "Your password now",
    "password1": "Password",
    "password2": "The same password again",
    "code": "Code",
}
MISSING: Final = {
    "login": "Please type your e-mail address.",
    "email": "Please type your e-mail address.",
    "password": "Please type your password.",
    "oldpassword": "Please type your password now.",
    "password1": "Please choose a password.",
    "password2": "Please type the password a second time.",
    "code": "Please type the code.",
}
CHOOSING_HELP: Final = "At least 12 characters. Three or four words that do not belong together are easy to keep."


class PlainFields:
    """Gives the fields of an allauth form our labels, and passwords a longest length."""

    fields: dict[str, forms.Field]
    labels: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name) or LABELS.get(name, field.label)
            field.error_messages["required"] = MISSING.get(name, field.error_messages["required"])
            if "password" in name:
                field.help_text = CHOOSING_HELP if name == "password1" else ""
                field.validators.append(
                    MaxLengthValidator(PASSWORD_MAX, "Please use a password of at most %(limit_value)d characters.")
                )
            if name == "code":
                field.widget.attrs.update({"inputmode": "numeric", "maxlength": "32"})


class LoginForm(PlainFields, account.LoginForm):  # type: ignore[misc]
    """Address and password."""


class SignupForm(PlainFields, account.SignupForm):  # type: ignore[misc]
    """Address, name and password. An address that has an account gets the same answer as a new one."""

    name = LineField(
        label="Your name (optional)",
        max_length=120,
        required=False,
        help_text="Colleagues in your clinic see it.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order: Final = ["email", "name", "password1"]

    def validate_unique_email(self, value: str) -> str:
        """Note whether the address has an account; the answer does not tell."""
        self.account_already_exists = bool(filter_users_by_email(value))
        return value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account, or tell the owner of the one that is there. Two at once make one."""
        email, password = self.cleaned_data["email"], self.cleaned_data["password1"]
        if self.account_already_exists:
            return None, accounts.answer_as_if_new(request, email, password)
        try:
            with transaction.atomic():
                return self.save(request), None
        except IntegrityError:
            return None, accounts.answer_as_if_new(request, email, password)


class ChangePasswordForm(PlainFields, account.ChangePasswordForm):  # type: ignore[misc]
    """The old password and a new one."""

    labels: ClassVar = {"password1": "New password", "password2": "The new password again"}


class SetPasswordForm(PlainFields, account.SetPasswordForm):  # type: ignore[misc]
    """A first password."""


class ResetPasswordForm(PlainFields, account.ResetPasswordForm):  # type: ignore[misc]
    """The address that gets the mail."""


class ResetPasswordKeyForm(PlainFields, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password after following the mail's link."""

    labels: ClassVar = {"password1": "New password", "password2": "The new password again"}


class ChangeEmailForm(PlainFields, account.AddEmailForm):  # type: ignore[misc]
    """A new address; it counts once its mail has been answered."""

    labels: ClassVar = {"email": "New e-mail address"}


class ReauthenticateForm(PlainFields, account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something delicate."""


class AuthenticateForm(PlainFields, mfa.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class ReauthenticateCodeForm(PlainFields, mfa.ReauthenticateForm):  # type: ignore[misc]
    """A code once more, before something delicate."""


class ActivateTotpForm(PlainFields, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app."""
