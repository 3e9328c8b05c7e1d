"""Why a backup was not made or not restored; each says what to do."""

from newsroom.editorial.errors import EditorialError


class NotBackedUp(EditorialError):
    """No backup was made, and none that stood there was touched."""

    code = "not_backed_up"


class NotRestored(EditorialError):
    """The newsroom is as it was."""

    code = "not_restored"


class LeftHalfway(EditorialError):
    """The database may be the backup's while all else is as it was; the sentence says how to put it back."""

    code = "left_halfway"
