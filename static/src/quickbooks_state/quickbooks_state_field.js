import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { BadgeField, badgeField } from "@web/views/fields/badge/badge_field";
import { lookAgain, readAgain, useQuickbooksNews } from "../quickbooks_news";

const ON_THE_WAY = ["pending", "waiting"];

/**
 * The badge of a record's QuickBooks state. It re-reads the record when the server says that the
 * state changed, unless the person is in the middle of an edit.
 */
export class QuickbooksStateField extends BadgeField {
    setup() {
        super.setup?.();
        const refresh = () => readAgain(this.props.record);
        useQuickbooksNews(() => this.props.record, refresh);
        useEffect(
            (state) => (ON_THE_WAY.includes(state) ? lookAgain(refresh) : undefined),
            () => [this.props.record.data[this.props.name], this.props.record.resId]
        );
    }
}

registry.category("fields").add("quickbooks_state", {
    ...badgeField,
    component: QuickbooksStateField,
});
