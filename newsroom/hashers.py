"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id as OWASP's Password Storage Cheat Sheet has it: 19 MiB, two passes, one lane.

    Django's own takes 100 MiB, of which as many people as sign in at once would need one each.
    """

    memory_cost = 19_456  # KiB
    time_cost = 2
    parallelism = 1
