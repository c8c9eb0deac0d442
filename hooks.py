"""Module life cycle: what the ORM cannot clean up by itself."""


def uninstall_hook(env):
    """Remove the scheduled actions of the connections: they have no XML id to be found by."""
    crons = env["quickbooks.channel"].search([]).cron_id
    actions = crons.ir_actions_server_id
    crons.unlink()
    actions.unlink()
