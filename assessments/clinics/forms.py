"""What people fill in about themselves and their clinic: shape and clean text, no permissions."""

from __future__ import annotations

from allauth.account.forms import SignupForm as AllauthSignupForm


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """Address, password and name."""
