import { Component } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { readAgain, useQuickbooksNews } from "../quickbooks_news";

const COLORS = {
    synced: "text-bg-success",
    error: "text-bg-danger",
    pending: "text-bg-info",
    waiting: "text-bg-info",
    voided: "text-bg-secondary",
    none: "text-bg-secondary",
};
const ICONS = {
    info: "fa-check text-success",
    warning: "fa-exclamation-triangle text-warning",
    error: "fa-times text-danger",
};

/** Balances, payments and history of an invoice on both sides (models/quickbooks_story.py). */
export class QuickbooksStoryField extends Component {
    static template = "quickbooks_online.Story";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        useQuickbooksNews(
            () => this.props.record,
            () => readAgain(this.props.record)
        );
    }

    get story() {
        return this.props.record.data[this.props.name];
    }

    color(payment) {
        return COLORS[payment.state] || "text-bg-warning";
    }

    icon(line) {
        return ICONS[line.level];
    }

    /** A moment in the reader's time zone, as the chatter beside it shows them. */
    time(utc) {
        return formatDateTime(deserializeDateTime(utc));
    }

    open(payment) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: payment.model,
            res_id: payment.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("quickbooks_story", {
    component: QuickbooksStoryField,
    supportedTypes: ["json"],
});
