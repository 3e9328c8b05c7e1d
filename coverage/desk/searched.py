"""What the lists of the desk, and what completes a name in its forms, are asked for has an end."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from coverage.record.query import MOST_SIGNS, MOST_TERMS

MOST_FILTERS = 50  # parameters of a list's address
MOST_DIGITS = 18  # of a key: all of these fit a column


class SearchedAdmin(admin.ModelAdmin):
    """Looks for the first words of what was typed: each is a condition on every column, and a page of them that was
    pasted there is more than a database takes. Filters beyond their limits lead to the bare list."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        term = " ".join(search_term[:MOST_SIGNS].split()[:MOST_TERMS])
        return super().get_search_results(request, queryset, term)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Raises IncorrectLookupParameters."""
        if is_beyond(request.GET):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)


def is_beyond(asked: QueryDict) -> bool:
    """Whether there are more filters than anybody sets, or one by a number that no row has."""
    filters = [(name, value) for name, values in asked.lists() if name != SEARCH_VAR for value in values]
    return len(filters) > MOST_FILTERS or any(
        value.isdigit() and not (value.isascii() and len(value) <= MOST_DIGITS) for _, value in filters
    )
