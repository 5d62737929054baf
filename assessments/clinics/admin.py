"""What a site admin sees: accounts and clinics. Answers and results are not registered and never will be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from allauth.account.decorators import secure_admin_login
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.decorators import method_decorator

from assessments.clinics.actions import replace_closed_lead
from assessments.clinics.forms import LineField
from assessments.clinics.models import Clinic, Membership, Role, User
from assessments.clinics.policies import RefusedError

if TYPE_CHECKING:
    from django.db.models import QuerySet

    View = TypeVar("View", bound=Callable[..., Any])
    AccountModelForm = forms.ModelForm[User]
    AccountModelAdmin = admin.ModelAdmin[User]
    ClinicModelAdmin = admin.ModelAdmin[Clinic]
else:
    AccountModelForm = forms.ModelForm
    AccountModelAdmin = ClinicModelAdmin = admin.ModelAdmin


class SiteAdmin(admin.AdminSite):
    """Django's admin, entered through our own sign-in and, where required, with a second factor."""

    site_title = site_header = "iCBT Readiness"
    index_title = "Accounts and clinics"

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Send staff without a second factor to set one up."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if settings.REQUIRE_MFA and self.has_permission(request) and not is_mfa_enabled(request.user):
                messages.info(request, "Before you can work here, please set up a second step for signing in.")
                return redirect("mfa_activate_totp")
            response: HttpResponseBase = inner(request, *args, **kwargs)
            return response

        return cast("View", guarded)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in where everybody does, rate limits and second factor included."""
        response: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return response


class AccountForm(AccountModelForm):
    """The name of an account, cleaned as on our own pages."""

    name = LineField(max_length=120, required=False)


class UserAdmin(AccountModelAdmin):
    """Accounts: add, rename, make consultants, close. A site admin can neither sign in as somebody nor move an address.

    Accounts are closed, not deleted, so that no clinic loses its lead unnoticed; where the lead's account is closed, a
    manager of the clinic can be made its lead here. A new account gets its first password
    by the mail of "Forgotten your password?".
    """

    form = AccountForm
    list_display = ("email", "name", "is_active", "is_consultant", "is_staff", "date_joined")
    list_filter = ("is_active", "is_consultant", "is_staff")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = ("email", "name", "is_active", "is_consultant", "is_staff", "is_superuser", "date_joined", "last_login")

    actions = ("take_over",)

    @admin.action(description="Make lead of clinics whose lead's account is closed", permissions=["change"])
    def take_over(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Make the people chosen lead the clinics that they manage and whose lead can no longer sign in."""
        places = Membership.objects.filter(user__in=queryset, role=Role.MANAGER).select_related("clinic", "user")
        orphaned = places.filter(clinic__memberships__role=Role.LEAD, clinic__memberships__user__is_active=False)
        n_done = 0
        for place in orphaned:
            try:
                replace_closed_lead(by=cast(User, request.user), heir=place, now=timezone.now())
            except (RefusedError, Membership.DoesNotExist):
                continue
            n_done += 1
            messages.success(request, f"{place.user} now leads {place.clinic}.")
        if not n_done:
            messages.warning(request, "Nobody here manages a clinic whose lead's account is closed.")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Keep the address of an existing account: whoever holds the address can reset the password."""
        rights = () if request.user.is_superuser else ("is_staff", "is_superuser")
        return ("date_joined", "last_login", *rights, *(("email",) if obj else ()))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Never: accounts are closed."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: AccountForm, change: bool) -> None:
        """Keep addresses in lower case and give a new account a password that nobody knows."""
        obj.email = obj.email.lower()
        if not change:
            obj.set_password(get_random_string(64))
        super().save_model(request, obj, form, change)


class ClinicAdmin(ClinicModelAdmin):
    """Clinics, to look at: name and kind, nothing of what they answered."""

    list_display = ("name", "country", "setting", "created_at")
    search_fields = ("name",)
    fields = ("name", "country", "setting", "n_therapists", "time_zone", "created_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: clinics are made by those who lead them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Clinic | None = None) -> bool:
        """Never: clinics are changed by those who lead them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Clinic | None = None) -> bool:
        """Never."""
        return False


site = SiteAdmin()
site.register(User, UserAdmin)
site.register(Clinic, ClinicAdmin)
