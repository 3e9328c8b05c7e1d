"""The tick of a web process: what fails in it holds up nothing else, and is said once."""

from coverage.publishing import tick
from tests.processes import eventually


def test_heights_that_cannot_be_written_hold_up_no_release(monkeypatch, caplog):
    released = []

    class Heights:
        def look(self):
            raise OSError("No space left on device")

    monkeypatch.setattr(tick, "Heights", Heights)
    monkeypatch.setattr(tick, "release_due", lambda: released.append(1) or [])
    monkeypatch.setattr(tick, "close_old_connections", lambda: None)
    one = tick.Tick(seconds=0.01)
    one.start()

    try:
        assert eventually(lambda: len(released) >= 3)
    finally:
        one.stop()
    assert caplog.messages == ["the tick failed and keeps trying"]
