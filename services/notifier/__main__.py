from chassis.lifetime import run
from services.notifier.settings import NotifierSettings
from services.notifier.wiring import Notifier

run("notifier", NotifierSettings, Notifier)
