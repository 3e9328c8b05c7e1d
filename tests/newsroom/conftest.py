"""A role of PostgreSQL for readers' side."""

from tests.own_role import own_role, public_settings  # noqa: F401
