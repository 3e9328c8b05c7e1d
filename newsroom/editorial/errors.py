"""The errors a verb raises. Each says what is wrong and what to do; the doors map them to their own form."""


class EditorialError(Exception):
    """A verb refused. `code` is the name on the wire, `status` the HTTP status.

    `retry_after`: seconds after which the same may work; None: not by waiting.
    """

    code = "refused"
    status = 400
    retry_after: int | None = None

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message

    def headers(self) -> dict[str, str]:
        """Retry-After, where waiting helps."""
        return {"Retry-After": str(self.retry_after)} if self.retry_after else {}


class NotAllowed(EditorialError):
    """This person may not use this verb here."""

    code = "not_allowed"
    status = 403


class WrongState(EditorialError):
    """The verb does not go from the state the thing is in."""

    code = "wrong_state"
    status = 409


class StaleState(EditorialError):
    """Somebody else was faster: the version is no longer the one this person saw."""

    code = "stale"
    status = 409


class TooMany(EditorialError):
    """Too much came within a while. `retry_after`: seconds."""

    code = "too_many"
    status = 429

    def __init__(self, message: str, *, retry_after: int):
        super().__init__(message)
        self.retry_after = retry_after


class Invalid(EditorialError):
    """What was given is not acceptable. `errors` has sentences by field."""

    code = "invalid"
    status = 400

    def __init__(self, errors: dict[str, list[str]]):
        self.errors = errors
        super().__init__(" ".join(sentence for sentences in errors.values() for sentence in sentences))
