from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"
    verbose_name = "Media"

    def ready(self) -> None:
        from media import cleanup, limits, worker

        limits.apply()
        cleanup.connect()
        worker.connect()
