"""`/field/posts/<uuid>/correct/`: changing what readers have, in the open, with a note that says what was wrong."""

import uuid

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from coverage.field import posts, wording
from coverage.field.door import field_page, is_restored, only_fills, page
from coverage.field.forms import lines
from coverage.field.sheet import Sheet
from coverage.models import Post
from coverage.publishing import publication
from newsroom.editorial.errors import EditorialError, Invalid, NotAllowed, StaleState, WrongState


class CorrectionForm(forms.Form):
    use_required_attribute = False

    note = forms.CharField(
        label="What was wrong, and what is right",
        required=False,
        max_length=1000,
        widget=lines(2),
        help_text="Readers see this note under the post, with your name and the time.",
    )
    remove_old = forms.BooleanField(
        label="Remove the old words",
        required=False,
        help_text="Also from every earlier version: for a name, an address, anything that must not stay.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@field_page
def correct_page(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    post = posts.own_post(request, post_id)
    if request.method == "POST":
        return _correct(request, post)
    if not posts.is_offered(request, post, "correct"):
        return HttpResponseRedirect(posts.address(post))
    return _show(request, post, Sheet(post.event, request.user, post=post), CorrectionForm())


def _show(
    request: HttpRequest,
    post: Post,
    sheet: Sheet,
    correction: CorrectionForm,
    *,
    sentence: str = "",
    status: int = 200,
    both: bool = False,
) -> HttpResponse:
    context = {
        "post": post,
        "title": wording.title(post),
        "sheet": sheet,
        "correction": correction,
        "pending": wording.has_pending(post),
        "sentence": sentence,
        "is_wrong": status >= 400,
        "both": both,
    }
    return page(request, post.event, "field/correct.html", context, status=status)


def _correct(request: HttpRequest, post: Post) -> HttpResponse:
    sheet = Sheet(post.event, request.user, post=post, data=request.POST, files=request.FILES)
    correction = CorrectionForm(request.POST)
    if only_fills(request):
        return _fill(request, post, sheet)
    if not sheet.receive() or not correction.is_valid():
        return _show(request, post, sheet, correction, sentence="Not corrected yet.", status=400)
    try:
        _carry_out(sheet, posts.version_of(request), **correction.cleaned_data)
    except (NotAllowed, WrongState) as refused:
        return posts.show_both(request, post, refused.message, status=refused.status)
    except StaleState as refused:
        fresh = posts.own_post(request, post.pk)
        if _was_corrected_before(fresh, sheet, correction):
            return HttpResponseRedirect(f"{posts.address(post)}?done=again")
        return _show(
            request, fresh, sheet, correction, sentence=refused.message, status=refused.status, both=True
        )
    except EditorialError as refused:
        _refuse(sheet, correction, refused)
        fresh = posts.own_post(request, post.pk)
        return _show(request, fresh, sheet, correction, sentence="Not corrected yet.", status=refused.status)
    return HttpResponseRedirect(f"{posts.address(post)}?done=correct")


def _fill(request: HttpRequest, post: Post, sheet: Sheet) -> HttpResponse:
    """The form as it was typed, with the pictures it brought unless its token may be old."""
    if not posts.is_offered(request, post, "correct"):
        return posts.show_both(request, post, "This post cannot be corrected now.", status=403)
    if not is_restored(request):
        sheet.receive()
    sentence = posts.RESTORED if is_restored(request) else ""
    correction = CorrectionForm(initial=request.POST.dict())
    return _show(request, post, sheet.unchecked(), correction, sentence=sentence)


@transaction.atomic
def _carry_out(sheet: Sheet, version: int, *, note: str, remove_old: bool) -> None:
    """Saves the words and releases them with the note: both or neither."""
    post = posts.save_sheet(sheet, version=version)
    publication.correct(post, by=sheet.person, note=note, remove_old=remove_old)


def _was_corrected_before(post: Post, sheet: Sheet, correction: CorrectionForm) -> bool:
    """Whether a double tap brought the same correction a second time."""
    last = post.corrections.order_by("id").last()
    same_note = last is not None and last.note == correction.cleaned_data["note"].strip()
    return same_note and sheet.says(post.latest_revision())


def _refuse(sheet: Sheet, correction: CorrectionForm, refused: EditorialError) -> None:
    """The note's sentence at the note, the others on the sheet."""
    if isinstance(refused, Invalid) and "note" in refused.errors:
        correction.add_error("note", " ".join(refused.errors["note"]))
        rest = {name: sentences for name, sentences in refused.errors.items() if name != "note"}
        refused = Invalid(rest)
    sheet.refuse(refused)
