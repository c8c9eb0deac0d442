import { Component, xml } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A tick or a cross, readable without colour. */
export class QuickbooksTickField extends Component {
    static template = xml`
        <i t-attf-class="fa {{ok ? 'fa-check text-success' : 'fa-times text-danger'}}"
           t-att-title="title" role="img" t-att-aria-label="title"/>`;
    static props = { ...standardFieldProps };

    get ok() {
        return this.props.record.data[this.props.name];
    }

    get title() {
        return this.ok ? _t("Well") : _t("To look at");
    }
}

registry.category("fields").add("quickbooks_tick", {
    component: QuickbooksTickField,
    supportedTypes: ["boolean"],
});
