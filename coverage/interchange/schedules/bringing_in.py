"""Brings a schedule into an event: makes what is new, follows what the source changed, leaves what people wrote."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from coverage.interchange.schedules.people import People, free_slug
from coverage.interchange.schedules.shapes import ParsedSchedule, ParsedSession, ParsedSpeaker
from coverage.models import Appearance, Event, Keynote, SourcedKeynote
from coverage.publishing.head import lock_head
from coverage.publishing.programme import release_programme
from coverage.record.models import ReleasedAppearance
from newsroom.editorial.audit import write_audit

# What is followed; of those in one group, one that was changed here keeps the others as they stand.
TOGETHER = (("title",), ("starts_at", "ends_at"), ("room",), ("summary",))
FOLLOWED = [name for names in TOGETHER for name in names]
BILLED = ("job_title", "organisation_name")


@dataclass
class BroughtIn:
    """What an import did, or would do: a line each. `left`: where file and desk differ and the desk stands.

    `cancelled`: new ones the file calls off, which are not made. `unclear`: times no clock shows, or shows twice.
    """

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    readers_see: bool = False


@transaction.atomic
def bring_in(schedule: ParsedSchedule, event: Event, *, dry_run: bool = False) -> BroughtIn:
    """Makes and changes keynotes, speakers and appearances, and releases what readers may see, in one transaction.

    A keynote is found again by its source's id; one without, by its title. A field follows the file only if nobody
    here has changed it. Nothing is deleted: what the file has no more is told. A session at a local time that does
    not exist is left out, and so is one that is new and called off. `dry_run` takes all of it back.
    """
    lock_head(event)
    done = Import(event, schedule.system)
    for session in schedule.sessions:
        done.take(session)
    done.tell_gone({session.key for session in schedule.sessions})
    done.told.readers_see = release_programme(event)
    transaction.set_rollback(dry_run)
    return done.told


class Import:
    """One run over one event."""

    def __init__(self, event: Event, system: str):
        self.event, self.system = event, system
        self.told, self.people = BroughtIn(), People()
        rows = SourcedKeynote.objects.filter(event=event, system=system).select_related("keynote")
        self.known = {row.key: row for row in rows}

    def take(self, session: ParsedSession) -> None:
        if session.missing:
            self.told.unclear += [
                f"“{session.title}”: {what}; it is not brought in." for what in session.missing
            ]
            return
        self.told.unclear += [f"“{session.title}”: {what}." for what in session.doubled]
        row = self.known.get(session.key) or self._adopt(session)
        if row:
            self._update(row, session)
        elif session.cancelled:
            self.told.cancelled.append(f"“{session.title}”, {self._clock(session.starts_at)}")
        else:
            self._make(session)

    def _update(self, row: SourcedKeynote, session: ParsedSession) -> None:
        self._follow(row, session)
        for order, speaker in enumerate(session.speakers):
            self._follow_speaker(row, speaker, order)
        for name in row.said.get("speakers", {}):
            if name not in {speaker.name for speaker in session.speakers}:
                self.told.gone.append(f"{name}, of “{row.keynote}”: take her out by hand if that is so.")
        row.said = _said(session)
        row.save(update_fields=["said"])
        if session.cancelled and not row.keynote.cancelled_at:
            self.told.left.append(f"“{row.keynote}” is cancelled in the file: cancel it on the run of show.")

    def tell_gone(self, keys: set[str]) -> None:
        for key, row in self.known.items():
            if key not in keys:
                self.told.gone.append(f"“{row.keynote}” is not in the file any more: it stays.")

    def _adopt(self, session: ParsedSession) -> SourcedKeynote | None:
        """A keynote somebody made here already: of the same title, at the same time or at none."""
        for keynote in self.event.keynotes.filter(sourced=None):
            same = slugify(keynote.title) == slugify(session.title)
            if same and keynote.starts_at in (None, session.starts_at):
                said = {
                    name: _plain(getattr(keynote, name)) for name in FOLLOWED if not getattr(keynote, name)
                }
                return self._remember(keynote, session, said)
        return None

    def _remember(self, keynote: Keynote, session: ParsedSession, said: dict) -> SourcedKeynote:
        return SourcedKeynote.objects.create(
            event=self.event, keynote=keynote, system=self.system, key=session.key, said=said
        )

    def _make(self, session: ParsedSession) -> None:
        keynote = Keynote.objects.create(
            event=self.event,
            slug=free_slug(session.title, self.event.keynotes),
            format=session.format,
            order=self._place(session),
            **{name: getattr(session, name) for name in FOLLOWED},
        )
        for order, speaker in enumerate(session.speakers):
            self._appear(keynote, speaker, order)
        self._remember(keynote, session, _said(session))
        write_audit("import", keynote, by=None, after=_said(session))
        with_whom = ", ".join(speaker.name for speaker in session.speakers)
        self.told.new.append(
            f"“{keynote}”, {self._clock(keynote.starts_at)}{f', {with_whom}' if with_whom else ''}"
        )

    def _place(self, session: ParsedSession) -> int:
        """The place of the keynote before it: of equal places, the earlier comes first."""
        keynotes = self.event.keynotes.exclude(starts_at=None)
        if session.starts_at:
            keynotes = keynotes.filter(starts_at__lte=session.starts_at)
        before = keynotes.order_by("starts_at", "order").last()
        return before.order if before else 0

    def _follow(self, row: SourcedKeynote, session: ParsedSession) -> None:
        keynote, before, after = row.keynote, {}, {}
        for name in self._to_take(row, session):
            standing, says = getattr(keynote, name), getattr(session, name)
            before[name], after[name] = _plain(standing), _plain(says)
            setattr(keynote, name, says)
            self.told.changed.append(
                f"“{keynote}”: {_label(name)} {self._shown(standing)} → {self._shown(says)}"
            )
        if after:
            keynote.save(update_fields=after)
            write_audit("import", keynote, by=None, before=before, after=after)

    def _to_take(self, row: SourcedKeynote, session: ParsedSession) -> list[str]:
        """What the file changed and nobody here did; where somebody did, that is told."""
        taken: list[str] = []
        for names in TOGETHER:
            news = [name for name in names if _is_news(row, session, name)]
            if not any(_is_written_here(row, session, name) for name in names):
                taken += news
                continue
            for name in news:
                self._leave(row.keynote, name, getattr(row.keynote, name), getattr(session, name))
        return taken

    def _leave(self, thing: Any, name: str, standing: Any, says: Any) -> None:
        self.told.left.append(
            f"“{thing}”: {_label(name)} stays {self._shown(standing)}; the file says {self._shown(says)}."
        )

    def _follow_speaker(self, row: SourcedKeynote, parsed: ParsedSpeaker, order: int) -> None:
        speaker = self.people.speaker(parsed)
        appearance = row.keynote.appearances.filter(speaker=speaker).first()
        said = row.said.get("speakers", {}).get(parsed.name)
        if appearance is None and said is None:
            self._appear(row.keynote, parsed, order)
            self.told.changed.append(f"“{row.keynote}”: {parsed.name} joins")
        elif appearance is None:
            self.told.left.append(
                f"“{row.keynote}”: {parsed.name} was taken out here; the file has her still."
            )
        elif said is not None and said != _billed(parsed):
            self._follow_billing(appearance, parsed, said)

    def _follow_billing(self, appearance: Appearance, parsed: ParsedSpeaker, said: list[str]) -> None:
        """What readers know already is corrected by a person, who can say whether it was wrong or has changed."""
        title, organisation = self.people.billed(parsed)
        old_title, old_organisation = self.people.billed(ParsedSpeaker(parsed.name, *said))
        now = (title, organisation.name if organisation else "")
        then = (old_title, old_organisation.name if old_organisation else "")
        standing = tuple(getattr(appearance, name) for name in BILLED)
        if standing == now:
            return
        if standing != then or ReleasedAppearance.objects.filter(desk_id=appearance.pk).exists():
            self._leave(
                f"{appearance.name}” in “{appearance.keynote}", "billing", " ".join(standing), " ".join(now)
            )
            return
        appearance.job_title, appearance.organisation, appearance.organisation_name = (
            title,
            organisation,
            now[1],
        )
        appearance.save()
        before, after = (dict(zip(BILLED, pair, strict=True)) for pair in (then, now))
        write_audit("import", appearance, by=None, before=before, after=after)
        self.told.changed.append(
            f"“{appearance.keynote}”: {appearance.name} is billed as {' '.join(now).strip()}"
        )

    def _appear(self, keynote: Keynote, parsed: ParsedSpeaker, order: int) -> None:
        speaker = self.people.speaker(parsed)
        title, organisation = self.people.billed(parsed)
        appearance, is_new = Appearance.objects.get_or_create(
            keynote=keynote,
            speaker=speaker,
            defaults={
                "name": parsed.name[:200],
                "job_title": title,
                "organisation": organisation,
                "order": order,
            },
        )
        if is_new:
            billed = {name: getattr(appearance, name) for name in ("name", *BILLED)}
            write_audit("import", appearance, by=None, after=billed)

    def _clock(self, moment: Any) -> str:
        return f"{moment.astimezone(self.event.zone):%-d %b %Y %H:%M}" if moment else "no time yet"

    def _shown(self, value: Any) -> str:
        if value is None or hasattr(value, "astimezone"):
            return self._clock(value)
        return f"“{value[:60]}”" if value else "empty"


def _is_news(row: SourcedKeynote, session: ParsedSession, name: str) -> bool:
    """Whether the file says something else than the keynote, and than it said last."""
    says = getattr(session, name)
    return getattr(row.keynote, name) != says and row.said.get(name, "") != _plain(says)


def _is_written_here(row: SourcedKeynote, session: ParsedSession, name: str) -> bool:
    """Whether the keynote has neither what the file says nor what it said last."""
    standing = getattr(row.keynote, name)
    return standing != getattr(session, name) and row.said.get(name) != _plain(standing)


def _label(name: str) -> str:
    return {"starts_at": "start", "ends_at": "end"}.get(name, name)


def _plain(value: str | datetime.datetime | None) -> str:
    """As it is kept in `said`: a time in UTC."""
    if isinstance(value, str) or value is None:
        return value or ""
    return value.astimezone(datetime.UTC).isoformat()


def _billed(speaker: ParsedSpeaker) -> list[str]:
    return [speaker.billed, speaker.job_title, speaker.organisation]


def _said(session: ParsedSession) -> dict:
    said = {name: _plain(getattr(session, name)) for name in FOLLOWED}
    return {**said, "speakers": {speaker.name: _billed(speaker) for speaker in session.speakers}}
