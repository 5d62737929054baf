"""The addresses of results."""

from django.urls import path

from assessments.results import views

app_name = "results"

urlpatterns = [
    path("rounds/<uuid:round_id>/results/", views.result, name="result"),
    path("rounds/<uuid:round_id>/results/print/", views.print_page, name="print_page"),
    path("rounds/<uuid:round_id>/quick/result/", views.first_look, name="first_look"),
    path("rounds/<uuid:round_id>/finish/", views.finish, name="finish"),
    path("try/", views.practice, name="try"),
]
