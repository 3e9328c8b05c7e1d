"""The function behind each verb of the transition table. The admin's buttons and the API's addresses dispatch here."""

from collections.abc import Callable

from coverage.models import Post
from coverage.publishing import amending, glass, publication, review, schedule

# Each is called with (post, by=, version=) and what its `Verb.takes` names.
POST_VERB_FUNCTIONS: dict[str, Callable[..., Post]] = {
    "submit": review.submit,
    "claim": review.claim,
    "release-claim": review.release_claim,
    "send-back": review.send_back,
    "approve": review.approve,
    "publish": publication.publish,
    "schedule": schedule.schedule,
    "unschedule": schedule.unschedule,
    "correct": publication.correct,
    "withdraw": publication.withdraw,
    "reinstate": publication.reinstate,
    "spike": review.spike,
    "unspike": review.unspike,
    "pin": publication.pin,
    "unpin": publication.unpin,
    "mark-key": amending.mark_key,
    "unmark-key": amending.unmark_key,
    "move": amending.move,
    "break-glass": glass.break_glass,
    "sign-off": glass.sign_off,
}
