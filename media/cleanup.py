"""When an image's row is deleted its files go with it, after the commit."""

from functools import partial

from django.db import transaction
from django.db.models.signals import post_delete

from media import storage
from media.models import Image


def connect() -> None:
    post_delete.connect(_remove_files, sender=Image, dispatch_uid="media.cleanup")


def _remove_files(sender, instance: Image, **kwargs) -> None:
    if instance.original:
        transaction.on_commit(partial(storage.remove, storage.originals(), instance.original), robust=True)
    if instance.public_name:
        transaction.on_commit(
            partial(storage.remove_folder, storage.renditions(), instance.public_name), robust=True
        )
