"""The web pages' addresses, and the room that brings them into the cloud."""

from pathlib import Path

from starlette.routing import Route

from cloud.rooms import Room
from cloud.web import (
    account,
    analytics,
    content,
    doors,
    layouts,
    organization,
    pages,
    plain,
    playlists,
    publish,
    schedules,
    screens,
    watching,
)
from cloud.web.catalogs import FOLDER, Catalogs
from cloud.web.choosing import choices as screen_choices
from cloud.web.listening import spoken
from cloud.web.many_screens import many_screens
from cloud.web.screen import screen
from cloud.web.screen_log import screen_log
from cloud.web.static_files import favicon, static_file, words

routes = (
    Route("/", pages.home),
    Route("/sign-in", spoken(doors.sign_in)),
    Route("/sign-in", spoken(plain.sign_in), methods=["POST"]),
    Route("/register", spoken(doors.register)),
    Route("/register", spoken(plain.register), methods=["POST"]),
    Route("/forgotten-password", spoken(doors.forgotten_password)),
    Route("/reset-password", spoken(doors.reset_password)),
    Route("/invitation", spoken(doors.invitation)),
    Route("/screens", pages.for_people(screens.screens)),
    Route("/screens/many", pages.for_people(many_screens)),
    Route("/screens/choices", pages.for_people(screen_choices)),
    Route("/screens/{id}", pages.for_people(screen)),
    Route("/screens/{id}/log", pages.for_people(screen_log)),
    Route("/player", pages.for_people(watching.player)),
    Route("/pair", pages.for_people(pages.pair)),
    Route("/pair", pages.for_people(plain.pair), methods=["POST"]),
    Route("/content", pages.for_people(content.all_content)),
    Route("/content/{id}", pages.for_people(content.one_content)),
    Route("/publish", pages.for_people(publish.publish)),
    Route("/publish/choices", pages.for_people(publish.choices)),
    Route("/playlists", pages.for_people(playlists.playlists)),
    Route("/playlists/shelf", pages.for_people(playlists.shelf)),
    Route("/playlists/{id}", pages.for_people(playlists.playlist)),
    Route("/layouts", pages.for_people(layouts.layouts)),
    Route("/layouts/{id}", pages.for_people(layouts.layout)),
    Route("/schedules", pages.for_people(schedules.schedules)),
    Route("/schedules/preview", pages.for_people(schedules.preview), methods=["POST"]),
    Route("/schedules/{id}", pages.for_people(schedules.schedule)),
    Route("/analytics", pages.for_people(analytics.analytics)),
    Route("/organization", pages.for_people(organization.organization)),
    Route("/organization/people", pages.for_people(organization.people)),
    Route("/organization/log", pages.for_people(organization.log)),
    Route("/account", pages.for_people(account.account)),
    Route("/favicon.ico", favicon),
    Route("/static/{version}/words/{language}.js", words),
    Route("/static/{version}/{name}", static_file),
)


def room(catalogs: Path = FOLDER) -> Room:
    """The pages, in English and the languages of the catalogs in that folder."""
    return Room(routes=routes, parts=lambda _: (Catalogs(catalogs),))


ROOM = room()
