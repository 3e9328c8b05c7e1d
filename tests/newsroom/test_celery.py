"""What beat asks for: tasks there are, each on the queue that nothing slow shares with a release."""

from importlib import import_module

from django.conf import settings

from newsroom.celery import app

QUEUES = {
    "publish": {"publishing.release_due", "publishing.sweep_pictures", "publishing.alert_unsigned"},
    "mail": {
        "publishing.mail_alerts",
        "publishing.forget_error_reports",
        "following.push",
        "following.tell_hub",
        "following.forget",
        "erasing.sweep",
    },
    "images": {"publishing.sweep_cards", "publishing.tidy_cards", "media.sweep"},
}


def test_every_look_is_a_task_on_its_queue():
    for package in ("coverage.publishing", "coverage.following", "coverage.erasing", "media"):
        import_module(f"{package}.tasks")
    asked = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert asked <= app.tasks.keys()
    found = {name: {task for task in asked if queue_of(task) == name} for name in QUEUES}
    assert found == QUEUES
    assert asked == set.union(*QUEUES.values())


def queue_of(task: str) -> str:
    return app.amqp.router.route({}, task)["queue"].name


def test_a_look_that_waited_until_the_next_is_none():
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["options"] == {"expires": max(2, entry["schedule"])}
