"""The addresses of results."""

from django.urls import path

from assessments.results import views

app_name = "results"

urlpatterns = [
    path("rounds/<uuid:pk>/results/", views.result, name="result"),
    path("rounds/<uuid:pk>/results/print/", views.print_page, name="print_page"),
    path("rounds/<uuid:pk>/quick/result/", views.first_look, name="first_look"),
    path("rounds/<uuid:pk>/finish/", views.finish, name="finish"),
    path("try/", views.practice, name="try"),
]
