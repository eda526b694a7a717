from chassis.lifetime import run
from services.gateway.settings import GatewaySettings
from services.gateway.wiring import wire

run("gateway", GatewaySettings, wire)
