from . import planner
from . import lookup
from . import settle
from . import push
from . import freezing
from . import turns
from . import exclusion
