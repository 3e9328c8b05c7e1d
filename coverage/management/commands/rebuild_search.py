"""`manage.py rebuild_search`: makes what the search looks through anew from the record."""

from django.core.management.base import BaseCommand

from coverage.record.documents import rebuild


class Command(BaseCommand):
    help = "Makes what the search looks through anew from the record. Safe to run beside the newsroom."

    def handle(self, **options) -> None:
        self.stdout.write(f"{rebuild()} documents can be found")
