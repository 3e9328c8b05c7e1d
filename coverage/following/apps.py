from django.apps import AppConfig


class FollowingConfig(AppConfig):
    name = "coverage.following"
    label = "following"
    verbose_name = "Who follows from elsewhere"
