from . import test_architecture
from . import test_budget
from . import test_capture
from . import test_connect

from . import test_customer
from . import test_customer_back
from . import test_delete
from . import test_drift
from . import test_exactly_once
from . import test_exactly_once_answered
from . import test_fairness
from . import test_host_fields
from . import test_invoice

from . import test_item
from . import test_mapping
from . import test_messages
from . import test_neutralize
from . import test_partner_merge
from . import test_payment
from . import test_payment_back
from . import test_pull
from . import test_security
from . import test_tokens
from . import test_trouble
from . import test_vault
from . import test_webhook
