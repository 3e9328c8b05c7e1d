"""The app's own addresses, where the contract has them."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseNotFound
from django.urls import include, path


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponseForbidden()


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponseNotFound()


urlpatterns = [path("admin/", admin.site.urls), path("api/v1/", include("media.api_urls"))]
