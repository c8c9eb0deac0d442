import { onWillUnmount } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

const NOTIFICATION = "quickbooks_online/state";

/**
 * Calls back when the server says that a record's QuickBooks side has changed.
 *
 * @param {() => object} getRecord the record shown now
 * @param {() => void} onNews
 */
export function useQuickbooksNews(getRecord, onNews) {
    const bus = useService("bus_service");
    const onState = ({ model, ids }) => {
        const record = getRecord();
        if (model === record.resModel && ids.includes(record.resId)) {
            onNews();
        }
    };
    bus.subscribe(NOTIFICATION, onState);
    onWillUnmount(() => bus.unsubscribe(NOTIFICATION, onState));
}

/**
 * Reads a record again, unless the person is in the middle of an edit.
 *
 * @param {object} record
 */
export async function readAgain(record) {
    if (record.resId && !(await record.isDirty())) {
        await record.load();
    }
}

/**
 * Looks again and again, with growing pauses: word of a change may have come too early, or never
 * comes where a proxy lets no websocket through.
 *
 * @param {() => Promise<void>} look
 * @param {number} first milliseconds until the first look
 * @param {number} last milliseconds at most between two looks
 * @returns {() => void} stops it
 */
export function lookAgain(look, first = 4000, last = 60000) {
    let delay = first;
    let stopped = false;
    let timer = setTimeout(tick, delay);

    async function tick() {
        await look();
        if (!stopped) {
            delay = Math.min(2 * delay, last);
            timer = setTimeout(tick, delay);
        }
    }

    return () => {
        stopped = true;
        clearTimeout(timer);
    };
}
