"""What allauth's pages lack: an invalid form answers 422 and gives the page its error summary."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from assessments.clinics.forms import summary_of


class InvalidFormMiddleware:
    """Looks at pages that are about to be rendered with a form that was sent and refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """Set the status and the summary; pages of the admin keep their own ways."""
        form = (response.context_data or {}).get("form")
        if request.method == "POST" and isinstance(form, forms.BaseForm) and form.errors:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
            response.context_data = {**(response.context_data or {}), "errors": summary_of(form)}
        return response
