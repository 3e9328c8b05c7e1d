"""What readers see, address by address."""

from django.urls import path

from coverage.front import (
    corrections,
    edition,
    embed,
    event,
    feeds,
    home,
    keynote,
    oembed,
    people,
    pictures,
    post,
    search,
    sitemaps,
    wrap,
)

app_name = "front"
urlpatterns = [
    path("", home.home, name="home"),
    path("events/<slug:event>/", event.event_page, name="event"),
    path("events/<slug:event>/posts/<slug:post>/", post.post_page, name="post"),
    path("events/<slug:event>/keynotes/<slug:keynote>/", keynote.keynote_page, name="keynote"),
    path("events/<slug:event>/print/", edition.print_page, name="print"),
    path("embed/events/<slug:event>/", embed.embed_page, name="embed"),
    path("oembed/", oembed.oembed, name="oembed"),
    path("events/<slug:event>/wrap/", wrap.wrap_page, name="wrap"),
    path("events/<slug:event>/feed.atom", feeds.atom, name="atom"),
    path("events/<slug:event>/feed.json", feeds.json_feed, name="json-feed"),
    path("speakers/<slug:speaker>/", people.speaker_page, name="speaker"),
    path("organisations/<slug:organisation>/", people.organisation_page, name="organisation"),
    path("corrections/", corrections.corrections_page, name="corrections"),
    path("search/", search.search_page, name="search"),
    path("pictures/<slug:folder>/<slug:spec>.<slug:ext>", pictures.picture, name="picture"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("news-sitemap.xml", sitemaps.news_sitemap, name="news-sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
]
