"""The asks notifier answers."""

from collections.abc import Mapping

from chassis.bus import Handler
from services.notifier.actions.dismiss_notice import DismissNotice
from services.notifier.actions.get_mail_state import GetMailState
from services.notifier.actions.get_preferences import GetPreferences
from services.notifier.actions.list_notices import ListNotices
from services.notifier.actions.send_mail import SendMail
from services.notifier.actions.set_preferences import ChangePreferences


def handlers(
    dismiss_notice: DismissNotice,
    list_notices: ListNotices,
    send_mail: SendMail,
    get_mail_state: GetMailState,
    get_preferences: GetPreferences,
    change_preferences: ChangePreferences,
) -> Mapping[str, Handler]:
    return {
        "notice.dismiss": dismiss_notice,
        "notice.list": list_notices,
        "mail.send": send_mail,
        "mail.state": get_mail_state,
        "preferences.get": get_preferences,
        "preferences.set": change_preferences,
    }
