"""`manage.py release_due`: releases what is due, once, and says what."""

from django.core.management.base import BaseCommand

from coverage.publishing.schedule import release_due


class Command(BaseCommand):
    help = "Releases everything due, once, and says what. Safe to run beside the newsroom."

    def handle(self, **options) -> None:
        lines = release_due()
        for line in lines:
            self.stdout.write(f"released {line}")
        if not lines:
            self.stdout.write("nothing is due")
