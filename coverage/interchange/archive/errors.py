"""Why an export was not made; each says what to do."""

from newsroom.editorial.errors import EditorialError


class NotExported(EditorialError):
    """Nothing was written, and what stood in the folder before stands there still."""

    code = "not_exported"


class FileGone(Exception):
    """A file of a picture that the record shows is not in the storage; `args[0]` is its name."""
