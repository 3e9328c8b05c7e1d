from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EditorialConfig(AppConfig):
    name = "newsroom.editorial"
    label = "editorial"
    verbose_name = "People and audit"

    def ready(self) -> None:
        from newsroom.editorial import clock, sessions
        from newsroom.editorial.grants import grant_roles

        clock.connect()
        sessions.connect()
        post_migrate.connect(grant_roles, dispatch_uid="grant_roles")
