"""The addresses of results."""

from django.urls import path

from assessments.results import practice_views, views

app_name = "results"

urlpatterns = [
    path("rounds/<uuid:round_id>/results/", views.result, name="result"),
    path("rounds/<uuid:round_id>/results/print/", views.print_page, name="print_page"),
    path("rounds/<uuid:round_id>/quick/result/", views.first_look, name="first_look"),
    path("rounds/<uuid:round_id>/finish/", views.finish, name="finish"),
    path("try/", practice_views.start, name="try"),
    path("try/quick/", practice_views.quick, name="try_quick"),
    path("try/whole/", practice_views.whole, name="try_whole"),
    path("try/keep/", practice_views.keep, name="keep"),
]
