"""Who may do what, and which posts and events a person reaches. Every door asks here."""

from collections.abc import Callable

from django.db.models import QuerySet

from coverage.models import Assignment, Event, Post
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import NotAllowed
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_chief, is_editor
from newsroom.editorial.states import PostState
from newsroom.editorial.workflow import POST_VERBS, Verb, Who


def events_for(person: User) -> QuerySet[Event]:
    """The events a person works on: all for an editor, else those she is assigned to."""
    return Event.objects.all() if is_editor(person) else Event.objects.assigned_to(person)


def posts_for(person: User) -> QuerySet[Post]:
    """The posts a person reaches: all for an editor, else her own at events she may still reach."""
    return Post.objects.all() if is_editor(person) else own_posts(person)


def own_posts(person: User) -> QuerySet[Post]:
    """Those she wrote, but for those of an event whose guest she was."""
    over = Assignment.objects.lapsed().filter(person=person)
    return Post.objects.filter(author=person).exclude(event__in=over.values("event"))


def is_assigned(person: User, event: Event) -> bool:
    return is_editor(person) or _assigned(person, event).exists()


def may_publish(person: User, event: Event) -> bool:
    """A flag of the person's assignment; always true for editor and chief."""
    return is_editor(person) or _assigned(person, event).filter(may_publish=True).exists()


def _assigned(person: User, event: Event) -> QuerySet[Assignment]:
    return Assignment.objects.standing().filter(event=event, person=person)


def may(person: User, verb: Verb, post: Post) -> bool:
    """Whether this person may use this verb on this post, whatever state it is in."""
    if not person.is_active:
        return False
    own = post.author_id == person.pk
    match verb.who:
        case Who.AUTHOR:
            return own or is_editor(person)
        case Who.EDITOR:
            return is_editor(person)
        case Who.CLAIMANT:
            return is_chief(person) or (is_editor(person) and not is_claimed_by_another(post, person))
        case Who.EDITOR_OR_AUTHOR:
            return is_editor(person) or (own and post.state in (PostState.DRAFT, PostState.SPIKED))
        case Who.EDITOR_OR_SPIKER:
            return is_editor(person) or (own and _never_left_her(person, post))
        case Who.PUBLISHER:
            return is_editor(person) or (own and may_publish(person, post.event))
        case Who.CHIEF:
            return is_chief(person)


def _never_left_her(person: User, post: Post) -> bool:
    """Whether the post is a draft, or spiked by this person: what an editor spiked, an editor brings back."""
    if post.state != PostState.SPIKED:
        return post.state == PostState.DRAFT
    spiked = AuditRow.objects.filter(verb="spike", thing_type=post._meta.label_lower, thing_id=str(post.pk))
    return spiked.values_list("person_id", flat=True).first() == person.pk  # the last one: newest first


def is_claimed_by_another(post: Post, person: User) -> bool:
    """Whether it is in review under somebody else's name."""
    in_review = (post.review or post.state) == PostState.IN_REVIEW
    return in_review and post.claimed_by_id is not None and post.claimed_by_id != person.pk


def may_edit(person: User, post: Post) -> bool:
    """Editors edit what is not spiked; an author her draft and filing, and if she may publish what she published."""
    if not person.is_active or post.state == PostState.SPIKED:
        return False
    if is_editor(person):
        return True
    if post.author_id != person.pk:
        return False
    if post.state in (PostState.DRAFT, PostState.SUBMITTED):
        return True
    return post.state in (PostState.PUBLISHED, PostState.SCHEDULED) and may_publish(person, post.event)


def check_may(person: User, verb: Verb, post: Post) -> None:
    """Raises NotAllowed unless `may`."""
    if not may(person, verb, post):
        raise NotAllowed(f"“{verb.label}” is for {verb.who.value}.")


def verbs_for(person: User, post: Post) -> list[Verb]:
    """The verbs that would work now, in the table's order: what a door offers as buttons."""
    return [verb for verb in POST_VERBS.values() if _starts(verb, post) and may(person, verb, post)]


def _starts(verb: Verb, post: Post) -> bool:
    if verb.name in _IDLE and _IDLE[verb.name](post):
        return False
    return verb.starts(post.state, review=post.review, second_reader=post.event.second_reader)


# When a verb would find nothing to do, though the state allows it.
_IDLE: dict[str, Callable[[Post], bool]] = {
    "pin": lambda post: post.pinned,
    "unpin": lambda post: not post.pinned,
    "mark-key": lambda post: post.key_event,
    "unmark-key": lambda post: not post.key_event,
    "sign-off": lambda post: post.sign_by is None,
}
