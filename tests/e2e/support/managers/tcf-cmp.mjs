// As much of a CMP as @iabtcf/cmpapi leaves to its user: it is told strings, and encodes a publisher's consents.

import { CmpApi } from "@iabtcf/cmpapi";
import { GVL, TCModel, TCString } from "@iabtcf/core";

const purposes = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map(id => [id, { id, name: "", description: "", illustrations: [] }]));
const list = { gvlSpecificationVersion: 3, vendorListVersion: 1, tcfPolicyVersion: 5, lastUpdated: "2026-01-01T00:00:00Z", purposes,
  specialPurposes: {}, features: {}, specialFeatures: {}, stacks: {}, dataCategories: {}, vendors: {} };
const api = new CmpApi(2, 1, true);

window.tcfCmp = {
  update: (text, shown) => api.update(text, shown),
  encode(consents) {
    const model = new TCModel(new GVL(list));
    Object.assign(model, { cmpId: 2, cmpVersion: 1, consentLanguage: "EN", publisherCountryCode: "FR", isServiceSpecific: true });
    model.purposeConsents.set(consents);
    model.publisherConsents.set(consents);
    return TCString.encode(model);
  },
};
