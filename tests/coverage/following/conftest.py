import pytest

from tests.coverage.front.summit import chief, event, make_event, release  # noqa: F401
from tests.push_service import push_service


@pytest.fixture(scope="package")
def _service():
    with push_service() as service:
        yield service


@pytest.fixture
def service(_service, settings):
    _service.sent.clear()
    _service.answers.clear()
    settings.PUSH_SERVICES = [_service.origin]
    return _service
