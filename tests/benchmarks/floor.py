"""The floor: a bare Django with its default middleware, anonymous users, one fixed page, one upsert and one form.

Its database is a file with the same durability as ours.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import django
from django import forms
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import path

from tests.benchmarks.therapists import N_ITEMS

PAGE: Final = (b"<!DOCTYPE html><title>Floor</title>" + b"<p>All work and no play.</p>\n" * 600)[: 16 * 1024]
CHOICES: Final = [(1, "Not at all true"), (2, "A little"), (3, "Partly"), (4, "Mostly"), (5, "Completely true")]
FORM: Final = """<!DOCTYPE html><title>Floor</title><form method="post">{% csrf_token %}
{% for field in form %}<fieldset><legend>{{ field.label }}</legend>{{ field }}</fieldset>{% endfor %}
<button>Send</button></form>"""

settings.configure(
    DEBUG=False,
    SECRET_KEY="floor-" * 10,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", {"form.html": FORM})],
                    )
                ]
            },
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(Path(os.environ["BENCH_DIR"]) / "floor.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    },
)
django.setup()


class Row(models.Model):
    """What the upsert writes."""

    key = models.CharField(max_length=40, unique=True)
    value = models.IntegerField()

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return self.key


class Sheet(models.Model):
    """What the form stores: 29 values."""

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return str(self.pk)


class SheetForm(forms.Form):
    """The form: 29 items with five choices each."""


for name in (f"item_{number}" for number in range(N_ITEMS)):
    Sheet.add_to_class(name, models.IntegerField())
    SheetForm.base_fields[name] = forms.TypedChoiceField(choices=CHOICES, coerce=int, widget=forms.RadioSelect)


def page(request: HttpRequest) -> HttpResponse:
    """Give the fixed page, 16 KB."""
    return HttpResponse(PAGE)


def token(request: HttpRequest) -> HttpResponse:
    """Give the token that writing needs; the cookie is the same for this floor."""
    return JsonResponse({"token": get_token(request), "cookie": request.META["CSRF_COOKIE"]})


def upsert(request: HttpRequest) -> HttpResponse:
    """Write one row in one statement and one transaction."""
    row = Row(key="floor", value=len(request.body))
    with transaction.atomic():
        Row._default_manager.bulk_create([row], update_conflicts=True, unique_fields=["key"], update_fields=["value"])
    return JsonResponse({"saved": True})


def form(request: HttpRequest) -> HttpResponse:
    """Show the form; store what is posted in one statement and one transaction."""
    given = SheetForm(request.POST or None)
    if not given.is_valid():
        return render(request, "form.html", {"form": given})
    with transaction.atomic():
        Sheet._default_manager.create(**given.cleaned_data)
    return JsonResponse({"saved": True})


urlpatterns = [path("page", page), path("token", token), path("upsert", upsert), path("form", form)]

with connection.schema_editor() as editor:
    tables = connection.introspection.table_names()
    for model in (Row, Sheet):
        if model._meta.db_table not in tables:
            editor.create_model(model)
connection.close()

application = get_wsgi_application()
