"""An address that is none: answered as every other problem is, not with the page readers get."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from coverage.api.door import Door


@extend_schema(exclude=True)
class NowhereView(Door):
    def initial(self, request: Request, *args, **kwargs) -> None:
        raise Http404
