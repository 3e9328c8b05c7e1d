"""Who may do what to an image. `by` None is the system itself: an import, the demo."""

from django.conf import settings
from django.utils.module_loading import import_string

from media.models import Image
from newsroom.editorial.errors import NotAllowed
from newsroom.editorial.people import User
from newsroom.editorial.roles import edits_pictures, is_editor, roles_of


def check_may_add(by: User | None) -> None:
    """Raises NotAllowed unless the person has a role in the newsroom."""
    if by is not None and not (is_editor(by) or roles_of(by) or by.has_perm("media.add_image")):
        raise NotAllowed("Only people of the newsroom can send pictures. Ask an editor for a role.")
    _check_sender(by)


def may_change(by: User | None, image: Image) -> bool:
    """Whether it is the person's own, or nobody's and she may change pictures, or she edits everybody's."""
    if by is None or image.uploaded_by_id == by.pk or edits_pictures(by):
        return True
    return image.uploaded_by_id is None and by.has_perm("media.change_image")


def check_may_change(by: User | None, image: Image) -> None:
    """Raises NotAllowed where `may_change` says no."""
    if not may_change(by, image):
        raise NotAllowed("This picture was sent by somebody else. Ask an editor to change it.")
    _check_sender(by)


def _check_sender(by: User | None) -> None:
    """What the newsroom has against a person's sending at all. Raises NotAllowed."""
    if by is not None and not edits_pictures(by):
        import_string(settings.MEDIA_CHECK_SENDER)(by)
