"""Who may do what to an image. `by` None is the system itself: an import, the demo."""

from media.models import Image
from newsroom.editorial.errors import NotAllowed
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor, roles_of


def check_may_add(by: User | None) -> None:
    """Raises NotAllowed unless the person has a role in the newsroom."""
    if by is not None and not (is_editor(by) or roles_of(by) or by.has_perm("media.add_image")):
        raise NotAllowed("Only people of the newsroom can send pictures. Ask an editor for a role.")


def check_may_change(by: User | None, image: Image) -> None:
    """Raises NotAllowed unless it is the person's own, nobody's yet and she may change pictures, or she edits."""
    if by is None or image.uploaded_by_id == by.pk or is_editor(by):
        return
    if image.uploaded_by_id is None and by.has_perm("media.change_image"):
        return
    raise NotAllowed("This picture was sent by somebody else. Ask an editor to change it.")
