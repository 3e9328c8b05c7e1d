"""Why an export was not brought in; each says what to do, and nothing was changed."""

from coverage.interchange.archive.manifest import Checked
from newsroom.editorial.errors import EditorialError


class NotImported(EditorialError):
    """Nothing was brought in."""

    code = "not_imported"


class NotWhole(NotImported):
    """The folder is not as it was exported; `checked` has what is wrong."""

    def __init__(self, checked: Checked):
        super().__init__("The folder is not as it was exported.")
        self.checked = checked
