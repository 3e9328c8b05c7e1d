from django.apps import AppConfig


class EditorialConfig(AppConfig):
    name = "newsroom.editorial"
    label = "editorial"
    verbose_name = "People and audit"
