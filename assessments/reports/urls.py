"""The addresses of what leaves."""

from django.urls import include, path

from assessments.reports import views
from assessments.reports.api import guide, token_views
from assessments.reports.api.app import nothing, patterns, read_only
from assessments.reports.api.document import openapi
from assessments.reports.forms import views as forms_views
from assessments.reports.leaving import clinic_views, erasing_views, own_data_views
from assessments.reports.sheets.network_views import network_workbook

app_name = "reports"

urlpatterns = [
    path("about/questionnaire/", forms_views.questionnaire, name="questionnaire"),
    path("about/questionnaire/<slug:kind>/", forms_views.questionnaire_file, name="questionnaire_file"),
    path("rounds/<uuid:round_id>/files/", views.files, name="files"),
    path("rounds/<uuid:round_id>/files/<slug:kind>/", views.file, name="file"),
    path("rounds/<uuid:round_id>/erase/", erasing_views.erase_round, name="erase_round"),
    path("clinics/<uuid:clinic_id>/files/", clinic_views.clinic_files, name="clinic_files"),
    path("clinics/<uuid:clinic_id>/files/export/", clinic_views.export, name="export"),
    path("clinics/<uuid:clinic_id>/erase/", erasing_views.erase_clinic, name="erase_clinic"),
    path("accounts/data/", own_data_views.own_data, name="own_data"),
    path("accounts/data/file/", own_data_views.own_data_file, name="own_data_file"),
    path("accounts/data/erase/", own_data_views.close_account, name="close_account"),
    path("accounts/tokens/", token_views.tokens, name="tokens"),
    path("accounts/tokens/<uuid:token_id>/end/", token_views.end, name="token_end"),
    path("networks/<uuid:network_id>/compare/file/", network_workbook, name="network_workbook"),
    path("api/", guide.guide, name="guide"),
    path("api/v1/", include(([path("openapi.json", read_only(openapi), name="openapi"), *patterns()], "api"))),
    path("api/v<path:rest>", read_only(nothing), name="api_nothing"),
]
