// As much of a CMP as @iabgpp/cmpapi leaves to its user: which law applies, and what the person opted out of.

import { CmpApi } from "@iabgpp/cmpapi";

// It takes the place of a stub, which must be there.
const queue = [];
window.__gpp ||= (...call) => { queue.push(call); };
window.__gpp.queue = queue;
window.__gpp.events = [];
const api = new CmpApi(1, 1);
api.setApplicableSections([7]);

const ready = () => {
  api.setSignalStatus("ready");
  api.fireSectionChange("usnat");
  return api.getGppString();
};
window.gppCmp = {
  waits: () => api.setSignalStatus("not ready"),
  restore(text) {
    api.setGppString(text);
    ready();
  },
  /** 1: opted out, 2: did not. */
  choose(out) {
    for (const field of ["SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"]) api.setFieldValue("usnat", field, out);
    return ready();
  },
};
