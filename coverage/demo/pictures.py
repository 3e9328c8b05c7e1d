"""The pictures of the demo event: illustrations drawn by the newsroom itself, the same pixels every time."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from coverage.demo.drawing.city import paris_morning
from coverage.demo.drawing.foyer import leaving, registration_hall, theatre_doors
from coverage.demo.drawing.hall import camera_view, lectern, theatre_full
from coverage.demo.drawing.stage import containers, data_streams, panel, shared_processors
from coverage.demo.drawing.studio import news_desk


@dataclass(frozen=True)
class DemoPicture:
    """A picture to be drawn; `caption` is the one it has where a post gives none of its own."""

    key: str
    draw: Callable[[], Image.Image]
    alt: str
    caption: str
    credit: str = "Newsroom"


PICTURES: tuple[DemoPicture, ...] = (
    DemoPicture(
        "paris-morning",
        paris_morning,
        "Illustration of a pale sun low over rows of Paris roofs with lit windows; an iron tower rises on the left.",
        "Morning over Paris.",
    ),
    DemoPicture(
        "registration-hall",
        registration_hall,
        "Illustration of people with rucksacks, seen from behind, queuing at desks before a sunlit wall of glass.",
        "The queue for badges.",
    ),
    DemoPicture(
        "theatre-doors",
        theatre_doors,
        "Illustration of two people behind a rope, waiting at tall closed double doors with light in the gaps.",
        "Waiting for the doors of the theatre to open.",
    ),
    DemoPicture(
        "theatre-full",
        theatre_full,
        "Illustration of a theatre from its last row: filled seats on both sides of an aisle, a lit stage far ahead.",
        "The keynote theatre, filled.",
    ),
    DemoPicture(
        "lectern",
        lectern,
        "Illustration of a speaker with open arms at a lectern under a spotlight; behind her a screen shows a network.",
        "A speaker at the lectern.",
    ),
    DemoPicture(
        "camera-view",
        camera_view,
        "Illustration of a speaker holding up a phone; on a screen, frames mark the stage and the audience.",
        "A model looks at the hall.",
    ),
    DemoPicture(
        "panel",
        panel,
        "Illustration of four people talking in armchairs on a round rug, under hanging lamps, plants on both sides.",
        "Four people in conversation.",
    ),
    DemoPicture(
        "shared-processors",
        shared_processors,
        "Illustration of two speakers before a wall of fifty processors, many of them divided into coloured slices.",
        "Processors shared among several jobs.",
    ),
    DemoPicture(
        "containers",
        containers,
        "Illustration of a speaker pointing at a pyramid of shipping containers; some show a glowing network inside.",
        "Models in containers.",
    ),
    DemoPicture(
        "news-desk",
        news_desk,
        "Illustration of two presenters at a curved news desk before a globe; a guest looks on from a screen.",
        "The news show.",
    ),
    DemoPicture(
        "data-streams",
        data_streams,
        "Illustration of two speakers on a stage, coloured ribbons with white beads sweeping across behind them.",
        "Streams of data, drawn together.",
    ),
    DemoPicture(
        "leaving",
        leaving,
        "Illustration of a crowd, seen from behind, walking out of a dark theatre through open doors into sunlight.",
        "The audience leaves the theatre.",
    ),
)
