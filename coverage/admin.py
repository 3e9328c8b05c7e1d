"""Registers the desk's admin classes; they live in coverage/desk/."""

from django.contrib import admin

from coverage.desk.audit import AuditAdmin
from coverage.desk.error_reports import ErrorReportAdmin
from coverage.desk.events import EventAdmin
from coverage.desk.keynotes import KeynoteAdmin
from coverage.desk.people import UserAdmin
from coverage.desk.pictures import PictureAdmin
from coverage.desk.posts import PostAdmin
from coverage.desk.speakers import OrganisationAdmin, SpeakerAdmin
from coverage.models import ErrorReport, Event, Keynote, Organisation, Post, Speaker
from media.models import Image
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User

admin.site.register(Post, PostAdmin)
admin.site.register(ErrorReport, ErrorReportAdmin)
admin.site.register(Event, EventAdmin)
admin.site.register(Keynote, KeynoteAdmin)
admin.site.register(Speaker, SpeakerAdmin)
admin.site.register(Organisation, OrganisationAdmin)
admin.site.register(Image, PictureAdmin)
admin.site.register(User, UserAdmin)
admin.site.register(AuditRow, AuditAdmin)
