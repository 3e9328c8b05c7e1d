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
        """The name printed over a post; a user name if the person has given no other."""
        return self.byline or self.get_full_name() or self.get_username()
