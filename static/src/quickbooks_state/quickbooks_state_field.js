import { onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { BadgeField, badgeField } from "@web/views/fields/badge/badge_field";

const NOTIFICATION = "quickbooks_online/state";

/**
 * The badge of a record's QuickBooks state. It re-reads the record when the server says that the
 * state changed, unless the person is in the middle of an edit.
 */
export class QuickbooksStateField extends BadgeField {
    setup() {
        super.setup?.();
        const bus = useService("bus_service");
        const onState = ({ model, ids }) => this.onState(model, ids);
        bus.subscribe(NOTIFICATION, onState);
        onWillUnmount(() => bus.unsubscribe(NOTIFICATION, onState));
    }

    async onState(model, ids) {
        const { record } = this.props;
        if (model !== record.resModel || !ids.includes(record.resId)) {
            return;
        }
        if (!(await record.isDirty())) {
            await record.load();
        }
    }
}

registry.category("fields").add("quickbooks_state", {
    ...badgeField,
    component: QuickbooksStateField,
});
