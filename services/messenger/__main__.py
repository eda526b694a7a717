from chassis.lifetime import run
from services.messenger.settings import MessengerSettings
from services.messenger.wiring import Messenger

run("messenger", MessengerSettings, Messenger)
