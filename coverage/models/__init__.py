"""What the desk works on. Readers never see these tables: they see the record (coverage/record)."""

from coverage.models.alert import Alert
from coverage.models.asked_link import AskedLink
from coverage.models.device import Device, JoinGuess, JoinLink
from coverage.models.error_report import ErrorReport
from coverage.models.event import Assignment, Event
from coverage.models.glass import GlassBreak
from coverage.models.keynote import Appearance, Keynote, Organisation, Speaker, SpeakerAlias
from coverage.models.post import Post, PostImage, PostSpeaker, Quote
from coverage.models.preview_link import PreviewLink
from coverage.models.revision import Correction, Revision
from coverage.models.sourced import SourcedKeynote
from coverage.models.typed import Typed
from coverage.models.wrap import Wrap, WrapParagraph

__all__ = [
    "Alert",
    "Appearance",
    "AskedLink",
    "Assignment",
    "Correction",
    "Device",
    "ErrorReport",
    "Event",
    "GlassBreak",
    "JoinGuess",
    "JoinLink",
    "Keynote",
    "Organisation",
    "Post",
    "PostImage",
    "PostSpeaker",
    "PreviewLink",
    "Quote",
    "Revision",
    "SourcedKeynote",
    "Speaker",
    "SpeakerAlias",
    "Typed",
    "Wrap",
    "WrapParagraph",
]
