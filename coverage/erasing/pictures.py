"""Erasing a picture: every file of it, every text about it, and its place in every post."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Q, QuerySet

from coverage.erasing import acts, columns, files
from coverage.erasing.acts import Act
from coverage.erasing.marks import Marks
from coverage.models import Alert, Event, Post, PostImage, Revision, Typed
from coverage.publishing.head import lock_heads
from coverage.publishing.images import surfaces_of
from coverage.publishing.publication import post_by_id
from coverage.publishing.release import (
    blank_entries,
    blank_pictures,
    enter,
    events_that_showed,
    events_with_entries,
    mark_withdrawn,
    prepare,
)
from coverage.record.models import EventHead, Op, ReleasedPicture, ReleasedPost, WithdrawnFolder
from media.models import Image, PartialUpload, RetiredFiles
from media.renditions import withdraw_files
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.erasures import ErasedKind, Erasure
from newsroom.editorial.errors import EditorialError, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.receipts import Receipt

# What no other picture says: a credit may be anybody's.
OWN_WORDS = ("alt_text", "caption", "original_name")
TEXTS = ("alt_text", "credit", "caption", "creator", "copyright_notice", "original_name", "refusal")
# All that is said of it or was measured in it. Whose it was stays: whoever sends it again is told.
EMPTY = {
    **dict.fromkeys(TEXTS, ""),
    **dict.fromkeys(("credit_from", "web_statement", "licensor_url", "digital_source_type", "basis"), ""),
    **dict.fromkeys(("thumbhash", "original", "sha256", "scaled_sha256", "format"), ""),
    **dict.fromkeys(("lease_from", "lease_until", "embargo_until", "due_at", "place_until"), None),
    **dict.fromkeys(("likeness", "previous", "captured_at", "size", "width", "height"), None),
    **{"people": [], "found": {}, "focal_x": 0.5, "focal_y": 0.5, "refusal": "it was erased"},
}


def find(name: str) -> Image | None:
    """By its UUID, or by the random part of an address under /pictures/ it has or had. Of a copy its original."""
    try:
        which = Q(pk=UUID(name)) if "-" in name else Q(pk=None)
    except ValueError:
        which = Q(pk=None)
    gone = WithdrawnFolder.objects.filter(folder=name, image__isnull=False).values("image")
    shown = ReleasedPicture.objects.filter(folder=name).values("image")
    if name:
        which |= Q(public_name=name) | Q(pk__in=gone) | Q(pk__in=shown) | Q(retired__public_name=name)
    image = Image.objects.filter(which).select_related("same_as").first()
    return image and image.root()


def erase(image: Image, *, by: User, reason: str) -> Erasure:
    """Erases a picture and its copies. Published posts that show it are released without it, what they printed
    before is blanked, and its addresses answer 410. The row stays, empty, so that its UUID is not filled again.

    Raises as `acts.carry_out`, and WrongState for a post that cannot be released anew.
    """
    act = acts.begun(image, marks_of(image))
    return acts.carry_out(
        ErasedKind.PICTURE, act, STEPS, by=by, reason=reason, told=lambda: Image.objects.get(pk=image.pk)
    )


def marks_of(image: Image) -> Marks:
    return Marks.of_words(words_of(image))


def words_of(image: Image) -> set[str]:
    """All that is said of it and its copies, and what posts say under it."""
    family = Image.objects.family(image.pk)
    said = {getattr(one, name) for one in family for name in OWN_WORDS} | {str(one) for one in family}
    said |= {*PostImage.objects.filter(image__in=family).values_list("caption", flat=True)}
    for revision in _revisions(_keys(image)):
        said |= {one["caption"] for one in revision.content["images"] if one["image"] in _keys(image)}
    return said


def held_by(post: Post) -> list[Image]:
    """The pictures a post has or had, each original once."""
    named = {
        one["image"]
        for content in post.revisions.values_list("content", flat=True)
        for one in content["images"]
    }
    named |= {str(key) for key in post.post_images.values_list("image", flat=True)}
    images = Image.objects.filter(pk__in=named).select_related("same_as")
    return list({one.root().pk: one.root() for one in images}.values())


def only_in(post: Post) -> list[Image]:
    """Of these, those no other post holds."""
    return [image for image in held_by(post) if not _others(image, post)]


def events_of(images: Iterable[Image]) -> set[int]:
    """The keys of the events whose readers or entries have one of them, or another word of a post with one."""
    found: set[int] = set()
    for image in images:
        posts = list(_posts(image))
        found |= {post.event_id for post in posts} | events_with_entries(posts)
        found |= events_that_showed(_folders(image))
    return found


def lock(act: Act) -> None:
    lock_heads(Event.objects.filter(pk__in=events_of([act.thing])))


def take_away_itself(act: Act) -> None:
    take_away(act, act.thing)


def take_away(act: Act, image: Image) -> None:
    """The picture out of the desk, out of each post and entry, and its files among those to be removed.

    Needs the locks of `events_of`.
    """
    keys, folders, posts = _keys(image), _folders(image), list(_posts(image).order_by("event", "position"))
    concerned = events_of([image])
    uploads = PartialUpload.objects.filter(image_id__in=keys)
    act.leave(files.PARTIAL, uploads.values_list("file", flat=True))
    act.leave(files.ORIGINALS, keys)
    act.leave(files.RENDITIONS, folders)
    uploads.delete()
    withdraw_files(image)
    family = Image.objects.family(image.pk)
    family.update(**EMPTY, words_version=F("words_version") + 1)
    PostImage.objects.filter(image__in=family).update(caption="")
    for revision in _revisions(keys):
        for one in revision.content["images"]:
            if one["image"] in keys:
                one["caption"] = ""
        revision.save(update_fields=["content"])
    columns.raise_versions(Post, [post.pk for post in posts])
    numbered = {post.event_id for post in posts if _release_without(post, act)}
    blank_pictures(folders, at=act.at, numbered=numbered)
    mark_withdrawn(family.values_list("pk", flat=True))
    act.heads |= {*EventHead.objects.filter(desk_id__in=concerned).values_list("pk", flat=True)}
    _forget(act, keys)


def _release_without(post: Post, act: Act) -> bool:
    """What it printed before is blanked. True if readers have it: then it took a number."""
    if post.public_id:
        blank_entries(post, at=act.at)
    row = ReleasedPost.objects.filter(desk_id=post.pk, withdrawn_at=None).first()
    if row is None:
        return False
    release_anew(post_by_id(post.pk), act, Op.PICTURE)
    return True


def release_anew(post: Post, act: Act, op: str) -> None:
    """Enters what readers have of a post as it prints now, whether they see a difference or not."""
    try:
        enter(post, prepare(post, post.released_revision, at=act.at), op, at=act.at, bump=False)
    except EditorialError as refused:
        raise WrongState(
            f"Nothing was erased: the post at “{post.event}” with the public id {post.public_id} cannot be released "
            f"anew. {refused.message} Mend or withdraw it first."
        ) from refused


def _forget(act: Act, keys: set[str]) -> None:
    acts.forget_answers(keys)
    for key in keys:
        Typed.objects.filter(page__contains=key).delete()
        Alert.objects.filter(Q(path__contains=key) | Q(key__contains=key)).delete()
    acts.blank_audit(acts.of_thing(Image, keys))
    acts.forget_log(Image, keys)
    acts.forget_things(keys)


def forget_audit(act: Act) -> None:
    """What repeats its words elsewhere: forms not saved, alerts, answers, the audit."""
    for model in (Typed, Alert, Receipt, AuditRow):
        columns.clean(model, act.marks)


STEPS = (lock, take_away_itself, forget_audit)


def _keys(image: Image) -> set[str]:
    return {str(key) for key in Image.objects.family(image.pk).values_list("pk", flat=True)}


def _folders(image: Image) -> set[str]:
    """Where its files are or were."""
    family = Image.objects.family(image.pk)
    keys = list(family.values_list("pk", flat=True))
    found = {*family.values_list("public_name", flat=True)}
    found |= {*RetiredFiles.objects.filter(image__in=keys).values_list("public_name", flat=True)}
    found |= {*WithdrawnFolder.objects.filter(image__in=keys).values_list("folder", flat=True)}
    found |= {*ReleasedPicture.objects.filter(image__in=keys).values_list("folder", flat=True)}
    return found - {""}


def _revisions(keys: set[str]) -> list[Revision]:
    written = Q()
    for key in keys:
        written |= Q(content__icontains=key)
    return list(Revision.objects.filter(written))


def _posts(image: Image) -> QuerySet[Post]:
    """Those that hold it, or held it in any revision or for readers."""
    keys = _keys(image)
    had = {revision.post_id for revision in _revisions(keys)}
    shown = ReleasedPicture.objects.filter(image__in=keys).values("post__desk_id")
    return Post.objects.filter(Q(pk__in=had) | Q(post_images__image__in=keys) | Q(pk__in=shown)).distinct()


def _others(image: Image, post: Post) -> bool:
    keys = _keys(image)
    held = PostImage.objects.filter(image__in=keys).exclude(post=post).exists()
    return held or ReleasedPicture.objects.filter(image__in=keys).exclude(post__desk_id=post.pk).exists()


def will_go(image: Image) -> Iterable[str]:
    """What erasing it removes, a line for each."""
    yield f"The picture “{image}” ({image.get_state_display()}, credit: {image.credit or 'none'})"
    copies = Image.objects.family(image.pk).count() - 1
    if copies:
        yield f"{copies} copies of it"
    yield f"its original and {len(_folders(image))} folders of renditions"
    for post in _posts(image):
        yield f"its place in the post “{post}” ({post.get_state_display()}); the post stays"
    pages = [one.url for one in surfaces_of(image) if one.url]
    yield from (f"from the page {url}" for url in dict.fromkeys(pages))
