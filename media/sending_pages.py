"""Files that arrive in the admin: one or several through a form, or one dropped on an awaited picture."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR, ModelAdmin
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from media import ingest
from media.forms import SendForm
from media.models import Image, ImageState
from media.sending import Sent, send
from media.showing import missing_of
from newsroom.editorial.errors import EditorialError, Invalid


def send_form(request: HttpRequest) -> SendForm:
    """Empty but for the person's own credit, or as it was sent."""
    posted = request.method == "POST" and request.path == reverse("admin:media_image_add")
    initial = {"credit": request.user.credit}
    return SendForm(request.POST, request.FILES) if posted else SendForm(initial=initial)


def send_page(admin: ModelAdmin, request: HttpRequest, extra_context: dict | None = None) -> HttpResponseBase:
    """The form that sends one picture or several. In a pop-up the first one is handed to the opener."""
    form = send_form(request)
    if form.is_valid():
        uploads, token = form.cleaned_data["file"], form.cleaned_data["token"]
        sent = send(uploads, token=token, by=request.user, texts=form.texts())
        if not sent.all_refused():
            return _after_sending(admin, request, sent)
        for name, sentence in sent.refused:
            form.add_error("file", f"{name}: {sentence}" if len(uploads) > 1 else sentence)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": "Add pictures",
        "form": form,
        "is_popup": IS_POPUP_VAR in request.GET,
        **(extra_context or {}),
    }
    return TemplateResponse(request, "media/admin/add_form.html", context)


def fill(admin: ModelAdmin, request: HttpRequest, image: Image) -> JsonResponse:
    """Takes the file of an awaited picture, for a script: the row's new words, or a sentence in `refused`."""
    try:
        if "file" not in request.FILES:
            raise Invalid({"file": ["No file came with this. Send it again."]})
        ingest.receive(request.FILES["file"], image_id=image.pk, by=request.user)
    except EditorialError as refused:
        said = {"refused": refused.message}
        return JsonResponse(said, status=refused.status, headers=refused.headers())
    return row(admin, request, image)


def row(admin: ModelAdmin, request: HttpRequest, image: Image) -> JsonResponse:
    """What the list says of a picture now. `is_settled`: a worker has made its files, or refused it."""
    images = admin.get_queryset(request)
    image = images.get(pk=image.pk)
    is_refused = image.state == ImageState.REFUSED
    said = {
        "title": admin.title(image),
        "state": image.get_state_display(),
        "credit": image.credit,
        "missing": ", ".join(missing_of(image)) or "–",
        "preview": reverse("admin:media_image_preview", args=[image.pk]) + "?width=320",
        "alike": [
            {"name": admin.title(other), "address": reverse("admin:media_image_change", args=[other.pk])}
            for other in images.alike([image])[image.pk]
        ],
        "refusal": image.refusal if is_refused else "",
        "is_settled": is_refused or image.state == ImageState.READY,
    }
    return JsonResponse(said)


def _after_sending(admin: ModelAdmin, request: HttpRequest, sent: Sent) -> HttpResponseBase:
    for image in sent.known:
        said = format_html("This picture is already there: {}", _link(image))
        admin.message_user(request, said, messages.WARNING)
    for name, sentence in sent.refused:
        admin.message_user(request, f"{name}: {sentence}", messages.ERROR)
    if sent.kept:
        links = [_link(image) for image in sent.kept]
        admin.message_user(request, format_html("Received: {}", _listed(links)), messages.SUCCESS)
    images = [*sent.kept, *sent.known]
    if IS_POPUP_VAR in request.POST:
        return admin.response_add(request, images[0])
    if len(images) == 1:
        return redirect("admin:media_image_change", images[0].pk)
    return redirect("admin:media_image_changelist")


def _link(image: Image) -> str:
    return format_html('<a href="{}">{}</a>', reverse("admin:media_image_change", args=[image.pk]), image)


def _listed(links: list[Any]) -> str:
    return format_html(", ".join(["{}"] * len(links)), *links)
