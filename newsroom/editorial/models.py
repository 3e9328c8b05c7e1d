from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from newsroom.editorial.receipts import Receipt

__all__ = ["AuditRow", "Receipt", "User"]
