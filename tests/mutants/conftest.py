"""Without the tool of the campaign, which is no part of `dev`, its modules are not collected."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("cosmic_ray") else ["campaign.py", "__main__.py"]
