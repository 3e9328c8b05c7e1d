"""Errors as `application/problem+json`: what is wrong and what to do, under the names of the contract."""

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from coverage.api.parsing import BodyTooLarge
from newsroom.editorial.errors import EditorialError, Invalid

CONTENT_TYPE = "application/problem+json"


def problem(status: int, code: str, detail: str, **more) -> Response:
    """A problem as RFC 9457 has it; `code` is the contract's name for it."""
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail, **more}
    return Response(body, status=status, content_type=CONTENT_TYPE)


def problem_response(error: Exception, context: dict) -> Response | None:
    """DRF's EXCEPTION_HANDLER. None lets Django answer 500."""
    set_rollback()
    match error:
        case Invalid():
            return problem(error.status, error.code, error.message, errors=error.errors)
        case EditorialError():
            response = problem(error.status, error.code, error.message, **getattr(error, "extra", {}))
            for name, value in error.headers().items():
                response[name] = value
            return response
        case Http404() | exceptions.NotFound():
            return problem(404, "not_found", "There is nothing at this address that you may see.")
        case PermissionDenied() | exceptions.PermissionDenied():
            return problem(403, "not_allowed", "You may not do this.")
        case exceptions.ValidationError():
            errors = _sentences(error.detail)
            return problem(
                400, "invalid", " ".join(s for list_ in errors.values() for s in list_), errors=errors
            )
        case RequestDataTooBig():
            return problem(BodyTooLarge.status_code, BodyTooLarge.default_code, BodyTooLarge.default_detail)
        case exceptions.ParseError():
            return problem(400, "invalid", str(error.detail), errors={"body": [str(error.detail)]})
        case exceptions.APIException():
            response = problem(error.status_code, error.default_code, str(error.detail))
            if getattr(error, "auth_header", None):
                response["WWW-Authenticate"] = error.auth_header
            if getattr(error, "wait", None):
                response["Retry-After"] = str(int(error.wait))
            return response
    return None


def _sentences(detail) -> dict[str, list[str]]:
    """DRF's nested details flattened to sentences by field; errors of no field under `body`."""
    if isinstance(detail, dict):
        flat: dict[str, list[str]] = {}
        for name, value in detail.items():
            for key, sentences in _sentences(value).items():
                field = name if key == "body" else f"{name}.{key}"
                flat.setdefault("body" if field == "non_field_errors" else field, []).extend(sentences)
        return flat
    if isinstance(detail, list):
        flat = {}
        for item in detail:
            for key, sentences in _sentences(item).items():
                flat.setdefault(key, []).extend(sentences)
        return flat
    return {"body": [str(detail)]}
