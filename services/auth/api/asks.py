"""The asks auth answers, each by its action."""

from dataclasses import dataclass

from chassis.bus import Handler
from services.auth.actions.change_password import ChangePassword
from services.auth.actions.check_token import CheckToken
from services.auth.actions.create_first_admin import CreateFirstAdmin
from services.auth.actions.create_token import CreateToken
from services.auth.actions.create_user import CreateUser
from services.auth.actions.end_session import EndSession
from services.auth.actions.forgot_password import ForgotPassword
from services.auth.actions.get_import import GetImport
from services.auth.actions.get_keys import GetKeys
from services.auth.actions.get_license import GetLicense
from services.auth.actions.get_password_policy import GetPasswordPolicy
from services.auth.actions.get_user import GetUser
from services.auth.actions.import_users import ImportUsers
from services.auth.actions.list_audit import ListAudit
from services.auth.actions.list_sessions import ListSessions
from services.auth.actions.list_tokens import ListTokens
from services.auth.actions.list_users import ListUsers
from services.auth.actions.log_in import LogIn
from services.auth.actions.log_out import LogOut
from services.auth.actions.look_up_users import LookUpUsers
from services.auth.actions.note_export import NoteExport
from services.auth.actions.note_refused import NoteRefused
from services.auth.actions.operate_sessions import EndSessionsOf, ListSessionsOf
from services.auth.actions.refresh_session import RefreshSession
from services.auth.actions.reset_password import ResetPassword
from services.auth.actions.revoke_token import RevokeToken
from services.auth.actions.rotate_keys import RotateKeys
from services.auth.actions.set_password import SetPassword
from services.auth.actions.unlock_user import UnlockUser
from services.auth.actions.update_user import UpdateUser


@dataclass(frozen=True)
class Asks:
    log_in: LogIn
    refresh_session: RefreshSession
    log_out: LogOut
    get_user: GetUser
    list_users: ListUsers
    create_user: CreateUser
    update_user: UpdateUser
    look_up_users: LookUpUsers
    unlock_user: UnlockUser
    get_keys: GetKeys
    rotate_keys: RotateKeys
    list_sessions: ListSessions
    end_session: EndSession
    list_sessions_of: ListSessionsOf
    end_sessions_of: EndSessionsOf
    list_audit: ListAudit
    note_refused: NoteRefused
    note_export: NoteExport
    get_password_policy: GetPasswordPolicy
    change_password: ChangePassword
    set_password: SetPassword
    forgot_password: ForgotPassword
    reset_password: ResetPassword
    create_first_admin: CreateFirstAdmin
    get_license: GetLicense
    import_users: ImportUsers
    get_import: GetImport
    create_token: CreateToken
    list_tokens: ListTokens
    revoke_token: RevokeToken
    check_token: CheckToken

    def handlers(self) -> dict[str, Handler]:
        return {
            "auth.login": self.log_in,
            "auth.refresh": self.refresh_session,
            "auth.logout": self.log_out,
            "auth.password_policy": self.get_password_policy,
            "auth.change_password": self.change_password,
            "auth.forgot_password": self.forgot_password,
            "auth.reset_password": self.reset_password,
            "user.set_password": self.set_password,
            "me.get": self.get_user.me,
            "user.get": self.get_user,
            "user.list": self.list_users,
            "user.create": self.create_user,
            "user.update": self.update_user,
            "user.look_up": self.look_up_users,
            "user.unlock": self.unlock_user,
            "user.import": self.import_users,
            "user.import_status": self.get_import,
            "keys.get": self.get_keys,
            "keys.rotate": self.rotate_keys,
            "session.list": self.list_sessions,
            "session.end": self.end_session,
            "session.list_of": self.list_sessions_of,
            "session.end_of": self.end_sessions_of,
            "token.create": self.create_token,
            "token.list": self.list_tokens,
            "token.revoke": self.revoke_token,
            "token.check": self.check_token,
            "audit.list": self.list_audit,
            "audit.note_refused": self.note_refused,
            "audit.note_export": self.note_export,
            "user.create_first_admin": self.create_first_admin,
            "license.get": self.get_license,
        }
