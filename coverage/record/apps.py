from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "coverage.record"
    label = "record"
    verbose_name = "The record"
