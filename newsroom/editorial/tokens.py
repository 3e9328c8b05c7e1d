"""What a person called the tokens she made for her programs."""

from django.db import models


class TokenName(models.Model):
    """The name of a token; one that a program got by signing in has none."""

    token = models.OneToOneField(
        "knox.AuthToken", primary_key=True, on_delete=models.CASCADE, related_name="named"
    )
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name
