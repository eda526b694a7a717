from chassis.lifetime import run
from services.auth.settings import AuthSettings
from services.auth.wiring import wire

run("auth", AuthSettings, wire)
