"""The process `messenger`."""

from chassis.lifetime import run
from services.messenger.settings import MessengerSettings
from services.messenger.wiring import wire

if __name__ == "__main__":
    run("messenger", MessengerSettings, wire)
