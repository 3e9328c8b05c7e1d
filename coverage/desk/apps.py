from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin with the desk's own site: strict policy, quiet theme."""

    default_site = "coverage.desk.site.DeskSite"

    def ready(self) -> None:
        super().ready()
        from coverage.desk import second_factor

        second_factor.connect()
