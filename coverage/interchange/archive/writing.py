"""The files of one export, kind by kind, from the record as it stands in this transaction."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from coverage.front import feeds
from coverage.front.links import absolute
from coverage.interchange.archive import assets, contents, data, pages, table
from coverage.interchange.archive.folder import Folder, Written
from coverage.interchange.archive.offline import Offline
from coverage.interchange.archive.target import ABOUT
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.paths import event_path
from newsroom.editorial.spreadsheets import MARK

SCHEMA_FILE = Path(__file__).with_name("event.schema.json")
END_OF_FEED = "</feed>"


class Export:
    """`counts`: how many posts, withdrawn posts and pictures it has, when it is written."""

    def __init__(self, head: EventHead, folder: Folder, progress: Callable[[Iterable, int, str], Iterable]):
        self.head, self.folder, self.progress = head, folder, progress
        self.addresses = contents.addresses_of(head)
        self.counts = {
            "posts": len(self.addresses.posts),
            "withdrawn": contents.withdrawn(head).count(),
            "pictures": len(self.addresses.folders),
        }

    def write(self) -> None:
        """Pages first: they tell which style sheets and icons are wanted."""
        posts = self.counts["posts"] + self.counts["withdrawn"]
        self._write_pages(pages.of_posts(self.head), posts, "pages of posts")
        orders = self.addresses.orders.values()
        of_event = chain.from_iterable(pages.of_event(self.head, order) for order in orders)
        makers = (pages.of_keynotes, pages.of_people, pages.of_wrap, pages.of_print)
        others = [make(self.head) for make in makers]
        self._write_pages(of_event, sum(len(order.files()) for order in orders), "pages of the event")
        self._write_pages(chain(*others), pages.count_others(self.head), "other pages")
        self._write_pictures()
        assets.copy_static(self.addresses.static, self.folder)
        with translation.override(self.head.language):
            self._write_data()
            self._write_feeds()
            self._write_about()

    def _write_pages(self, found: Iterable[pages.Pages], total: int, what: str) -> None:
        for page in chain.from_iterable(self.progress(found, total, what)):
            self.addresses.pages[page.path] = page.of
            offline = Offline(self.addresses, page=page.path, file=page.file)
            with self.folder.open(page.file) as file:
                for piece in page.html:
                    file.write(offline.rewritten(piece).encode())

    def _write_pictures(self) -> None:
        copied = assets.copy_pictures(self.head, self.folder)
        for _ in self.progress(copied, self.counts["pictures"], "pictures"):
            pass

    def _write_data(self) -> None:
        head = self.head
        lists = {
            "programme": data.programme_of(head),
            "speakers": data.speakers_of(head),
            "posts": (data.post_of(head, post) for post in self._posts()),
            "withdrawn": (data.withdrawn_of(head, post) for post in contents.withdrawn(head).iterator()),
            "redirects": data.redirects_of(head, self.addresses.files),
            "gone_pictures": data.gone_pictures_of(head),
            "entries": (one.as_entry() for one in head.entries.order_by("seq").iterator(chunk_size=200)),
        }
        with self.folder.open("event.json") as file:
            data.write_json(file, {**data.frame_of(head), "wrap": data.wrap_of(head)}, lists)
        self.folder.write("event.schema.json", SCHEMA_FILE.read_bytes())
        with self.folder.open("posts.csv") as file:
            file.write(MARK + table.header())
            for chunk in contents.in_chunks(contents.with_all(contents.standing(head))):
                file.write(table.rows_of(head, chunk))

    def _posts(self) -> Iterator[ReleasedPost]:
        return chain.from_iterable(contents.in_chunks(contents.with_all(contents.standing(self.head))))

    def _write_feeds(self) -> None:
        with self.folder.open("feed.atom") as file:
            self._write_atom(file)
        newest = chain.from_iterable(contents.in_chunks(self.head.posts.live().newest_first()))
        items = (feeds.json_item(self.head, post) for post in newest)
        with self.folder.open("feed.json") as file:
            data.write_json(file, feeds.json_frame(self.head), {"items": items})

    def _write_atom(self, file: Written) -> None:
        """The public feed's own template, a chunk of entries at a time between its beginning and its end."""
        changes = feeds.latest_changes(self.head)
        latest = changes.values_list("changed_at", flat=True).first()
        updated = max(filter(None, [self.head.changed_at, latest]))
        begin, end, rest = feeds.atom_text(self.head, [], updated).partition(END_OF_FEED)
        file.write(begin.encode())
        for chunk in contents.in_chunks(changes):
            text = feeds.atom_text(self.head, chunk, updated)
            file.write(text.removeprefix(begin).removesuffix(end + rest).encode())
        file.write((end + rest).encode())

    def _write_about(self) -> None:
        head = self.head
        about = {
            "schema": data.SCHEMA,
            "site": settings.PUBLIC_URL,
            "event": head.slug,
            "title": head.title,
            "address": absolute(event_path(head)),
            "epoch": head.epoch,
            "seq": head.seq,
            **self.counts,
        }
        with self.folder.open(ABOUT) as file:
            data.write_json(file, about, {})
        context = {**about, "head": head, "orders": self.addresses.orders, "wrap": contents.wrap_of(head)}
        self.folder.write("README.txt", render_to_string("archive/README.txt", context).encode())
