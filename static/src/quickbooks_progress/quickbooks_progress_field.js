import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import {
    ProgressBarField,
    progressBarField,
} from "@web/views/fields/progress_bar/progress_bar_field";
import { lookAgain, readAgain, useQuickbooksNews } from "../quickbooks_news";

// In milliseconds: an import advances every few seconds.
const FIRST_LOOK = 3000;
const LAST_LOOK = 12000;

/** A progress bar that moves by itself while the worker goes on. */
export class QuickbooksProgressField extends ProgressBarField {
    setup() {
        super.setup();
        const refresh = () => readAgain(this.props.record);
        useQuickbooksNews(() => this.props.record, refresh);
        useEffect(
            (done, total) =>
                done < total ? lookAgain(refresh, FIRST_LOOK, LAST_LOOK) : undefined,
            () => [this.currentValue, this.maxValue, this.props.record.resId]
        );
    }

    /** People want to see 1,234 of 5,000, not 1k. */
    formatCurrentValue() {
        return super.formatCurrentValue(false);
    }

    formatMaxValue() {
        return super.formatMaxValue(false);
    }
}

registry.category("fields").add("quickbooks_progress", {
    ...progressBarField,
    component: QuickbooksProgressField,
});
