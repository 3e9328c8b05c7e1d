"""Pictures in S3: the whole way of one, what is never given away, and a store that is away for a while."""

import json
import threading
import urllib.error
import urllib.request
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.checks import run_checks
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from coverage.publishing.images import withdraw_image
from media import ingest, making, renditions, storage, sweep
from media.models import Image, RenditionState
from newsroom.checks import buckets_can_be_used, files_lie_outside_the_code
from tests.coverage.front.summit import address
from tests.media import drawing
from tests.media.buckets import client_of, keys
from tests.media.test_api import client_of as api_client_of
from tests.media.test_api import put

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("s3")]


@pytest.fixture
def away(move_pictures, closed_port):
    """Makes the store unreachable."""
    return lambda: move_pictures(closed_port)


@pytest.fixture
def back(move_pictures, s3_server):
    """Makes it reachable again, with what it held."""
    return lambda: move_pictures(s3_server)


@pytest.fixture
def shown(s3, make, event, release):
    """A picture a released post shows."""
    image = make()
    post = release(event, images=[{"image": image}], minute=1)
    return image, post, f"/pictures/{image.public_name}/jpeg-960.jpg"


def test_whole_way_of_a_picture(client, shown, chief, django_capture_on_commit_callbacks):
    image, _, path = shown
    files = {f"renditions/{row.file}" for row in image.renditions.all()}
    assert keys("renditions") == files
    assert keys("originals") == {f"originals/{image.original}"}
    answer = client.get(path)
    assert answer.content == storages["renditions"].open(f"{image.public_name}/jpeg-960.jpg").read()
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert answer["Cache-Control"] == "public, max-age=3600, s-maxage=5"

    with django_capture_on_commit_callbacks(execute=True):
        withdraw_image(image, by=chief, reason="It shows a child.")

    assert client.get(path).status_code == 410
    assert keys("renditions") == set()
    assert keys("originals") == {f"originals/{image.original}"}


def test_nothing_is_written_on_this_machine(make, tmp_path_factory):
    before = {path for path in tmp_path_factory.getbasetemp().rglob("*") if path.is_file()}

    make()

    assert {path for path in tmp_path_factory.getbasetemp().rglob("*") if path.is_file()} == before


def test_lost_files_are_made_again_under_their_names(make):
    image = make()
    before = keys("renditions")
    storages["renditions"].delete(image.renditions.first().file)
    assert keys("renditions") != before

    assert sweep.repair_lost() == [image.pk]
    renditions.make_renditions(image.pk)

    assert keys("renditions") == before
    assert sweep.repair_lost() == []


def test_strays_beside_the_files_of_an_image_go_after_an_hour(make):
    image = make()
    before = keys("renditions")
    storage.write(storages["renditions"], f"{image.public_name}/webp-320.webp", b"x")

    sweep.delete_strays()
    assert keys("renditions") != before
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        sweep.delete_strays()

    assert keys("renditions") == before


def test_no_address_leads_to_an_original(client, shown, photographer):
    image, post, _ = shown
    name = image.original.rpartition("/")[2]
    api = api_client_of(photographer)

    with pytest.raises(ValueError, match="not accessible"):
        storages["originals"].url(image.original)
    for path in (image.original, f"originals/{image.original}", f"{image.public_name}/{name}"):
        assert client.get(f"/pictures/{path}").status_code == 404
    pages = [client.get("/events/summit/"), client.get(address(post)), client.get("/api/v1/images/")]
    for page in [*pages, api.get(f"/api/v1/images/{image.pk}/")]:
        for secret in (name, storages["originals"].bucket_name, storages["originals"].endpoint_url, "X-Amz"):
            assert secret not in page.content.decode()


@pytest.mark.parametrize("alias", ["originals", "renditions"])
def test_store_itself_refuses_strangers(make, alias):
    make()
    bucket = storages[alias]

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{bucket.endpoint_url}/{bucket.bucket_name}/{keys(alias).pop()}")

    assert refused.value.code == 403
    refused.value.close()


def test_upload_while_the_store_is_away_is_told_to_come_again(away, back, photographer):
    api, image_id = api_client_of(photographer), uuid.uuid4()
    away()

    answer = put(api, image_id, drawing.jpeg())

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer["Retry-After"] == "60"
    assert "Try again in a minute" in answer.json()["detail"]
    assert Image.objects.count() == 0
    back()
    assert keys("originals") == set()
    assert put(api, image_id, drawing.jpeg()).status_code == 201
    assert keys("originals") == {f"originals/{Image.objects.get().original}"}


def test_picture_waits_for_the_store(receive, away, back):
    image = receive(credit="Ada/Newsroom", alt_text="A stage")
    away()

    for _ in range(making.TRIES + 1):
        renditions.make_renditions(image.pk)

    assert Image.objects.get().state == "received"
    assert {(row.state, row.attempts) for row in image.renditions.all()} == {(RenditionState.WAITING, 0)}
    assert "Try again in a minute" in image.renditions.first().error
    back()
    assert keys("renditions") == set()
    renditions.make_renditions(image.pk)
    assert Image.objects.get().state == "ready"


def test_withdrawn_while_the_store_is_away_is_gone_for_readers_and_deleted_later(
    client, shown, chief, away, back, django_capture_on_commit_callbacks
):
    image, _, path = shown
    away()

    with django_capture_on_commit_callbacks(execute=True):
        withdraw_image(image, by=chief, reason="It shows a child.")

    assert client.get(path).status_code == 410
    back()
    assert len(keys("renditions")) > 1
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        sweep.delete_orphans()
    assert keys("renditions") == set()
    assert keys("originals") == {f"originals/{image.original}"}


def test_reader_of_a_store_that_is_away_is_told_to_come_again(client, shown, away, back):
    *_, path = shown
    away()

    answer = client.get(path)

    assert (answer.status_code, answer["Cache-Control"], answer["Retry-After"]) == (503, "no-store", "10")
    back()
    assert client.get(path).status_code == 200


def test_desk_s_preview_of_a_store_that_is_away(client, make, chief, away):
    image = make()
    client.force_login(chief)
    preview = reverse("admin:media_image_preview", args=[image.pk])
    assert client.get(preview).status_code == 200
    away()

    answer = client.get(preview)

    assert (answer.status_code, answer["Cache-Control"]) == (503, "private, no-store")
    assert answer["Retry-After"] == "60"


def test_drop_at_the_desk_while_the_store_is_away_is_told_to_come_again(client, chief, away):
    image = ingest.expect(image_id=uuid.uuid4(), by=None).image
    client.force_login(chief)
    away()

    file = SimpleUploadedFile("a.jpg", drawing.jpeg())
    answer = client.post(reverse("admin:media_image_fill", args=[image.pk]), {"file": file})

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Try again in a minute" in answer.json()["refused"]
    assert Image.objects.get().state == "awaited"


def test_store_that_is_away_has_lost_nothing(make, away):
    image = make()
    away()

    with pytest.raises(storage.Unavailable):
        sweep.sweep()

    assert Image.objects.get().version == image.version


def test_missing_bucket_is_no_empty_folder(make):
    image = make()
    for key in keys("renditions"):
        client_of("renditions").delete_object(Bucket=storages["renditions"].bucket_name, Key=key)
    client_of("renditions").delete_bucket(Bucket=storages["renditions"].bucket_name)

    with pytest.raises(storage.Unavailable):
        storage.files_in(storages["renditions"], image.public_name)
    with pytest.raises(storage.Unavailable):
        storage.lacking(storages["renditions"], [image.renditions.first().file])


def test_large_upload_leaves_no_parts_and_arrives_whole(s3):
    chunk = bytes(range(256)) * 4096

    staged = storage.stage(s3, (chunk for _ in range(20)))

    assert s3.size(staged) == 20 * len(chunk)
    assert s3.open(staged).read() == 20 * chunk
    assert "Uploads" not in client_of("renditions").list_multipart_uploads(Bucket=s3.bucket_name)


def test_threads_share_one_client_that_does_not_wait_long(s3):
    clients = []
    thread = threading.Thread(target=lambda: clients.append(s3.connection.meta.client))

    thread.start()
    thread.join()

    config = s3.connection.meta.client.meta.config
    assert clients == [s3.connection.meta.client]
    assert (config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]) == (2, 10, 2)


def test_usable_buckets_pass_the_check():
    assert buckets_can_be_used() == []
    assert files_lie_outside_the_code() == []


def test_check_names_a_bucket_that_is_missing(s3):
    client_of("renditions").delete_bucket(Bucket=s3.bucket_name)

    (error,) = buckets_can_be_used()

    assert error.id == "newsroom.E002"
    assert s3.bucket_name in error.msg
    assert "Not Found" in error.msg


def test_check_refuses_a_bucket_everybody_may_read():
    bucket = storages["originals"].bucket_name
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    statement = {**everybody, "Resource": f"arn:aws:s3:::{bucket}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client_of("originals").put_bucket_policy(Bucket=bucket, Policy=policy)

    (error,) = buckets_can_be_used()

    assert error.msg == f"The bucket {bucket} cannot hold pictures: Its policy makes it public."


def test_check_says_that_the_store_does_not_answer(away):
    away()

    errors = run_checks(tags=["files"], include_deployment_checks=True)

    assert [error.id for error in errors] == ["newsroom.E002"] * 2
    assert "Could not connect to the endpoint" in errors[0].msg


def test_pictures_in_folders_are_none_of_its_business(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        **{alias: _folder(alias) for alias in ("originals", "renditions")},
    }

    assert buckets_can_be_used() == []


def _folder(alias: str) -> dict:
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": f"/srv/{alias}"},
    }
