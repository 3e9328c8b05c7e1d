from newsroom.editorial.audit import AuditRow
from newsroom.editorial.erasures import Erasure
from newsroom.editorial.people import User
from newsroom.editorial.receipts import Receipt
from newsroom.editorial.sessions import Session
from newsroom.editorial.tokens import TokenName

__all__ = ["AuditRow", "Erasure", "Receipt", "Session", "TokenName", "User"]
