import { onWillUnmount, useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { BadgeField, badgeField } from "@web/views/fields/badge/badge_field";

const NOTIFICATION = "quickbooks_online/state";
const ON_THE_WAY = ["pending", "waiting"];
// In milliseconds: how soon to look again while a record is on its way, and how seldom at last.
const FIRST_LOOK = 4000;
const LAST_LOOK = 60000;

/**
 * The badge of a record's QuickBooks state. It re-reads the record when the server says that the
 * state changed, unless the person is in the middle of an edit.
 */
export class QuickbooksStateField extends BadgeField {
    setup() {
        super.setup?.();
        this.listen();
        useEffect(
            (state) => (ON_THE_WAY.includes(state) ? this.lookAgain() : undefined),
            () => [this.props.record.data[this.props.name], this.props.record.resId]
        );
    }

    listen() {
        const bus = useService("bus_service");
        const onState = ({ model, ids }) => {
            const { record } = this.props;
            if (model === record.resModel && ids.includes(record.resId)) {
                this.refresh();
            }
        };
        bus.subscribe(NOTIFICATION, onState);
        onWillUnmount(() => bus.unsubscribe(NOTIFICATION, onState));
    }

    /**
     * Word of a change may have come before this badge was there to hear it, or never comes where
     * a proxy lets no websocket through.
     *
     * @returns {() => void} stops it
     */
    lookAgain() {
        let delay = FIRST_LOOK;
        let timer = setTimeout(look.bind(this), delay);
        let stopped = false;

        async function look() {
            await this.refresh();
            if (!stopped) {
                delay = Math.min(2 * delay, LAST_LOOK);
                timer = setTimeout(look.bind(this), delay);
            }
        }

        return () => {
            stopped = true;
            clearTimeout(timer);
        };
    }

    async refresh() {
        const { record } = this.props;
        if (record.resId && !(await record.isDirty())) {
            await record.load();
        }
    }
}

registry.category("fields").add("quickbooks_state", {
    ...badgeField,
    component: QuickbooksStateField,
});
