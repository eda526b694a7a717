from chassis.lifetime import run
from services.presence.settings import PresenceSettings
from services.presence.wiring import Presence

run("presence", PresenceSettings, Presence)
