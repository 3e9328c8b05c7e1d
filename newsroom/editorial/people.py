"""The people of the newsroom: Django's user with a byline and the credit their photographs carry."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower


class User(AbstractUser):
    byline = models.CharField(
        max_length=120, blank=True, help_text="The name readers see. Empty: first and last name."
    )
    credit = models.CharField(
        max_length=200, blank=True, help_text="Offered as the credit of this person's photographs."
    )

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="person_email_unique",
                condition=~models.Q(email=""),
                violation_error_message="Another person already has this e-mail address.",
            )
        ]

    def printed_byline(self) -> str:
        """The name readers see, at most 120 characters; empty if the person gave none. Never the user name."""
        return (self.byline or self.get_full_name())[:120]

    def desk_name(self) -> str:
        """What colleagues call this person: a name, else the user name. Not for readers."""
        return self.printed_byline() or self.get_username()
