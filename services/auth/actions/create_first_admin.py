"""Creating the first admin, for an operator: as any other person, but admitted only while no admin is enabled."""

from dataclasses import dataclass

from chassis.bus import PARLEY, Asker
from contracts.auth import CreateFirstAdmin as Request
from contracts.auth import CreateUser as Creation
from contracts.auth import UserAnswer
from services.auth.actions.create_user import CreateUser

ACTION = "user.create_first_admin"


@dataclass(frozen=True)
class CreateFirstAdmin:
    """`create`: with the claim of the first admin as what admits people."""

    create: CreateUser

    async def __call__(self, asker: Asker, request: Request) -> UserAnswer:
        wanted = Creation(
            login=request.login, name=request.name, role="admin", password=request.password, email=request.email
        )
        return await self.create(PARLEY, wanted)
