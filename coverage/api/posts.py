"""`/api/v1/posts/`: lists and single posts, from the desk with a token and from the record without one."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api.clock import CLIENT_TIME, correct_clock
from coverage.api.description import WRITING, either, either_page, refusals
from coverage.api.door import Door, valid
from coverage.api.filing import put_post
from coverage.api.paging import CursorQuery, newest_first
from coverage.api.post_shapes import PostAnswer, PostFiling, for_answers
from coverage.api.problems import problem
from coverage.api.record_shapes import PublicPost, for_readers
from coverage.models import Post
from coverage.publishing.access import posts_for
from coverage.record.models import EventHead, ReleasedPost
from newsroom.editorial.receipts import request_key
from newsroom.editorial.states import PostState


class PostFilters(serializers.Serializer):
    event = serializers.SlugField(required=False)
    keynote = serializers.SlugField(required=False)
    state = serializers.ChoiceField(
        PostState.choices, required=False, help_text="Without a token all are published."
    )


class PostListView(Door):
    """The newest first: by when they were made on the desk, by their place on the page in the record."""

    public = True

    @extend_schema(
        operation_id="posts_list",
        parameters=[PostFilters, CursorQuery],
        responses={
            (200, "application/json"): either_page(PostAnswer, PublicPost),
            **refusals(400, 401),
        },
    )
    def get(self, request: Request) -> Response:
        filters = valid(PostFilters(data=request.query_params.dict()))
        if request.user.is_authenticated:
            posts = for_answers(desk_posts(posts_for(request.user), filters))
            return newest_first(posts, "created_at", request, lambda post: PostAnswer(post).data)
        posts = for_readers(public_posts(filters))
        return newest_first(posts, "position", request, lambda post: PublicPost(post).data)


def desk_posts(posts: QuerySet[Post], filters: dict) -> QuerySet[Post]:
    columns = {"event": "event__slug", "keynote": "keynote__slug", "state": "state"}
    return posts.filter(**{columns[name]: value for name, value in filters.items()})


def public_posts(filters: dict) -> QuerySet[ReleasedPost]:
    """What readers see; a rehearsal's only when it is asked for by its slug."""
    if filters.get("state", PostState.PUBLISHED) != PostState.PUBLISHED:
        return ReleasedPost.objects.none()
    heads = EventHead.objects.public() if "event" in filters else EventHead.objects.listed()
    columns = {"event": "head__slug", "keynote": "keynote"}
    asked = {columns[name]: value for name, value in filters.items() if name in columns}
    return ReleasedPost.objects.live().filter(head__in=heads, **asked)


class PostView(Door):
    """A post under the client's own UUID."""

    @extend_schema(
        operation_id="posts_get", responses={(200, "application/json"): PostAnswer, **refusals(401, 404)}
    )
    def get(self, request: Request, post_id: UUID) -> Response:
        post = for_answers(posts_for(request.user)).filter(pk=post_id).first()
        if post is None:
            raise Http404
        return Response(PostAnswer(post).data)

    @extend_schema(
        operation_id="posts_put",
        summary="Create or update",
        description="Changes only the fields it names. A repeat (same person, UUID and body) gets the first answer, "
        "also when the post was changed in between: to change something back to what an earlier body said, name "
        "`version`, which makes it another body. With `version` it is refused (409 `stale`, with `current`) if the "
        "post is no longer the one you saw.",
        parameters=[CLIENT_TIME],
        request=PostFiling,
        responses={
            (201, "application/json"): PostAnswer,
            (200, "application/json"): PostAnswer,
            **refusals(*WRITING),
        },
    )
    def put(self, request: Request, post_id: UUID) -> Response:
        data = valid(PostFiling(data=request.data))
        correct_clock(request, data, "happened_at")
        key = request_key("PUT", request.path, request.data)
        status, answer = put_post(request.user, post_id, data, key)
        return Response(answer, status=status)


class PublicPostView(Door):
    """A post by its public id; withdrawn: 410 with the reason. With a token, the desk's row of it."""

    public = True

    @extend_schema(
        operation_id="posts_get_public",
        responses={(200, "application/json"): either(PostAnswer, PublicPost), **refusals(401, 404, 410)},
    )
    def get(self, request: Request, public_id: str) -> Response:
        if request.user.is_authenticated:
            return self._from_desk(request, public_id)
        heads = EventHead.objects.public()
        post = for_readers(ReleasedPost.objects.filter(head__in=heads)).filter(public_id=public_id).first()
        if post is None:
            raise Http404
        if post.withdrawn_at:
            told = {"reason": post.reason, "withdrawn_at": post.withdrawn_at.isoformat()}
            return problem(410, "gone", "This post was withdrawn.", **told)
        return Response(PublicPost(post).data)

    def _from_desk(self, request: Request, public_id: str) -> Response:
        post = for_answers(posts_for(request.user)).filter(public_id=public_id).first()
        if post is None:
            raise Http404
        return Response(PostAnswer(post).data)
