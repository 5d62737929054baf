"""Asking who it is once more before anything is erased or all of it leaves: a screen may have been left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.contrib import messages
from django.shortcuts import redirect

from assessments.clinics.forms import LineField
from assessments.clinics.text import name_key

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

IN_THE_WAY: Final = "Somebody else was at work in this just now, so nothing was erased. Please try again in a minute."
AGAIN: Final = "again"
"""Stands in the address of a page to which somebody comes back from the question who they are."""


def is_asked_lately(request: HttpRequest) -> bool:
    """Whether the person has given the password, or the code of the second step, within the last minutes."""
    try:
        reauthentication_required(lambda request: None)(request)
    except ReauthenticationRequired:
        return False
    return True


def is_back(request: HttpRequest) -> bool:
    """Whether the person comes back from the question, so that a page says what to press once more."""
    return AGAIN in request.GET and is_asked_lately(request)


def ask_and_come_back(request: HttpRequest, page: str) -> HttpResponse:
    """Ask who it is, and lead back to the page: a browser that is sent a file stays where it is, on the question."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    back = f"{page}?{AGAIN}=1#take"
    return redirect(f"{ways[0]['url']}?{urlencode({'next': back})}")


def who_again(request: HttpRequest) -> HttpResponse | None:
    """Have the password asked for before the page is shown; None when it was given within the last minutes.

    What was sent too late is not kept to be done after the password: the page is shown anew, and nothing has happened.
    """
    if is_asked_lately(request):
        return None
    if request.method != "POST":
        raise ReauthenticationRequired
    messages.warning(request, "That took a while, so we ask for your password again. Nothing was erased yet.")
    return redirect(request.path)


class TypedNameForm(forms.Form):
    """The name of what is to be erased, typed by whoever wants it: case, width and spaces do not matter."""

    typed = LineField(widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}), max_length=500)

    def __init__(self, sent: QueryDict | None, *, wanted: str, label: str) -> None:
        super().__init__(sent)
        self.wanted = wanted
        self.fields["typed"].label = label
        self.fields["typed"].error_messages["required"] = f"Please type “{wanted}” first."

    def clean_typed(self) -> str:
        """Compare it."""
        typed = str(self.cleaned_data["typed"])
        if name_key(typed) != name_key(self.wanted):
            raise forms.ValidationError(f"This is not “{self.wanted}”. Please type it as it stands here.")
        return typed
