from . import opening
from . import linked
